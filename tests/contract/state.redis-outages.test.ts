import { afterEach, describe, expect, test } from '@jest/globals';
import { createRedisBudgetStore, createRedisConnection } from '../../agent-runtime/src/stores/state/redis.ts';
import type { State } from '../../agent-runtime/src/stores/state/state.ts';
import { redisMissing, startRedis, type RedisServer, type RedisServerOptions } from '../servers/start-redis.ts';
import { startBlackHole } from './black-hole.ts';
import { openRedisState } from './redis-benches.ts';
import { eventually, listen } from './state-tools.ts';

const LONG = 60_000;
/** A command must have failed by then, whatever the server does. */
const BOUND_MS = 4_000;

const missing = redisMissing();
(missing === null ? describe : describe.skip)(missing === null ? 'a Redis server with bad days' : `a Redis server with bad days, skipped: ${missing}`, () => {
  let redis: RedisServer;
  const states: State[] = [];
  afterEach(async () => {
    await Promise.all(states.splice(0).map((state) => state.close()));
    await redis.stop();
  });
  const start = async (options?: RedisServerOptions) => { redis = await startRedis(options); };
  const open = (url = redis.url, keyPrefix = 'bad-days') => {
    const state = openRedisState(url, keyPrefix);
    states.push(state);
    return state;
  };
  /** What it fails of, which must come in time. */
  const failureOf = async (call: () => Promise<unknown>) => {
    const began = performance.now();
    const error = await call().then(() => null, (thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
    expect(performance.now() - began).toBeLessThan(BOUND_MS);
    return error!.message;
  };

  /** What a run holds when its server forgets everything, and what it finds afterwards. */
  async function forgetMidRun(forget: () => Promise<unknown>): Promise<void> {
    await start();
    const [state, other] = [open(), open()];
    const heard = await listen(state, 'tasks');
    const lease = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
    const limit = [{ name: 'agent:cto', limit: 1 }];
    const answer = await state.limits.take('run-1', limit, LONG);
    if (!answer.taken) throw new Error('the limit has a place');
    const rate = { points: 1, perMs: 60_000 };
    await state.rates.consume('key', rate);
    await state.memory.setMember('workers', 'worker-1', 'idle', LONG);

    await forget();

    expect(await eventually(() => state.leases.renew(lease, LONG).then((kept) => !kept, () => false))).toBe(true);
    const next = (await other.leases.acquire('sweeper', { owner: 'b', ttlMs: LONG }))!;
    expect(next.fence).toBeGreaterThan(lease.fence);
    expect(await state.limits.count('agent:cto')).toBe(0);
    await state.limits.renew([answer.place], LONG);
    expect(await other.limits.take('run-2', limit, LONG)).toEqual({ taken: false, refusedBy: 'agent:cto' });
    expect(await state.rates.consume('key', rate)).toMatchObject({ allowed: true });
    expect((await state.memory.members('workers')).size).toBe(0);
    await eventually(async () => {
      other.events.publish('tasks', 'after');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return heard.texts.includes('after');
    });
  }

  test('that is flushed mid-run, scripts too, costs warmth alone', () => forgetMidRun(async () => {
    redis.command('FLUSHALL');
    redis.command('SCRIPT', 'FLUSH', 'SYNC');
  }));

  test('that is killed and comes back empty costs warmth alone', () => forgetMidRun(() => redis.restart()));

  test('that is killed and comes back with its data keeps leases and places', async () => {
    await start();
    const state = open();
    const lease = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
    await state.limits.take('run-1', [{ name: 'agent:cto', limit: 1 }], LONG);
    await redis.kill();
    await redis.start();
    expect(await eventually(() => state.leases.renew(lease, LONG).catch(() => false))).toBe(true);
    expect(await state.limits.count('agent:cto')).toBe(1);
  });

  test('whose clock was put back does not give a lower fence to who has seen a higher one', async () => {
    await start();
    const state = open();
    const first = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
    const ahead = String(first.fence + 7_200e6);
    redis.command('SET', '{bad-days:leases}:fence', ahead); // as a clock two hours ahead would have left it
    await state.leases.release(first);
    const second = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
    expect(second.fence).toBe(Number(ahead) + 1);
    redis.command('FLUSHALL');
    const third = (await state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG }))!;
    expect(third.fence).toBe(second.fence + 1);
  });

  test('that is away is an error in time that says so, and what waited a moment is done when it is back', async () => {
    await start();
    const state = open();
    await state.ping();
    await redis.kill();
    const soon = state.memory.set('a', 'kept', LONG);
    await redis.start();
    await soon;
    expect(await state.memory.get('a')).toBe('kept');
    await redis.kill();
    expect(await failureOf(() => state.memory.get('a'))).toMatch(/check that the server runs.*ECONNREFUSED/);
    expect(await failureOf(() => state.rates.consume('a', { points: 1, perMs: 1_000 }))).toContain('AIOS_REDIS_URL');
    await redis.start();
    expect(await eventually(() => state.memory.get('a').catch(() => null))).toBe('kept');
  });

  test('that hangs is an error in time, and works when it goes on, with its subscriptions', async () => {
    await start();
    const [state, other] = [open(), open()];
    const heard = await listen(state, 'tasks');
    await other.ping();
    process.kill(redis.pid, 'SIGSTOP');
    const messages = await Promise.all([
      failureOf(() => state.leases.acquire('sweeper', { owner: 'a', ttlMs: LONG })), failureOf(() => state.memory.members('workers')),
      failureOf(() => other.ping()),
    ]);
    for (const message of messages) expect(message).toContain('does not answer');
    await failureOf(() => state.ping()); // on a connection that has been given up meanwhile
    process.kill(redis.pid, 'SIGCONT');
    await eventually(() => state.ping().then(() => true, () => false));
    await eventually(async () => {
      other.events.publish('tasks', 'after');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return heard.texts.includes('after');
    });
  });

  test('that the network has forgotten is found again by a new connection, and heard again', async () => {
    await start();
    const path = await startBlackHole(Number(new URL(redis.url).port));
    const [state, other] = [open(`redis://127.0.0.1:${path.port}`), open()];
    const heard = await listen(state, 'tasks');
    await state.ping();
    path.open();
    path.letNewOnesThrough();
    await failureOf(() => state.ping());
    const began = performance.now();
    await eventually(() => state.ping().then(() => true, () => false));
    await eventually(() => heard.missed === 2);
    expect(performance.now() - began).toBeLessThan(10_000);
    other.events.publish('tasks', 'after');
    await eventually(() => heard.texts.includes('after'));
    await path.close();
  });

  test('that was not heard for a while tells its listeners to look for themselves', async () => {
    await start();
    const state = open();
    const heard = await listen(state, 'tasks');
    expect(heard.missed).toBe(1);
    state.events.publish('tasks', 'one');
    await redis.kill();
    state.events.publish('tasks', 'two');
    await redis.start();
    await eventually(() => heard.missed === 2);
    expect(heard.texts).toEqual(['one', 'two']); // of this process, whatever the server does
  });

  test('that cuts only the subscription loses no listener', async () => {
    await start();
    const [state, other] = [open(), open()];
    const heard = await listen(state, 'tasks');
    redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(() => heard.missed === 2);
    other.events.publish('tasks', 'after');
    await eventually(() => heard.texts.length === 1);
  });

  test('with another password is an error that says so, without the password', async () => {
    await start({ password: 'the right one' });
    expect(await open().memory.get('a')).toBeNull();
    for (const [url, words] of [
      [redis.url.replace(/:[^:]*@/, ':the-wrong-one@'), /refused the password.*AIOS_REDIS_URL.*WRONGPASS/],
      [redis.url.replace(/:[^:]*@/, 'somebody:the-wrong-one@'), /refused the password.*AIOS_REDIS_URL.*WRONGPASS/],
      [redis.url.replace(/:[^:]*@/, ''), /wants a password.*AIOS_REDIS_URL.*NOAUTH/],
    ] as const) {
      const state = open(url);
      for (let turn = 0; turn < 3; turn++) expect(await failureOf(() => state.ping())).toMatch(words);
      const error = await state.ping().catch((thrown: unknown) => thrown);
      const { inspect } = await import('node:util');
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/the-wrong-one/);
    }
  });

  test('that is full refuses what writes, and says so', async () => {
    await start();
    const state = open();
    await state.memory.set('a', 'kept', LONG);
    redis.command('CONFIG', 'SET', 'maxmemory', '1');
    for (const call of [
      () => state.ping(), () => state.memory.set('b', 'x', LONG),
      () => state.leases.acquire('x', { owner: 'a', ttlMs: LONG }), () => state.rates.consume('x', { points: 1, perMs: 1_000 }),
      () => state.memory.setMember('workers', 'worker-1', 'x', LONG),
    ]) expect(await failureOf(call)).toContain('is full');
    expect(await state.memory.get('a')).toBe('kept');
    expect(await state.limits.take('run', [{ name: 'x', limit: 1 }], LONG)).toMatchObject({ taken: true }); // frees first, and so may write
    redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await state.ping();
  });

  test('that became a replica is an error that says so, until it is the master again', async () => {
    await start();
    const state = open();
    await state.ping();
    redis.command('REPLICAOF', '127.0.0.1', '1');
    expect(await failureOf(() => state.leases.acquire('x', { owner: 'a', ttlMs: LONG }))).toMatch(/read-only replica.*READONLY/);
    redis.command('REPLICAOF', 'NO', 'ONE');
    await eventually(() => state.ping().then(() => true, () => false));
  });

  test('without the database of the address, or that is no Cluster, says so', async () => {
    await start();
    for (let turn = 0; turn < 2; turn++) expect(await failureOf(() => open(`${redis.url}/99`).ping())).toMatch(/database.*DB index/);
    expect(redis.command('DBSIZE')).toBe('0');
    const [, place] = redis.url.split('://');
    expect(await failureOf(() => open(`redis+cluster://${place}`).ping())).toMatch(/not a Cluster/);
    expect(await failureOf(() => open(`redis+sentinel://127.0.0.1:1/aios`).ping())).toMatch(/check that the server runs.*sentinels/);
    expect(await failureOf(() => open(`rediss://${place}`).ping())).toMatch(/TLS|cannot be reached/);
  });

  test('is shared by budgets and state over one connection', async () => {
    await start();
    const connection = createRedisConnection({ url: redis.url });
    const budgets = createRedisBudgetStore({ connection, keyPrefix: 'shared' });
    await budgets.ping();
    await budgets.totals(['a']);
    await budgets.close();
    await expect(budgets.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await connection.ask((client) => client.ping())).toBe('PONG');
    await connection.close();
    await expect(connection.ask((client) => client.ping())).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  test('a budget store of its own says what is wrong without the password', async () => {
    await start();
    const nobody = createRedisBudgetStore({ url: 'redis://:the-password@127.0.0.1:1', keyPrefix: 'x' });
    expect(await failureOf(() => nobody.ping())).toMatch(/^(?!.*the-password).*check that the server runs/);
    await nobody.close();
  });
});
