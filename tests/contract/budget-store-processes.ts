import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import type { BudgetStoreBench } from './budget-store-cases.ts';
import { runProgram } from './run-program.ts';

/** Runs `work(store)` in a process of its own; answers with what it prints. */
function inProcess({ driver }: BudgetStoreBench, work: string, clockMs = 0) {
  return runProgram(`
    const { ${driver.create}: create } = await import(${JSON.stringify(driver.module)});
    const store = create(${JSON.stringify(driver.options)});
    await (${work})(store);
    await store.close();`, clockMs);
}

const ACCOUNT = { key: 'day', limitNanoUsd: 20 * 7, endsAt: null };

/** What must hold across processes too. */
export function describeBudgetProcesses(name: string, createBench: () => Promise<BudgetStoreBench>): void {
  test(`${name}: of 200 calls of two processes on a budget for 20, 20 go through`, async () => {
    const bench = await createBench();
    const hundred = `async (store) => {
      const answers = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index % 10));
        const id = process.pid + '-' + index;
        const { reserved } = await store.reserve({ id, accounts: [${JSON.stringify(ACCOUNT)}], amountNanoUsd: 7, expiresAt: Date.now() + 60_000 });
        if (reserved) await store.settle(id, [${JSON.stringify(ACCOUNT)}], 7);
        return reserved;
      }));
      console.log(answers.filter(Boolean).length);
    }`;
    const counts = await Promise.all([inProcess(bench, hundred).ended, inProcess(bench, hundred).ended]);
    expect(Number(counts[0]) + Number(counts[1])).toBe(20);
    expect(await bench.open().totals(['day'])).toEqual([{ spentNanoUsd: 140, reservedNanoUsd: 0 }]);
    await bench.close();
  });

  test(`${name}: what a killed process reserved stays until it is swept`, async () => {
    const bench = await createBench();
    const { child, ended } = inProcess(bench, `async (store) => {
      await store.reserve({ id: 'a', accounts: [${JSON.stringify(ACCOUNT)}], amountNanoUsd: 7, expiresAt: 1000 });
      await store.settle('a', [${JSON.stringify(ACCOUNT)}], 5);
      await store.reserve({ id: 'b', accounts: [${JSON.stringify(ACCOUNT)}], amountNanoUsd: 7, expiresAt: 1000 });
      console.log('reserved');
      await new Promise(() => setInterval(() => undefined, 1000));
    }`);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await ended;
    const store = bench.open();
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 5, reservedNanoUsd: 7 }]);
    expect(await store.sweep(1_000)).toEqual([{ id: 'b', amountNanoUsd: 7 }]);
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 5, reservedNanoUsd: 0 }]);
    await bench.close();
  });
}

/** What must hold where the processes are on several machines. */
export function describeBudgetClocks(name: string, createBench: () => Promise<BudgetStoreBench>): void {
  test(`${name}: a process whose clock is minutes off neither sweeps what lives nor keeps what is dead`, async () => {
    const bench = await createBench();
    const store = bench.open();
    const reserve = (id: string, ms: number) => store.reserve({ id, accounts: [ACCOUNT], amountNanoUsd: 7, expiresAt: Date.now() + ms });
    await reserve('lives', 60_000);
    await reserve('dead', -5_000);
    const ahead = await inProcess(bench, `async (store) => {
      const swept = await store.sweep(Date.now());
      await store.reserve({ id: 'ahead-lives', accounts: [${JSON.stringify(ACCOUNT)}], amountNanoUsd: 7, expiresAt: Date.now() + 60_000 });
      await store.reserve({ id: 'ahead-dead', accounts: [${JSON.stringify(ACCOUNT)}], amountNanoUsd: 7, expiresAt: Date.now() + 60_000 });
      await store.extend(['ahead-dead'], Date.now() - 5_000);
      console.log(JSON.stringify(swept.map(({ id }) => id)));
    }`, 120_000).ended;
    expect(JSON.parse(ahead)).toEqual(['dead']);
    const behind = await inProcess(bench, `async (store) => {
      console.log(JSON.stringify((await store.sweep(Date.now())).map(({ id }) => id)));
    }`, -120_000).ended;
    expect(JSON.parse(behind)).toEqual(['ahead-dead']);
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 14 }]);
    await bench.close();
  });
}
