import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { AiosError } from '../../../errors.ts';
import type { BudgetAccount, BudgetStore, BudgetTotals, ReserveAnswer } from '../budget-store.ts';
import { createCatchUps } from '../catch-ups.ts';
import { oncePerKey, type Seed } from '../seed.ts';
import type { BUDGET_SCRIPTS } from './budget-scripts.ts';
import { createRedisConnection, type RedisConnection } from './connection.ts';

const FORGET_AFTER_MS = 3 * 24 * 3_600_000;
const SWEPT_AT_ONCE = 200;

export type RedisBudgetStoreOptions = {
  /** Keeps installations that share a server apart. */
  readonly keyPrefix: string;
  /** Absent: an account that is new has spent nothing. */
  readonly seed?: Seed;
} & (
  /** Shared with others; stays open when the store is closed. */
  | { readonly connection: RedisConnection }
  /** One of its own to there. */
  | { readonly url: string }
);

/** Numbers come back as text where Redis keeps them so. */
type Reply = readonly (string | number)[];
type Scripts = Readonly<Record<keyof typeof BUDGET_SCRIPTS, (...parameters: (string | number)[]) => Promise<Reply>>>;

/**
 * A budget store on a Redis server, shared by processes on any machine. When the server loses its memory, accounts are
 * seeded anew and calls under way are charged as they end, or by what the ledger has of them; what they had reserved is free until then.
 */
export function createRedisBudgetStore({ keyPrefix, seed, ...server }: RedisBudgetStoreOptions): BudgetStore {
  const connection = 'connection' in server ? server.connection : createRedisConnection(server);
  const base = `{${keyPrefix}}:budget`;
  const names = { expiry: `${base}:expiry`, epoch: `${base}:epoch`, holds: `${base}:hold:` };
  const accountKey = (key: string) => `${base}:account:${key}`;
  const catchUps = createCatchUps(catchUp);
  /** Of those made here: the memory of the server in which each was made, and when its settlement was first tried, ms since 1970. */
  const holds = new Map<string, { readonly epoch: string; endedAt?: number }>();
  const seedOf = seed && oncePerKey(seed);
  let closed = false;

  async function ask<Result>(work: (redis: Redis & Scripts) => Promise<Result>): Promise<Result> {
    if (closed) throw new AiosError('store_unavailable', 'The budget store is closed: the runtime is shutting down. Try again.');
    return connection.ask((redis) => work(redis as Redis & Scripts));
  }

  /** Repeats a script until the accounts that it misses have been seeded. */
  async function withSeeds(accounts: readonly BudgetAccount[], script: (redis: Scripts, seeds: ReadonlyMap<string, number>) => Promise<Reply>): Promise<Reply> {
    const seeds = new Map<string, number>();
    for (;;) {
      const reply = await ask((redis) => script(redis, seeds));
      if (reply[0] !== 'missing') return reply;
      const keys = reply.slice(1).map((position) => accounts[Number(position) - 1]?.key ?? '');
      await Promise.all(keys.map(async (key) => seeds.set(key, await seedOf?.(key) ?? 0)));
    }
  }

  async function catchUp(key: string): Promise<void> {
    if (!seedOf) return;
    const inLedger = await seedOf(key);
    await ask((redis) => redis.budgetCatchUp(accountKey(key), inLedger));
  }

  return {
    async reserve({ id, accounts, amountNanoUsd, expiresAt }): Promise<ReserveAnswer> {
      const reply = await withSeeds(accounts, (redis, seeds) => redis.budgetReserve(
        3 + accounts.length, names.expiry, names.epoch, names.holds + id, ...accounts.map(({ key }) => accountKey(key)),
        id, amountNanoUsd, expiresAt, Date.now(), randomUUID(),
        ...accounts.flatMap((account) => [account.limitNanoUsd ?? '', forgetAt(account), seeds.get(account.key) ?? '']),
      ));
      if (reply[0] === 'refused') {
        return { reserved: false, refusedBy: accounts[Number(reply[1]) - 1]!, totals: totalsOf(reply[2], reply[3]) };
      }
      holds.set(id, { epoch: String(reply[1]) });
      return { reserved: true, totals: accounts.map((_, index) => totalsOf(reply[2 + index * 2], reply[3 + index * 2])) };
    },
    async settle(id, accounts, amountNanoUsd) {
      const made = holds.get(id);
      if (made) made.endedAt ??= Date.now();
      const [outcome] = await withSeeds(accounts, (redis, seeds) => redis.budgetSettle(
        3 + accounts.length, names.expiry, names.epoch, names.holds + id, ...accounts.map(({ key }) => accountKey(key)),
        id, amountNanoUsd, made?.epoch ?? '', made?.endedAt ?? 0, Date.now(),
        ...accounts.flatMap((account) => [forgetAt(account), seeds.get(account.key) ?? '']),
      ));
      // What it cost may be in the ledger and in a new account's seed, or not yet.
      if (outcome === 'lost') catchUps.add(accounts.map(({ key }) => key), Date.now());
      holds.delete(id);
    },
    async release(id) {
      await ask((redis) => redis.budgetRelease(names.expiry, names.holds + id, id));
      holds.delete(id);
    },
    async extend(ids, expiresAt) {
      if (ids.length > 0) await ask((redis) => redis.budgetExtend(names.expiry, expiresAt, Date.now(), ...ids));
    },
    async sweep(now) {
      const swept: { id: string; amountNanoUsd: number }[] = [];
      for (;;) {
        const reply = await ask((redis) => redis.budgetSweep(names.expiry, now, Date.now(), SWEPT_AT_ONCE, names.holds, FORGET_AFTER_MS));
        for (let index = 0; index < reply.length; index += 3) {
          swept.push({ id: String(reply[index]), amountNanoUsd: Number(reply[index + 1]) });
          catchUps.add((JSON.parse(String(reply[index + 2])) as string[]).map((name) => name.slice(accountKey('').length)), now);
        }
        if (reply.length < SWEPT_AT_ONCE * 3) break;
      }
      await catchUps.run(now);
      return swept;
    },
    async catchUp(keys, now) {
      await Promise.all(keys.map(async (key) => {
        if (await ask((redis) => redis.exists(accountKey(key))) === 0) return;
        await catchUp(key);
        catchUps.add([key], now, 1);
      }));
    },
    totals: (keys) => Promise.all(keys.map(async (key) => {
      const [spent, reserved] = await ask((redis) => redis.hmget(accountKey(key), 'spent', 'reserved'));
      return totalsOf(spent ?? await seedOf?.(key) ?? 0, reserved ?? 0);
    })),
    async ping() {
      // Writes: a server that only answers is of no use.
      await ask((redis) => redis.set(`${base}:ping`, '1', 'PX', 1_000));
    },
    async close() {
      if (closed) return;
      closed = true;
      if (!('connection' in server)) await connection.close();
    },
  };
}

function forgetAt({ endsAt }: BudgetAccount): number | '' {
  return endsAt === null ? '' : endsAt + FORGET_AFTER_MS;
}

function totalsOf(spent: string | number | undefined, reserved: string | number | undefined): BudgetTotals {
  return { spentNanoUsd: Number(spent), reservedNanoUsd: Number(reserved) };
}
