import { afterEach, describe, expect, test } from '@jest/globals';
import { createRedisBudgetStore } from '../../agent-runtime/src/stores/state/redis.ts';
import type { State } from '../../agent-runtime/src/stores/state/state.ts';
import { redisMissing, startRedis } from '../servers/start-redis.ts';
import { startRedisCluster } from '../servers/start-redis-cluster.ts';
import { startRedisSentinel, type RedisSentinel } from '../servers/start-redis-sentinel.ts';
import { openRedisState } from './redis-benches.ts';
import { moduleOf, runProgram } from './run-program.ts';
import { eventually, listen } from './state-tools.ts';

const LONG = 120_000;
const missing = redisMissing();
const describeRedis = missing === null ? describe : describe.skip;
const because = missing === null ? '' : `, skipped: ${missing}`;

const closing: { close(): Promise<void> }[] = [];
const open = (url: string, keyPrefix = 'nodes') => {
  const state = openRedisState(url, keyPrefix);
  closing.push(state);
  return state;
};
const closed = async () => void await Promise.all(closing.splice(0).map((store) => store.close()));

/** Says it again until it is heard: a message may be lost. */
const heardAfter = (speaker: State, texts: readonly string[]) => eventually(async () => {
  speaker.events.publish('tasks', 'after');
  await new Promise((resolve) => setTimeout(resolve, 20));
  return texts.includes('after');
});

describeRedis(`a failover by Sentinels mid-run${because}`, () => {
  let redis: RedisSentinel;
  afterEach(async () => {
    await closed();
    await redis.stop();
  });

  /** Two processes at work while the master goes. Every call ends, within its bound. */
  async function failOver(remove: (pid: number) => void): Promise<void> {
    redis = await startRedisSentinel();
    const [state, other] = [open(redis.url), open(redis.url)];
    const budgets = createRedisBudgetStore({ url: redis.url, keyPrefix: 'nodes', seed: async () => 50 });
    closing.push(budgets);
    const heard = await listen(state, 'tasks');
    const lease = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
    const answer = await state.limits.take('run-1', [{ name: 'agent:cto', limit: 1 }], LONG);
    if (!answer.taken) throw new Error('the limit has a place');
    const account = { key: 'day', limitNanoUsd: 1_000, endsAt: null };
    await budgets.reserve({ id: 'call', accounts: [account], amountNanoUsd: 10, expiresAt: Date.now() + LONG });
    const master = redis.master();
    await eventually(() => redis.servers.every((server) => server === master || server.command('DBSIZE') === master.command('DBSIZE')));

    remove(master.pid);
    let longest = 0;
    const until = redis.failedOver(master).then(() => true);
    for (let over = false; !over; over = await Promise.race([until, new Promise<false>((resolve) => setTimeout(resolve, 20, false))])) {
      const began = performance.now();
      await state.leases.renew(lease, LONG).catch((error: unknown) => expect(error).toMatchObject({ code: 'store_unavailable' }));
      longest = Math.max(longest, performance.now() - began);
    }
    expect(longest).toBeLessThan(4_000);
    await eventually(() => state.ping().then(() => true, () => false));

    expect(await eventually(() => state.leases.renew(lease, LONG).catch(() => false))).toBe(true);
    expect(await other.leases.acquire('sweeper', { owner: 'b', ttlMs: LONG })).toBeNull();
    await state.limits.renew([answer.place], LONG);
    expect(await other.limits.take('run-2', [{ name: 'agent:cto', limit: 1 }], LONG)).toMatchObject({ taken: false });
    await eventually(() => Promise.resolve(budgets.settle('call', [account], 8)).then(() => true, () => false));
    expect(await budgets.totals(['day'])).toEqual([{ spentNanoUsd: 58, reservedNanoUsd: 0 }]);
    await heardAfter(other, heard.texts);
  }

  test('whose master is killed goes on with the replica', () => failOver((pid) => process.kill(pid, 'SIGKILL')), 60_000);
  test('whose master hangs goes on with the replica', () => failOver((pid) => process.kill(pid, 'SIGSTOP')), 60_000);
});

(missing === null ? test : test.skip).each(['SIGKILL', 'SIGSTOP'] as const)(`a Cluster's node that gets %s fails what it keeps in time, and comes back${because}`, async (signal) => {
  const redis = await startRedisCluster();
  try {
    const state = open(redis.url);
    const heard = await listen(state, 'tasks');
    const keys = Array.from({ length: 30 }, (_, index) => `conversation-${index}`); // on all nodes
    const setAll = () => Promise.all(keys.map((key) => state.memory.set(key, 'x', LONG).then(() => true, (error: { readonly code?: string }) => error.code)));
    expect(await setAll()).not.toContain('store_unavailable');
    const node = redis.nodes[1]!;
    process.kill(node.pid, signal);
    const began = performance.now();
    const answers = await setAll();
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(answers).toContain('store_unavailable');
    if (signal === 'SIGKILL') await node.start();
    else process.kill(node.pid, 'SIGCONT');
    await redis.ready();
    await eventually(async () => (await setAll()).every((answer) => answer === true));
    expect(await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG })).not.toBeNull();
    await heardAfter(open(redis.url), heard.texts);
  } finally {
    await closed();
    await redis.stop();
  }
}, 60_000);

describeRedis(`two processes with clocks two minutes apart${because}`, () => {
  test('see the same leases, places, members and windows', async () => {
    const redis = await startRedis();
    try {
      const state = open(redis.url, 'clocks');
      const lease = (await state.leases.acquire('sweeper', { owner: 'here', ttlMs: LONG / 2 }))!;
      await state.limits.take('run-here', [{ name: 'agent:cto', limit: 2 }], LONG / 2);
      await state.memory.setMember('workers', 'here', 'idle', LONG / 2);
      await state.rates.consume('key', { points: 2, perMs: 60_000 });
      for (const clockMs of [120_000, -120_000]) {
        const name = `there-${clockMs}`;
        const printed = await runProgram(`
          const { createRedisConnection, createRedisState } = await import(${JSON.stringify(moduleOf('redis'))});
          const connection = createRedisConnection({ url: ${JSON.stringify(redis.url)} });
          const state = createRedisState({ connection, keyPrefix: 'clocks' });
          const free = await state.leases.acquire('free', { owner: 'there', ttlMs: 60_000 });
          await state.leases.release(free);
          const answer = await state.limits.take(${JSON.stringify(name)}, [{ name: 'agent:cto', limit: 2 }], 60_000);
          await state.limits.give(answer.place);
          await state.memory.setMember('workers', ${JSON.stringify(name)}, 'idle', 60_000);
          console.log(JSON.stringify({
            held: await state.leases.acquire('sweeper', { owner: 'there', ttlMs: 60_000 }), fence: free.fence, taken: answer.taken,
            places: await state.limits.count('agent:cto'), members: (await state.memory.members('workers')).size,
            rate: await state.rates.consume('key', { points: 2, perMs: 60_000 }), now: Date.now(),
          }));
          await state.close();
          await connection.close();`, clockMs).ended;
        const there = JSON.parse(printed) as { held: unknown; fence: number; taken: boolean; places: number; members: number; rate: { resetMs: number }; now: number };
        expect(Math.abs(there.now - Date.now() - clockMs)).toBeLessThan(20_000);
        expect(there).toMatchObject({ held: null, taken: true, places: 1, members: clockMs > 0 ? 2 : 3 });
        expect(there.rate.resetMs).toBeGreaterThan(30_000);
        expect(there.rate.resetMs).toBeLessThanOrEqual(60_000);
        const next = (await state.leases.acquire('free', { owner: 'here', ttlMs: 60_000 }))!;
        expect(next.fence).toBeGreaterThan(there.fence);
        await state.leases.release(next);
      }
      expect((await state.memory.members('workers')).size).toBe(3);
      expect(await state.leases.renew(lease, LONG)).toBe(true);
    } finally {
      await closed();
      await redis.stop();
    }
  });
});
