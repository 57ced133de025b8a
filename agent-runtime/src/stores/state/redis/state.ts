import type { Limits, Leases, Memory, State } from '../state.ts';
import type { RedisConnection } from './connection.ts';
import { createRedisEvents } from './events.ts';
import { createRedisRates } from './rates.ts';

export interface RedisStateOptions {
  /** Stays open when the state is closed. */
  readonly connection: RedisConnection;
  /** Keeps installations that share a server apart. */
  readonly keyPrefix: string;
}

/**
 * The state on a Redis server, shared by processes on any machine. A server that loses its memory costs warmth: leases are
 * taken anew with higher fences, live holders take their places back when they renew them, rates begin anew, and
 * subscriptions go on.
 */
export function createRedisState({ connection, keyPrefix }: RedisStateOptions): State {
  const events = createRedisEvents({ connection, keyPrefix });
  return {
    leases: createLeases(connection, `{${keyPrefix}:leases}:`),
    limits: createLimits(connection, `{${keyPrefix}:limits}:`),
    rates: createRedisRates({ connection, keyPrefix }),
    events,
    memory: createMemory(connection, keyPrefix),
    async ping() {
      // Writes: a server that only answers is of no use.
      await connection.ask((redis) => redis.set(`${keyPrefix}:ping`, '1', 'PX', 1_000));
    },
    close: () => events.close(),
  };
}

function createLeases({ ask }: RedisConnection, base: string): Leases {
  /** Of all leases of this process: the server may come back with another clock and without its memory. */
  let seen = 0;
  const textOf = ({ fence, owner }: { readonly fence: number; readonly owner: string }) => `${fence}:${owner}`;
  return {
    async acquire(name, { owner, ttlMs }) {
      const answer = await ask((redis) => redis.stateAcquireLease(`${base}name:${name}`, `${base}fence`, owner, ttlMs, seen));
      if (answer === null) return null;
      const fence = Number(answer);
      seen = Math.max(seen, fence);
      return { name, owner, fence };
    },
    renew: async (lease, ttlMs) => await ask((redis) => redis.stateRenewLease(`${base}name:${lease.name}`, textOf(lease), ttlMs)) === 1,
    async release(lease) {
      await ask((redis) => redis.stateReleaseLease(`${base}name:${lease.name}`, textOf(lease)));
    },
  };
}

function createLimits({ ask }: RedisConnection, base: string): Limits {
  const keysOf = (names: readonly string[]) => names.map((name) => base + name);
  return {
    async take(holder, limits, ttlMs) {
      const names = limits.map(({ name }) => name);
      if (names.length === 0) return { taken: true, place: { holder, names } };
      const refused = Number(await ask((redis) =>
        redis.stateTakePlace(names.length, ...keysOf(names), holder, ttlMs, ...limits.map(({ limit }) => limit))));
      return refused === 0 ? { taken: true, place: { holder, names } } : { taken: false, refusedBy: names[refused - 1]! };
    },
    async renew(places, ttlMs) {
      const each = places.flatMap(({ holder, names }) => names.map((name) => ({ holder, key: base + name })));
      if (each.length === 0) return;
      await ask((redis) => redis.stateRenewPlaces(each.length, ...each.map(({ key }) => key), ttlMs, ...each.map(({ holder }) => holder)));
    },
    async give({ holder, names }) {
      if (names.length > 0) await ask((redis) => redis.stateGivePlace(names.length, ...keysOf(names), holder));
    },
    count: async (name) => Number(await ask((redis) => redis.stateCountPlaces(base + name))),
  };
}

function createMemory({ ask }: RedisConnection, keyPrefix: string): Memory {
  const valueKey = (key: string) => `${keyPrefix}:value:${key}`;
  const listKey = (key: string) => `${keyPrefix}:list:${key}`;
  const groupKeys = (group: string) => [`{${keyPrefix}:group:${group}}:values`, `{${keyPrefix}:group:${group}}:ends`] as const;
  return {
    get: (key) => ask((redis) => redis.get(valueKey(key))),
    async set(key, value, ttlMs) {
      await ask((redis) => redis.set(valueKey(key), value, 'PX', ttlMs));
    },
    async delete(key) {
      await ask((redis) => redis.del(valueKey(key)));
    },
    async append(key, item, { keep, ttlMs }) {
      await ask((redis) => redis.stateAppendItem(listKey(key), item, keep, ttlMs));
    },
    items: (key) => ask((redis) => redis.lrange(listKey(key), 0, -1)),
    async deleteItems(key) {
      await ask((redis) => redis.del(listKey(key)));
    },
    async setMember(group, member, value, ttlMs) {
      await ask((redis) => redis.stateSetMember(...groupKeys(group), member, value, ttlMs));
    },
    async deleteMember(group, member) {
      await ask((redis) => redis.stateDeleteMember(...groupKeys(group), member));
    },
    async members(group) {
      const flat = await ask((redis) => redis.stateMembers(...groupKeys(group))) as readonly string[];
      const pairs = Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2]!, flat[index * 2 + 1]!] as const);
      return new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}
