import { expect, test } from '@jest/globals';
import { account, T, type BudgetStoreBench } from './budget-store-cases.ts';

/** How accounts come to count what is in the ledger and was not settled with the store. */
export function describeCatchingUp(bench: () => BudgetStoreBench): void {
  test('what a process that died had spent and not settled counts once its reservations are swept, but for what is reserved now', async () => {
    const ledger = new Map([['a', 0], ['b', 0]]);
    const seeded = bench().open(async (key) => ledger.get(key) ?? 0);
    const accounts = [account('a'), account('b')];
    const take = (id: string, amountNanoUsd: number, expiresAt: number) => seeded.reserve({ id, accounts, amountNanoUsd, expiresAt });
    await take('settled', 100, T + 1_000);
    await seeded.settle('settled', accounts, 90);
    await take('dead', 300, T + 1_000);
    await take('alive', 200, T + 60_000);
    // The call that died is in the ledger, and of the one that lives it is not known whether it is.
    ledger.set('a', 90 + 250 + 150).set('b', 90);
    expect(await seeded.sweep(T + 1_000)).toEqual([{ id: 'dead', amountNanoUsd: 300 }]);
    expect(await seeded.totals(['a', 'b'])).toEqual([{ spentNanoUsd: 290, reservedNanoUsd: 200 }, { spentNanoUsd: 90, reservedNanoUsd: 200 }]);
    await seeded.settle('alive', accounts, 150);
    await take('dead too', 1, T + 1_000);
    await seeded.sweep(T + 1_000);
    expect(await seeded.totals(['a', 'b'])).toEqual([{ spentNanoUsd: 490, reservedNanoUsd: 0 }, { spentNanoUsd: 240, reservedNanoUsd: 0 }]);
  });

  test('an account that was not counted on for a while catches up with what its seed says, but for what is reserved', async () => {
    let ledger = 100;
    const seeded = bench().open(async () => ledger);
    await seeded.reserve({ id: 'a', accounts: [account('known')], amountNanoUsd: 30, expiresAt: T + 1_000 });
    await seeded.catchUp(['known'], T);
    expect(await seeded.totals(['known'])).toEqual([{ spentNanoUsd: 100, reservedNanoUsd: 30 }]);
    ledger = 250;
    await seeded.catchUp(['known', 'unknown'], T);
    expect(await seeded.totals(['known', 'unknown'])).toEqual([{ spentNanoUsd: 220, reservedNanoUsd: 30 }, { spentNanoUsd: 250, reservedNanoUsd: 0 }]);
    await seeded.settle('a', [account('known')], 30);
    expect(await seeded.totals(['known'])).toEqual([{ spentNanoUsd: 250, reservedNanoUsd: 0 }]);
  });

  test('an account that has caught up is looked at again by later sweeps, for what was under way then', async () => {
    let ledger = 100;
    const seeded = bench().open(async () => ledger);
    await seeded.reserve({ id: 'long', accounts: [account('a')], amountNanoUsd: 400, expiresAt: T + 3_600_000 });
    ledger = 400;
    await seeded.catchUp(['a'], T);
    expect(await seeded.totals(['a'])).toEqual([{ spentNanoUsd: 100, reservedNanoUsd: 400 }]);
    await seeded.settle('long', [account('a')], 50);
    // The long one, and another that nothing was reserved for, are in the ledger by now.
    ledger = 400 + 50 + 30;
    await seeded.sweep(T + 9_000);
    expect(await seeded.totals(['a'])).toEqual([{ spentNanoUsd: 150, reservedNanoUsd: 0 }]);
    await seeded.sweep(T + 10_000);
    expect(await seeded.totals(['a'])).toEqual([{ spentNanoUsd: 480, reservedNanoUsd: 0 }]);
    ledger += 20;
    await seeded.sweep(T + 50_000);
    expect(await seeded.totals(['a'])).toEqual([{ spentNanoUsd: 480, reservedNanoUsd: 0 }]);
    await seeded.sweep(T + 600_000);
    expect(await seeded.totals(['a'])).toEqual([{ spentNanoUsd: 500, reservedNanoUsd: 0 }]);
  });

  test('a ledger that is away while dead reservations are swept is asked by the next sweep', async () => {
    let broken = false;
    const seeded = bench().open(async () => { if (broken) throw new Error('the ledger is away'); return 500; });
    await seeded.reserve({ id: 'other', accounts: [account('a')], amountNanoUsd: 1, expiresAt: T + 60_000 });
    await seeded.settle('other', [account('a')], 0);
    await seeded.reserve({ id: 'dead', accounts: [account('a')], amountNanoUsd: 10, expiresAt: T + 1_000 });
    broken = true;
    await expect(seeded.sweep(T + 1_000)).rejects.toThrow('the ledger is away');
    broken = false;
    expect(await seeded.sweep(T + 1_000)).toEqual([]);
    expect(await seeded.totals(['a'])).toEqual([{ spentNanoUsd: 500, reservedNanoUsd: 0 }]);
  });
}
