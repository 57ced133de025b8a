import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AiosError } from '../../../../agent-runtime/src/errors.ts';
import type { BudgetStore } from '../../../../agent-runtime/src/stores/state/budget-store.ts';
import { budgetBench, NOON } from './budget-bench.ts';

let bench: Awaited<ReturnType<typeof budgetBench>>;
afterEach(() => bench.close());

const web = { tenant: 'web', agent: 'cto', workflow: 'nightly', team: 'core', task: 't1' };

describe('a process that dies', () => {
  test('loses its reservations to the sweep of another, which keeps its own however long its call takes', async () => {
    bench = await budgetBench([{ limitUsd: 1 }]);
    const dead = bench.open({ holdMs: 60_000 });
    await dead.reserve(web, 0.4);
    const extended = Promise.withResolvers<void>();
    const store: BudgetStore = {
      ...bench.store,
      extend: (ids, expiresAt) => bench.store.extend(ids, expiresAt).then(extended.resolve),
    };
    const alive = bench.open({ store, holdMs: 60_000, sweepMs: 5 });
    const hold = await alive.reserve(web, 0.5);
    const released = bench.logged('budget-holds-released');
    bench.clock.now += 45_000;
    await expect(alive.reserve(web, 0.4)).rejects.toMatchObject({ code: 'budget_exceeded' });
    await extended.promise;
    bench.clock.now += 30_000;
    expect(await released).toMatchObject({ fields: { count: 1, nanoUsd: 400_000_000 } });
    expect(await alive.status(web)).toMatchObject([{ reservedUsd: 0.5 }]);
    await hold.settle(0.5);
  });

  test('whatever is settled, released or abandoned, all that was reserved is accounted for and no limit is passed', async () => {
    bench = await budgetBench([{ subject: 'workflow', limitUsd: 1 }, { subject: 'key', limitUsd: 10_000 }]);
    const processes = [bench.open(), bench.open()];
    const call = fc.record({
      amount: fc.integer({ min: 1, max: 400 }), share: fc.integer({ min: 0, max: 100 }), end: fc.constantFrom('settle', 'unknown', 'release', 'crash'), late: fc.boolean(),
    });
    let run = 0;
    await fc.assert(fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
      const scope = { tenant: 'web', workflow: `w${run++}` };
      let spent = 0;
      let crashed = 0;
      await Promise.all(calls.map(async ({ amount, share, end, late }, index) => {
        const usd = amount / 1_000;
        const hold = await Promise.resolve(processes[index % 2]!.reserve(scope, usd)).catch((error: AiosError) => {
          expect(error.code).toBe('budget_exceeded');
          return null;
        });
        if (!hold) return;
        if (late) await bench.store.ping();
        if (end === 'crash') crashed += amount;
        else if (end === 'release') await hold.release();
        else {
          spent += end === 'unknown' ? amount : amount * share / 100;
          await hold.settle(end === 'unknown' ? null : usd * share / 100);
        }
        const [status] = await processes[0]!.status(scope);
        expect(Math.round((status!.spentUsd + status!.reservedUsd) * 1e9)).toBeLessThanOrEqual(1e9);
      }));
      const [before] = await processes[0]!.status(scope);
      expect(before!.reservedUsd).toBeCloseTo(crashed / 1_000, 9);
      const swept = await bench.store.sweep(NOON + 60_000);
      expect(swept.reduce((sum, { amountNanoUsd }) => sum + amountNanoUsd, 0)).toBe(crashed * 1_000_000);
      const [after] = await processes[0]!.status(scope);
      expect(after!.reservedUsd).toBe(0);
      expect(after!.spentUsd).toBeCloseTo(spent / 1_000, 9);
    }), { numRuns: 40 });
  });
});

test('an ending that the store refuses holds up neither others nor the release of what the dead had reserved', async () => {
  bench = await budgetBench([{ limitUsd: 1 }]);
  await bench.open({ holdMs: 60_000 }).reserve(web, 0.25);
  let refusals = 0;
  const store: BudgetStore = {
    ...bench.store,
    settle() {
      refusals += 1;
      return Promise.reject(new Error('It is no number.'));
    },
  };
  const budgets = bench.open({ store, holdMs: 60_000, sweepMs: 5 });
  const odd = await budgets.reserve(web, 0.5);
  bench.clock.now += 61_000;
  const released = bench.logged('budget-holds-released');
  await odd.settle(0.1);
  expect(await released).toMatchObject({ fields: { count: expect.any(Number) } });
  expect(refusals).toBeGreaterThan(0);
});

describe('a store that is away', () => {
  test('lets no call through, and is told later what a call cost that ended meanwhile', async () => {
    bench = await budgetBench([{ limitUsd: 1 }]);
    let away = false;
    const flaky = new Proxy(bench.store, {
      get: (target, name: keyof BudgetStore) => (...parameters: never[]) => {
        if (away) return Promise.reject(new AiosError('store_unavailable', 'It is away.'));
        return (target[name] as (...parameters: never[]) => unknown)(...parameters);
      },
    });
    const budgets = bench.open({ store: flaky, sweepMs: 5 });
    const hold = await budgets.reserve(web, 0.5);
    away = true;
    await expect(budgets.reserve(web, 0.1)).rejects.toMatchObject({ code: 'store_unavailable' });
    await hold.settle(0.25);
    await bench.logged('budget-store-failed');
    expect(await bench.store.totals([...new Set(['rule-0|organisation|2026-11-22T00:00:00.000Z/2026-11-23T00:00:00.000Z'])]))
      .toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 500_000_000 }]);
    away = false;
    await budgets.close();
    expect(await bench.open().status(web)).toMatchObject([{ spentUsd: 0.25, reservedUsd: 0 }]);
  });
});
