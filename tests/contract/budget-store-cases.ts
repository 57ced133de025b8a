import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BudgetAccount, BudgetStore } from '../../agent-runtime/src/stores/state/budget-store.ts';
import { describeCatchingUp } from './budget-store-catch-up-cases.ts';

/** Opens the same budget store several times, as several processes would, and takes it down. */
export interface BudgetStoreBench {
  open(seed?: (key: string) => Promise<number>): BudgetStore;
  /** How a child process opens it: the module, its function, and that function's options. */
  readonly driver: { readonly module: string; readonly create: string; readonly options: object };
  close(): Promise<void>;
}

export const T = 1_700_000_000_000;
export const account = (key: string, limitNanoUsd: number | null = 1_000): BudgetAccount => ({ key, limitNanoUsd, endsAt: T + 86_400_000 * 10_000 });
const empty = { spentNanoUsd: 0, reservedNanoUsd: 0 };

/** What every driver of the budget store must do. */
export function describeBudgetStore(name: string, createBench: () => Promise<BudgetStoreBench>): void {
  describe(name, () => {
    let bench: BudgetStoreBench;
    let store: BudgetStore;
    beforeEach(async () => {
      bench = await createBench();
      store = bench.open();
    });
    afterEach(() => bench.close());

    const reserve = (id: string, amountNanoUsd: number, accounts: readonly BudgetAccount[], expiresAt = T + 1_000) =>
      store.reserve({ id, accounts, amountNanoUsd, expiresAt });
    const totals = async (key: string) => (await store.totals([key]))[0];

    test('a reservation counts on all of its accounts, or on none', async () => {
      const [wide, narrow] = [account('wide'), account('narrow', 100)];
      expect(await reserve('a', 60, [wide, narrow])).toEqual({
        reserved: true, totals: [{ spentNanoUsd: 0, reservedNanoUsd: 60 }, { spentNanoUsd: 0, reservedNanoUsd: 60 }] });
      expect(await reserve('b', 41, [wide, narrow])).toEqual({
        reserved: false, refusedBy: narrow, totals: { spentNanoUsd: 0, reservedNanoUsd: 60 } });
      expect(await store.totals(['wide', 'narrow'])).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 60 }, { spentNanoUsd: 0, reservedNanoUsd: 60 }]);
      expect(await reserve('c', 40, [wide, narrow])).toMatchObject({ reserved: true });
      expect(await bench.open().totals(['narrow'])).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 100 }]);
    });

    test('an account without a limit only counts', async () => {
      expect(await reserve('a', 10 ** 15, [account('open', null)])).toMatchObject({ reserved: true });
      expect(await reserve('b', 10 ** 15 + 1, [account('open', null)])).toMatchObject({ totals: [{ reservedNanoUsd: 2 * 10 ** 15 + 1 }] });
    });

    test('a reservation is ended once, whatever is called again or late', async () => {
      const accounts = [account('a'), account('b')];
      await reserve('settled', 10, accounts);
      await reserve('settled', 10, accounts);
      await store.settle('settled', accounts, 25);
      await store.settle('settled', accounts, 25);
      await store.release('settled');
      await reserve('released', 10, accounts);
      await store.release('released');
      await store.release('released');
      await store.settle('released', accounts, 5);
      expect(await store.totals(['a', 'b'])).toEqual([{ spentNanoUsd: 25, reservedNanoUsd: 0 }, { spentNanoUsd: 25, reservedNanoUsd: 0 }]);
    });

    test('a repeated reservation does not fail on the room that it takes itself', async () => {
      await reserve('a', 1_000, [account('a')]);
      expect(await reserve('a', 1_000, [account('a')])).toEqual({ reserved: true, totals: [{ spentNanoUsd: 0, reservedNanoUsd: 1_000 }] });
    });

    test('what nobody keeps is swept once, and a late settlement is charged all the same', async () => {
      await reserve('dead', 10, [account('a')], T);
      await reserve('kept', 20, [account('a')], T);
      await reserve('young', 30, [account('a')], T + 5);
      await store.extend(['kept', 'unknown'], T + 5);
      const swept = await Promise.all([store.sweep(T), bench.open().sweep(T)]);
      expect(swept.flat()).toEqual([{ id: 'dead', amountNanoUsd: 10 }]);
      expect(await totals('a')).toEqual({ spentNanoUsd: 0, reservedNanoUsd: 50 });
      await store.settle('dead', [account('a')], 7);
      await store.settle('dead', [account('a')], 7);
      expect(await totals('a')).toEqual({ spentNanoUsd: 7, reservedNanoUsd: 50 });
      expect((await store.sweep(T + 5)).map(({ id }) => id).toSorted()).toEqual(['kept', 'young']);
      expect(await totals('a')).toEqual({ spentNanoUsd: 7, reservedNanoUsd: 0 });
    });

    describeCatchingUp(() => bench);

    test('more holds than one sweep takes at once are all swept', async () => {
      await Promise.all(Array.from({ length: 1_203 }, (_, index) => reserve(`hold-${index}`, 1, [account('a', null)], T)));
      expect(await store.sweep(T)).toHaveLength(1_203);
      expect(await totals('a')).toEqual(empty);
    });

    test('an account that is new begins with what was spent before, asked for once', async () => {
      const asked: string[] = [];
      let allHaveAsked: () => Promise<unknown> = async () => undefined;
      const seeded = bench.open(async (key) => {
        asked.push(key);
        await allHaveAsked();
        return 900;
      });
      expect(await seeded.totals(['new'])).toEqual([{ spentNanoUsd: 900, reservedNanoUsd: 0 }]);
      // A first call finds its way and the scripts, so that those below come at the same moment.
      await seeded.reserve({ id: 'first', accounts: [account('warm')], amountNanoUsd: 1, expiresAt: T });
      asked.length = 0;
      // A ledger takes longer than the store: what is asked of the store now is answered after all the calls below.
      allHaveAsked = () => seeded.totals(['warm']);
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) =>
        seeded.reserve({ id: `s${index}`, accounts: [account('other', null), account('new')], amountNanoUsd: 30, expiresAt: T })));
      expect(answers.filter(({ reserved }) => reserved)).toHaveLength(3);
      expect(asked.toSorted()).toEqual(['new', 'other']);
      expect(await totals('new')).toEqual({ spentNanoUsd: 900, reservedNanoUsd: 90 });
    });

    test('a seed that fails reserves nothing, and the next call asks again', async () => {
      let broken = true;
      const seeded = bench.open(async () => { if (broken) throw new Error('the ledger is away'); return 5; });
      const ask = () => seeded.reserve({ id: 'a', accounts: [account('new')], amountNanoUsd: 1, expiresAt: T });
      await expect(ask()).rejects.toThrow('the ledger is away');
      broken = false;
      expect(await ask()).toEqual({ reserved: true, totals: [{ spentNanoUsd: 5, reservedNanoUsd: 1 }] });
    });

    test('of 200 calls at once on a budget for 20, 20 go through, from several openings', async () => {
      const stores = [store, bench.open(), bench.open()];
      const answers = await Promise.all(Array.from({ length: 200 }, (_, index) =>
        stores[index % 3]!.reserve({ id: `call-${index}`, accounts: [account('day', 20 * 7), account('all', null)], amountNanoUsd: 7, expiresAt: T })));
      expect(answers.filter(({ reserved }) => reserved)).toHaveLength(20);
      expect(await store.totals(['day', 'all'])).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 140 }, { spentNanoUsd: 0, reservedNanoUsd: 140 }]);
    });

    test('whatever happens in whatever order, no limit is passed and what was reserved was settled or released', async () => {
      const step = fc.record({
        kind: fc.constantFrom('reserve', 'reserve', 'reserve', 'settle', 'release', 'abandon', 'sweep', 'extend'),
        amount: fc.integer({ min: 1, max: 400 }), share: fc.double({ min: 0, max: 1, noNaN: true }), other: fc.integer({ min: 0, max: 2 }),
        pick: fc.nat(), wait: fc.boolean(),
      });
      let run = 0;
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const name = `run-${run++}`;
        const limited = account(`${name}/limited`);
        const sides = [0, 1, 2].map((side) => account(`${name}/side-${side}`, 600));
        const stores = [store, bench.open()];
        const open: { id: string; amount: number; accounts: readonly BudgetAccount[] }[] = [];
        let [spent, reserved, ended] = [0, 0, 0];
        let under: Promise<unknown>[] = [];
        for (const [index, { kind, amount, share, other, pick, wait }] of steps.entries()) {
          const through = stores[index % 2]!;
          const hold = open.length > 0 ? open.splice(pick % open.length, 1)[0]! : null;
          if (kind === 'reserve' || !hold) {
            if (hold) open.push(hold);
            const id = `${name}/${index}`;
            const accounts = [limited, sides[other]!];
            const answer = await through.reserve({ id, accounts, amountNanoUsd: amount, expiresAt: T });
            if (answer.reserved) {
              open.push({ id, amount, accounts });
              reserved += amount;
            }
          } else if (kind === 'settle') {
            const cost = Math.floor(hold.amount * share);
            spent += cost;
            ended += hold.amount;
            under.push(Promise.resolve(through.settle(hold.id, hold.accounts, cost)));
          } else if (kind === 'release') {
            ended += hold.amount;
            under.push(Promise.resolve(through.release(hold.id)));
          } else if (kind === 'extend') {
            open.push(hold);
            under.push(through.extend([hold.id], T));
          } // abandoned: its process died
          if (wait) await Promise.all(under.splice(0));
          const [total] = await through.totals([limited.key]);
          expect(total!.spentNanoUsd + total!.reservedNanoUsd).toBeLessThanOrEqual(1_000);
        }
        await Promise.all(under);
        under = [];
        const swept = await store.sweep(T);
        ended += swept.reduce((sum, { amountNanoUsd }) => sum + amountNanoUsd, 0);
        expect(ended).toBe(reserved);
        expect(await totals(limited.key)).toEqual({ spentNanoUsd: spent, reservedNanoUsd: 0 });
        await stores[1]!.close();
      }), { numRuns: 30 });
    });

    test('a store that is closed says so', async () => {
      const closed = bench.open();
      await closed.ping();
      await closed.close();
      await closed.close();
      await expect(closed.reserve({ id: 'a', accounts: [account('a')], amountNanoUsd: 1, expiresAt: T })).rejects.toMatchObject({ code: 'store_unavailable' });
    });
  });
}
