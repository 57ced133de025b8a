import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAllotments } from '../../../../agent-runtime/src/router/budget/allotments.ts';
import type { BudgetAccount, BudgetStore } from '../../../../agent-runtime/src/stores/state/budget-store.ts';
import { createEmbeddedBudgetStore } from '../../../../agent-runtime/src/stores/state/embedded.ts';
import { describeBudgetStore } from '../../../contract/budget-store-cases.ts';

const LATER = Date.now() + 3_600_000;
const account = (key: string, limitNanoUsd: number | null): BudgetAccount => ({ key, limitNanoUsd, endsAt: null });

let folder: string;
let opened: BudgetStore[];
let events: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-allotments-'));
  opened = [];
  events = [];
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await rm(folder, { recursive: true });
});

function direct(): BudgetStore {
  const store = createEmbeddedBudgetStore({ folder });
  opened.push(store);
  return store;
}

function allotted(inner: BudgetStore = createEmbeddedBudgetStore({ folder })): BudgetStore {
  const store = createAllotments({ store: inner, log: (event) => events.push(event), rollMs: 2 });
  opened.push(store);
  return store;
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!await isSo()) await pause(5);
}

/** Makes calls one after another until some of them are served without the store. */
async function warm(store: BudgetStore, accounts: readonly BudgetAccount[], amountNanoUsd: number): Promise<number> {
  const other = direct();
  let calls = 0;
  await until(async () => {
    const id = `warm-${accounts[0]!.key}-${calls++}`;
    await store.reserve({ id, accounts, amountNanoUsd, expiresAt: LATER });
    await store.settle(id, accounts, amountNanoUsd);
    const [total] = await other.totals([accounts[0]!.key]);
    return total!.reservedNanoUsd > amountNanoUsd;
  });
  return calls;
}

describeBudgetStore('allotments before the embedded budget store', async () => {
  const ownFolder = await mkdtemp(join(tmpdir(), 'aios-allotments-'));
  const stores: BudgetStore[] = [];
  return {
    open(seed) {
      const store = createAllotments({ store: createEmbeddedBudgetStore({ folder: ownFolder, seed }), log: () => undefined });
      stores.push(store);
      return store;
    },
    driver: { module: '', create: '', options: {} },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await rm(ownFolder, { recursive: true });
    },
  };
});

test('a limit that is lowered holds for the next call, whatever was set aside under the old one', async () => {
  const store = allotted();
  const calls = await warm(store, [account('day', 1_000_000)], 100);
  const lowered = [account('day', calls * 100 + 150)];
  expect(await store.reserve({ id: 'fits', accounts: lowered, amountNanoUsd: 100, expiresAt: LATER })).toMatchObject({ reserved: true });
  for (let call = 0; call < 50; call += 1) {
    expect(await store.reserve({ id: `over-${call}`, accounts: lowered, amountNanoUsd: 100, expiresAt: LATER })).toMatchObject({ reserved: false });
  }
});

test('a budget with room for thousands of calls is asked for few of them, and knows all that was spent', async () => {
  const inner = direct();
  let asked = 0;
  const store = allotted({ ...inner, reserve: (request) => { asked += 1; return inner.reserve(request); } });
  const accounts = [account('day', 10_000_000), account('month', 50_000_000)];
  const calls = await warm(store, accounts, 3);
  asked = 0;
  for (let index = 0; index < 2_000; index += 1) {
    expect(await store.reserve({ id: `call-${index}`, accounts, amountNanoUsd: 3, expiresAt: LATER })).toMatchObject({ reserved: true });
    await store.settle(`call-${index}`, accounts, 2);
  }
  expect(asked).toBeLessThan(200);
  const spentNanoUsd = calls * 3 + 4_000;
  expect(await store.totals(['day', 'month'])).toEqual([{ spentNanoUsd, reservedNanoUsd: 0 }, { spentNanoUsd, reservedNanoUsd: 0 }]);
  await store.close();
  expect(await direct().totals(['day'])).toEqual([{ spentNanoUsd, reservedNanoUsd: 0 }]);
});

test('what is read while a settlement is under way counts it once', async () => {
  const inner = direct();
  let held: { readonly reached: () => void; readonly goOn: Promise<void> } | null = null;
  const store = allotted({
    ...inner,
    async settle(...parameters) {
      await inner.settle(...parameters);
      held?.reached();
      await held?.goOn;
    },
  });
  const accounts = [account('day', 10_000_000)];
  const spent = await warm(store, accounts, 3) * 3;
  await store.reserve({ id: 'call', accounts, amountNanoUsd: 3, expiresAt: LATER });
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  held = { reached: reached.resolve, goOn: goOn.promise };
  await store.settle('call', accounts, 2);
  await reached.promise;
  const totals = store.totals(['day']);
  await inner.ping();
  goOn.resolve();
  expect(await totals).toEqual([{ spentNanoUsd: spent + 2, reservedNanoUsd: 0 }]);
});

test('what is set aside and not used is given back, to others after a while and to its own process at once', async () => {
  const store = allotted();
  const other = direct();
  const accounts = [account('day', 1_000_000)];
  const spent = await warm(store, accounts, 1);
  const left = 1_000_000 - spent;
  // It asks for all that is left, which it can only have if it counts nothing of its own against itself.
  expect(await store.reserve({ id: 'all', accounts, amountNanoUsd: left, expiresAt: LATER })).toMatchObject({ reserved: true });
  await store.release('all');
  await warm(store, accounts, 1);
  await until(async () => (await other.totals(['day']))[0]!.reservedNanoUsd === 0);
  expect((await other.totals(['day']))[0]!.spentNanoUsd).toBe((await store.totals(['day']))[0]!.spentNanoUsd);
});

test('accounts without a limit are asked each time: what is set aside would count as used', async () => {
  const store = allotted();
  const other = direct();
  const accounts = [account('hard', 1_000_000_000), account('soft', null)];
  for (let index = 0; index < 200; index += 1) {
    await store.reserve({ id: `call-${index}`, accounts, amountNanoUsd: 1, expiresAt: LATER });
    await store.settle(`call-${index}`, accounts, 1);
    expect((await other.totals(['soft']))[0]!.reservedNanoUsd).toBeLessThanOrEqual(1);
  }
});

test('a store that fails for a while loses nothing that was spent', async () => {
  const inner = direct();
  let broken = false;
  const fail = () => { if (broken) throw new Error('the store is away'); };
  const store = allotted({
    ...inner,
    reserve: async (request) => { fail(); return inner.reserve(request); },
    settle: async (...parameters) => { fail(); return inner.settle(...parameters); },
  });
  const accounts = [account('day', 100_000_000)];
  const warmed = await warm(store, accounts, 1);
  broken = true;
  for (let index = 0; index < 50; index += 1) {
    await store.reserve({ id: `call-${index}`, accounts, amountNanoUsd: 1, expiresAt: LATER });
    await store.settle(`call-${index}`, accounts, 1);
  }
  await until(() => events.includes('budget-store-failed'));
  broken = false;
  await until(async () => (await inner.totals(['day']))[0]!.spentNanoUsd === warmed + 50);
});

test('whatever several processes do, no limit is passed and all that was spent is counted once', async () => {
  const step = fc.record({
    kind: fc.constantFrom('reserve', 'reserve', 'settle', 'release', 'pause'), amount: fc.integer({ min: 1, max: 60 }), share: fc.double({ min: 0, max: 1.2, noNaN: true }),
    who: fc.nat({ max: 1 }), pick: fc.nat(), side: fc.boolean(), times: fc.integer({ min: 1, max: 30 }),
  });
  let run = 0;
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), fc.constantFrom(3_000, 400_000), async (steps, limit) => {
    const name = `run-${run++}`;
    const all = account(`${name}/all`, limit);
    const sides = [[all], [all, account(`${name}/side`, limit)]] as const;
    const stores = [allotted(), allotted()];
    const watcher = direct();
    const open: { readonly id: string; readonly amount: number; readonly who: number; readonly accounts: readonly BudgetAccount[] }[] = [];
    let spent = 0;
    for (const [index, { kind, amount, share, who, pick, side, times }] of steps.entries()) {
      if (kind === 'pause') await pause(4); // lets allotments be settled and renewed amid the calls
      for (let time = 0; time < times; time += 1) {
        const hold = open.length > 0 && kind !== 'reserve' ? open.splice(pick % open.length, 1)[0]! : null;
        if (hold === null) {
          const id = `${name}/${index}/${time}`;
          const accounts = sides[side ? 1 : 0];
          const { reserved } = await stores[who]!.reserve({ id, accounts, amountNanoUsd: amount, expiresAt: LATER });
          if (reserved) open.push({ id, amount, who, accounts });
        } else if (kind === 'release') {
          await stores[hold.who]!.release(hold.id);
        } else {
          const cost = Math.min(hold.amount, Math.floor(hold.amount * share));
          spent += cost;
          await stores[hold.who]!.settle(hold.id, hold.accounts, cost);
        }
      }
      const [total] = await watcher.totals([all.key]);
      expect(total!.spentNanoUsd + total!.reservedNanoUsd).toBeLessThanOrEqual(limit);
    }
    for (const { id, who } of open) await stores[who]!.release(id);
    await Promise.all(stores.map((store) => store.close()));
    expect(await watcher.totals([all.key])).toEqual([{ spentNanoUsd: spent, reservedNanoUsd: 0 }]);
  }), { numRuns: 15 });
}, 60_000);
