import { afterAll, beforeAll, describe } from '@jest/globals';
import { redisMissing, startRedis } from '../servers/start-redis.ts';
import { startRedisCluster } from '../servers/start-redis-cluster.ts';
import { startRedisSentinel } from '../servers/start-redis-sentinel.ts';
import { redisStateBench } from './redis-benches.ts';
import { describeState } from './state-cases.ts';

const missing = redisMissing();
const describeRedis = missing === null ? describe : describe.skip;

for (const [name, start] of Object.entries({ 'a Redis server': startRedis, 'a Redis master and its Sentinels': startRedisSentinel, 'a Redis Cluster': startRedisCluster })) {
  describeRedis(missing === null ? `on ${name}` : `on ${name}, skipped: ${missing}`, () => {
    let server: { readonly url: string; stop(): Promise<void> };
    beforeAll(async () => { server = await start(); }, 60_000);
    afterAll(() => server.stop());

    describeState('the Redis state', redisStateBench(() => server.url));
  });
}
