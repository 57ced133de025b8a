import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BudgetStore } from '../../agent-runtime/src/stores/state/budget-store.ts';
import { createEmbeddedBudgetStore } from '../../agent-runtime/src/stores/state/embedded.ts';
import { createRedisBudgetStore } from '../../agent-runtime/src/stores/state/redis.ts';
import { budgetBench } from '../runtime/router/budget/budget-bench.ts';
import { describeBudgetStore, type BudgetStoreBench } from './budget-store-cases.ts';
import { redisMissing, startRedis, type RedisServer } from './start-redis.ts';

const moduleOf = (name: string) => new URL(`../../agent-runtime/src/stores/state/${name}.ts`, import.meta.url).href;

async function embeddedBench(): Promise<BudgetStoreBench> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-state-'));
  const stores: BudgetStore[] = [];
  return {
    open(seed) {
      const store = createEmbeddedBudgetStore({ folder, seed });
      stores.push(store);
      return store;
    },
    driver: { module: moduleOf('embedded'), create: 'createEmbeddedBudgetStore', options: { folder } },
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let redis: RedisServer;
let benches = 0;

async function redisBench(): Promise<BudgetStoreBench> {
  const keyPrefix = `test-${benches++}`;
  const stores: BudgetStore[] = [];
  return {
    open(seed) {
      const store = createRedisBudgetStore({ url: redis.url, keyPrefix, seed });
      stores.push(store);
      return store;
    },
    driver: { module: moduleOf('redis'), create: 'createRedisBudgetStore', options: { url: redis.url, keyPrefix } },
    close: async () => void await Promise.all(stores.map((store) => store.close())),
  };
}

/** Runs `work(store)` in a process of its own; answers with what it prints. */
function inProcess({ driver }: BudgetStoreBench, work: string) {
  const program = `
    const { ${driver.create}: create } = await import(${JSON.stringify(driver.module)});
    const store = create(${JSON.stringify(driver.options)});
    await (${work})(store);
    await store.close();`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (data: Buffer) => { printed += data.toString(); });
  return { child, ended: once(child, 'close').then(() => printed) };
}

const ACCOUNT = { key: 'day', limitNanoUsd: 20 * 7, endsAt: null };

/** What must hold across processes too. */
function describeProcesses(name: string, createBench: () => Promise<BudgetStoreBench>): void {
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

describeBudgetStore('the embedded budget store', embeddedBench);
describeProcesses('the embedded budget store', embeddedBench);

test('a folder that cannot be used is an error that names the setting', () => {
  expect(() => createEmbeddedBudgetStore({ folder: '/dev/null/aios' })).toThrow('AIOS_DATA_DIR');
});

const missing = redisMissing();
(missing === null ? describe : describe.skip)(missing === null ? 'on a Redis server' : `on a Redis server, skipped: ${missing}`, () => {
  beforeAll(async () => { redis = await startRedis(); });
  afterAll(() => redis.stop());

  describeBudgetStore('the Redis budget store', redisBench);
  describeProcesses('the Redis budget store', redisBench);

  test('of 200 calls at once on a budget for 20, 20 succeed although some fail, through the budgets of two processes', async () => {
    const bench = await budgetBench([{ limitUsd: 20 * 0.07 }], { openStore: () => createRedisBudgetStore({ url: redis.url, keyPrefix: 'budgets' }) });
    const processes = [bench.open(), bench.open()];
    const { signal } = new AbortController();
    const results = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const hold = await processes[index % 2]!.reserve({ tenant: 'web' }, 0.07, { waitMs: 20_000, signal }).catch(() => null);
      if (!hold) return 'refused';
      await (index % 3 === 0 ? hold.release() : hold.settle(0.07));
      return index % 3 === 0 ? 'failed' : 'succeeded';
    }));
    expect(results.filter((result) => result === 'succeeded')).toHaveLength(20);
    expect(await processes[0]!.status({ tenant: 'web' })).toMatchObject([{ spentUsd: 1.4, reservedUsd: 0 }]);
    await bench.close();
  });

  test('a server that lost its memory costs nothing: accounts are seeded, and calls under way are charged as they end', async () => {
    const bench = await redisBench();
    const store = bench.open(async () => 100);
    const accounts = [{ key: 'day', limitNanoUsd: 1_000, endsAt: null }];
    await store.reserve({ id: 'ended', accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 });
    await store.settle('ended', accounts, 10);
    await store.reserve({ id: 'under-way', accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 });
    await redis.restart();
    await store.settle('under-way', accounts, 8);
    await store.settle('under-way', accounts, 8);
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 108, reservedNanoUsd: 0 }]);
    expect(await store.reserve({ id: 'next', accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 }))
      .toEqual({ reserved: true, totals: [{ spentNanoUsd: 108, reservedNanoUsd: 10 }] });
    await bench.close();
  });

  test('a server that is away or hangs is an error that says so, without the password', async () => {
    const nobody = createRedisBudgetStore({ url: 'redis://:the-password@127.0.0.1:1', keyPrefix: 'x' });
    const failure = await nobody.ping().then(() => null, (error: Error) => error);
    expect(failure).toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('Check that the server runs') });
    expect(failure!.message).not.toContain('the-password');
    await nobody.close();
    const bench = await redisBench();
    const store = bench.open();
    await store.ping();
    process.kill(redis.pid, 'SIGSTOP');
    await expect(store.totals(['a'])).rejects.toMatchObject({ code: 'store_unavailable' });
    process.kill(redis.pid, 'SIGCONT');
    expect(await store.totals(['a'])).toEqual([{ spentNanoUsd: 0, reservedNanoUsd: 0 }]);
    await bench.close();
  });
});
