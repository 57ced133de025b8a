import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { BudgetStore } from '../../agent-runtime/src/stores/state/budget-store.ts';
import { createRedisBudgetStore } from '../../agent-runtime/src/stores/state/redis.ts';
import { budgetBench } from '../runtime/router/budget/budget-bench.ts';
import { redisMissing, startRedis, type RedisServer } from '../servers/start-redis.ts';
import { startRedisCluster } from '../servers/start-redis-cluster.ts';
import { startRedisSentinel } from '../servers/start-redis-sentinel.ts';
import { describeBudgetStore, type BudgetStoreBench } from './budget-store-cases.ts';
import { describeBudgetClocks, describeBudgetProcesses } from './budget-store-processes.ts';
import { moduleOf } from './run-program.ts';

let benches = 0;

async function redisBench(url: string): Promise<BudgetStoreBench> {
  const keyPrefix = `test-${benches++}`;
  const stores: BudgetStore[] = [];
  return {
    open(seed) {
      const store = createRedisBudgetStore({ url, keyPrefix, seed });
      stores.push(store);
      return store;
    },
    driver: { module: moduleOf('redis'), create: 'createRedisBudgetStore', options: { url, keyPrefix } },
    close: async () => void await Promise.all(stores.map((store) => store.close())),
  };
}

const missing = redisMissing();
const describeRedis = missing === null ? describe : describe.skip;

for (const [name, start] of Object.entries({ 'a Redis master and its Sentinels': startRedisSentinel, 'a Redis Cluster': startRedisCluster })) {
  describeRedis(missing === null ? `on ${name}` : `on ${name}, skipped: ${missing}`, () => {
    let server: { readonly url: string; stop(): Promise<void> };
    beforeAll(async () => { server = await start(); }, 60_000);
    afterAll(() => server.stop());

    describeBudgetStore('the Redis budget store', () => redisBench(server.url));
    describeBudgetProcesses('the Redis budget store', () => redisBench(server.url));
  });
}

describeRedis(missing === null ? 'on a Redis server' : `on a Redis server, skipped: ${missing}`, () => {
  let redis: RedisServer;
  beforeAll(async () => { redis = await startRedis(); });
  afterAll(() => redis.stop());

  describeBudgetStore('the Redis budget store', () => redisBench(redis.url));
  describeBudgetProcesses('the Redis budget store', () => redisBench(redis.url));
  describeBudgetClocks('the Redis budget store', () => redisBench(redis.url));

  test('of 200 calls at once on a budget for 20, 20 succeed although some fail, through the budgets of two processes', async () => {
    const bench = await budgetBench([{ limitUsd: 20 * 0.07 }], { openStore: () => createRedisBudgetStore({ url: redis.url, keyPrefix: 'budgets' }) });
    const processes = [bench.open(), bench.open()];
    const { signal } = new AbortController();
    const results = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const hold = await Promise.resolve(processes[index % 2]!.reserve({ tenant: 'web' }, 0.07, { waitMs: 20_000, signal })).catch(() => null);
      if (!hold) return 'refused';
      await (index % 3 === 0 ? hold.release() : hold.settle(0.07));
      return index % 3 === 0 ? 'failed' : 'succeeded';
    }));
    expect(results.filter((result) => result === 'succeeded')).toHaveLength(20);
    expect(await processes[0]!.status({ tenant: 'web' })).toMatchObject([{ spentUsd: 1.4, reservedUsd: 0 }]);
    await bench.close();
  });

  test('calls under way when the server lost its memory count once, whether they ended before or after it was back', async () => {
    const bench = await redisBench(redis.url);
    let ledger = 100;
    const store = bench.open(async () => ledger);
    const accounts = [{ key: 'day', limitNanoUsd: 1_000, endsAt: null }];
    const reserve = (id: string) => store.reserve({ id, accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 });
    await reserve('one');
    await reserve('two');
    // It ends while the server is away: the ledger has it, and its settlement is put off.
    await redis.kill();
    await expect(store.settle('one', accounts, 8)).rejects.toMatchObject({ code: 'store_unavailable' });
    ledger += 8;
    await redis.restart();
    await reserve('new');
    for (const id of ['one', 'two', 'new']) await store.settle(id, accounts, 8);
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 124, reservedNanoUsd: 0 }]);
    ledger += 16;
    await store.sweep(Date.now());
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 124, reservedNanoUsd: 0 }]);
    await bench.close();
  });

  test('a server that lost its memory costs nothing: accounts are seeded, and calls under way counted by the ledger', async () => {
    const bench = await redisBench(redis.url);
    let ledger = 90;
    const store = bench.open(async () => ledger);
    const accounts = [{ key: 'day', limitNanoUsd: 1_000, endsAt: null }];
    await store.reserve({ id: 'ended', accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 });
    await store.settle('ended', accounts, 10);
    await store.reserve({ id: 'under-way', accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 });
    await redis.restart();
    ledger = 100;
    await store.settle('under-way', accounts, 8);
    await store.settle('under-way', accounts, 8);
    ledger += 8;
    await store.sweep(Date.now());
    expect(await store.totals(['day'])).toEqual([{ spentNanoUsd: 108, reservedNanoUsd: 0 }]);
    expect(await store.reserve({ id: 'next', accounts, amountNanoUsd: 10, expiresAt: Date.now() + 60_000 }))
      .toEqual({ reserved: true, totals: [{ spentNanoUsd: 108, reservedNanoUsd: 10 }] });
    await bench.close();
  });
});
