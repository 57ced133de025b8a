import { join } from 'node:path';
import { openDatabase } from '../../sqlite/open-database.ts';
import { storeError } from '../../sqlite/store-error.ts';
import { accountTable, type AccountTable, type OpenAccount } from './account-table.ts';
import type { BudgetAccount, BudgetStore, BudgetTotals, ReserveAnswer, ReserveRequest } from '../budget-store.ts';
import { createCatchUps } from '../catch-ups.ts';
import { oncePerKey, type Seed } from '../seed.ts';
import { createWriteGroup } from './write-group.ts';

const FORGET_AFTER_MS = 3 * 24 * 3_600_000;
const SWEPT_AT_ONCE = 500;
/** Pages of the write-ahead log between two syncs to the disk, which stop the process for as long as the disk takes. */
const CHECKPOINT_PAGES = 4_000;

export interface EmbeddedBudgetStoreOptions {
  /** Folder of the database file; several processes on one machine may share it. */
  readonly folder: string;
  /** Absent: an account that is new has spent nothing. */
  readonly seed?: Seed;
}

/** What a write answers with when these accounts have to be made first; it is then repeated. */
class Missing {
  readonly accounts: readonly BudgetAccount[];
  constructor(accounts: readonly BudgetAccount[]) {
    this.accounts = accounts;
  }
}

/** A budget store in a SQLite file. Calls of one turn of the event loop are committed together and survive the process. */
export function createEmbeddedBudgetStore({ folder, seed }: EmbeddedBudgetStoreOptions): BudgetStore {
  const database = openDatabase(join(folder, 'state.sqlite'));
  const table = accountTable(database);
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  database.exec('PRAGMA busy_timeout = 0');
  const { write, writeSoon, commitNow, close } = createWriteGroup({ database, begin: table.begin, end: table.end });
  const seedOf = seed && oncePerKey(seed);
  const catchUps = createCatchUps(catchUp);
  let closing: Promise<void> | undefined;

  /** Repeats a write until all accounts that it needs are there. */
  async function withAccounts<Result>(work: () => Result | Missing, first = write): Promise<Result> {
    for (let look = first; ; look = write) {
      const result = await look(work);
      if (!(result instanceof Missing)) return result;
      const spent = await Promise.all(result.accounts.map(({ key }) => seedOf?.(key) ?? 0));
      await write(() => result.accounts.forEach((account, index) => {
        if (!table.open(account.key)) table.create(account, spent[index] ?? 0);
      }));
    }
  }

  /** What is reserved may be in the ledger already and is yet to be settled, so so much less is certain to have been spent. */
  async function catchUp(key: string): Promise<void> {
    if (!seedOf) return;
    const inLedger = await seedOf(key);
    await write(() => {
      const account = table.open(key);
      if (!account || account.spent >= inLedger - account.reserved) return;
      account.spent = inLedger - account.reserved;
      account.changed = true;
    });
  }

  return {
    reserve: (request) => withAccounts(() => reserve(table, request)),
    // Who settles or releases has its answer already.
    settle: (id, accounts, amount) => withAccounts(() => settle(table, id, accounts, amount), writeSoon),
    release: (id) => writeSoon(() => {
      const hold = table.takeHold(id);
      if (hold) free(table, hold.keys, hold.amount);
    }),
    extend: async (ids, expiresAt) => (ids.length === 0 ? undefined : write(() => table.extend(ids, expiresAt))),
    async sweep(now) {
      const swept: { id: string; amountNanoUsd: number }[] = [];
      for (;;) {
        const found = await write(() => {
          const expired = table.expired(now, SWEPT_AT_ONCE);
          for (const { id, keys, amount } of expired) {
            free(table, keys, amount);
            table.markSwept(id, keys, now);
          }
          if (expired.length < SWEPT_AT_ONCE) table.forget(now - FORGET_AFTER_MS);
          return expired;
        });
        swept.push(...found.map(({ id, amount }) => ({ id, amountNanoUsd: amount })));
        catchUps.add(found.flatMap(({ keys }) => keys), now);
        if (found.length < SWEPT_AT_ONCE) break;
      }
      await catchUps.run(now);
      return swept;
    },
    async catchUp(keys, now) {
      const known = await write(() => keys.filter((key) => table.open(key) !== undefined));
      await Promise.all(known.map(catchUp));
      catchUps.add(known, now, 1);
    },
    async totals(keys) {
      try {
        commitNow();
        const known = keys.map((key) => table.totals(key));
        if (!known.includes(undefined)) return known as BudgetTotals[];
        return await Promise.all(known.map(async (totals, index) =>
          totals ?? { spentNanoUsd: await seedOf?.(keys[index] ?? '') ?? 0, reservedNanoUsd: 0 }));
      } catch (error) {
        throw storeError(error);
      }
    },
    async ping() {
      try {
        table.totals('');
      } catch (error) {
        throw storeError(error);
      }
    },
    close: () => closing ??= close().then(() => database.close()),
  };
}

function reserve(table: AccountTable, { id, accounts, amountNanoUsd, expiresAt }: ReserveRequest): ReserveAnswer | Missing {
  const open: OpenAccount[] = [];
  for (const { key } of accounts) {
    const account = table.open(key);
    if (!account) return missing(table, accounts);
    open.push(account);
  }
  const refused = accounts.findIndex(({ limitNanoUsd }, index) =>
    limitNanoUsd !== null && open[index]!.spent + open[index]!.reserved + amountNanoUsd > limitNanoUsd);
  if (refused >= 0 && !table.hasHold(id)) return { reserved: false, refusedBy: accounts[refused]!, totals: totalsOf(open[refused]!) };
  if (refused < 0 && table.addHold(id, accounts.map(({ key }) => key), amountNanoUsd, expiresAt)) {
    for (const account of open) {
      account.reserved += amountNanoUsd;
      account.changed = true;
    }
  }
  return { reserved: true, totals: open.map(totalsOf) };
}

function settle(table: AccountTable, id: string, accounts: readonly BudgetAccount[], amountNanoUsd: number): undefined | Missing {
  const hold = table.takeHold(id);
  if (!hold) return undefined;
  free(table, hold.keys, hold.amount);
  const open = accounts.map(({ key }) => table.open(key));
  if (open.includes(undefined)) {
    table.markSwept(id, hold.keys, hold.expiresAt);
    return missing(table, accounts);
  }
  for (const account of open as readonly OpenAccount[]) {
    account.spent += amountNanoUsd;
    account.changed = true;
  }
  return undefined;
}

function free(table: AccountTable, keys: readonly string[], amount: number): void {
  if (amount === 0) return;
  for (const key of keys) {
    const account = table.open(key);
    if (!account) continue;
    account.reserved -= amount;
    account.changed = true;
  }
}

function missing(table: AccountTable, accounts: readonly BudgetAccount[]): Missing {
  return new Missing(accounts.filter(({ key }) => !table.open(key)));
}

function totalsOf({ spent, reserved }: OpenAccount): BudgetTotals {
  return { spentNanoUsd: spent, reservedNanoUsd: reserved };
}
