import type { DatabaseSync } from 'node:sqlite';
import type { BudgetAccount, BudgetTotals } from '../budget-store.ts';

/** An account while a transaction works with it. */
export interface OpenAccount {
  readonly key: string;
  readonly endsAt: number | null;
  spent: number;
  reserved: number;
  changed: boolean;
}

export interface StoredHold {
  readonly amount: number;
  readonly keys: readonly string[];
  /** Its money was released because nobody kept it; the row stays, so that a late settlement is charged. */
  readonly swept: boolean;
  readonly expiresAt: number;
}

/**
 * The rows behind the embedded budget store. Synchronous. Accounts are read once a transaction and written once at its
 * end, however many reservations of it change them.
 */
export interface AccountTable {
  /** Forgets the open accounts: a transaction begins. */
  begin(): void;
  /** Writes the open accounts that changed. */
  end(): void;
  open(key: string): OpenAccount | undefined;
  create(account: BudgetAccount, spent: number): void;
  /** False: there is one with this id. */
  addHold(id: string, keys: readonly string[], amount: number, expiresAt: number): boolean;
  hasHold(id: string): boolean;
  takeHold(id: string): StoredHold | undefined;
  markSwept(id: string, keys: readonly string[], expiresAt: number): void;
  extend(ids: readonly string[], expiresAt: number): void;
  expired(now: number, limit: number): readonly { readonly id: string; readonly amount: number; readonly keys: readonly string[] }[];
  /** Forgets swept holds and ended accounts that are older than that. */
  forget(before: number): void;
  /** Outside a transaction. */
  totals(key: string): BudgetTotals | undefined;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    key TEXT PRIMARY KEY, spent INTEGER NOT NULL, reserved INTEGER NOT NULL, ends_at INTEGER
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS holds (
    id TEXT PRIMARY KEY, keys TEXT NOT NULL, amount INTEGER NOT NULL, expires_at INTEGER NOT NULL, swept INTEGER NOT NULL
  ) WITHOUT ROWID;
`;

interface AccountRow {
  readonly spent: number;
  readonly reserved: number;
  readonly ends_at: number | null;
}

export function accountTable(database: DatabaseSync): AccountTable {
  database.exec(SCHEMA);
  const read = database.prepare('SELECT spent, reserved, ends_at FROM accounts WHERE key = ?');
  const update = database.prepare('UPDATE accounts SET spent = ?, reserved = ? WHERE key = ?');
  const insert = database.prepare('INSERT INTO accounts (key, spent, reserved, ends_at) VALUES (?, ?, 0, ?)');
  const addHold = database.prepare('INSERT INTO holds (id, keys, amount, expires_at, swept) VALUES (?, ?, ?, ?, 0) ON CONFLICT DO NOTHING');
  const hasHold = database.prepare('SELECT 1 FROM holds WHERE id = ? AND swept = 0');
  const takeHold = database.prepare('DELETE FROM holds WHERE id = ? RETURNING keys, amount, swept, expires_at');
  const markSwept = database.prepare(`INSERT INTO holds (id, keys, amount, expires_at, swept) VALUES (?, ?, 0, ?, 1)
    ON CONFLICT (id) DO UPDATE SET amount = 0, swept = 1`);
  const extend = database.prepare('UPDATE holds SET expires_at = ? WHERE id IN (SELECT value FROM json_each(?)) AND swept = 0');
  const expired = database.prepare('SELECT id, keys, amount FROM holds WHERE swept = 0 AND expires_at <= ? LIMIT ?');
  const forgetHolds = database.prepare('DELETE FROM holds WHERE swept = 1 AND expires_at < ?');
  const forgetAccounts = database.prepare('DELETE FROM accounts WHERE ends_at < ? AND reserved = 0');
  const accounts = new Map<string, OpenAccount>();
  const keysOf = (text: unknown) => JSON.parse(text as string) as readonly string[];

  return {
    begin: () => accounts.clear(),
    end() {
      for (const { key, spent, reserved, changed } of accounts.values()) if (changed) update.run(spent, reserved, key);
    },
    open(key) {
      const known = accounts.get(key);
      if (known) return known;
      const row = read.get(key) as unknown as AccountRow | undefined;
      if (!row) return undefined;
      const account = { key, endsAt: row.ends_at, spent: row.spent, reserved: row.reserved, changed: false };
      accounts.set(key, account);
      return account;
    },
    create({ key, endsAt }, spent) {
      insert.run(key, spent, endsAt);
    },
    addHold: (id, keys, amount, expiresAt) => addHold.run(id, JSON.stringify(keys), amount, expiresAt).changes !== 0,
    hasHold: (id) => hasHold.get(id) !== undefined,
    takeHold(id) {
      const row = takeHold.get(id);
      return row && { amount: row['amount'] as number, keys: keysOf(row['keys']), swept: row['swept'] === 1, expiresAt: row['expires_at'] as number };
    },
    markSwept(id, keys, expiresAt) {
      markSwept.run(id, JSON.stringify(keys), expiresAt);
    },
    extend(ids, expiresAt) {
      extend.run(expiresAt, JSON.stringify(ids));
    },
    expired: (now, limit) => expired.all(now, limit)
      .map((row) => ({ id: row['id'] as string, amount: row['amount'] as number, keys: keysOf(row['keys']) })),
    forget(before) {
      forgetHolds.run(before);
      forgetAccounts.run(before);
    },
    totals(key) {
      const row = read.get(key) as unknown as AccountRow | undefined;
      return row && { spentNanoUsd: row.spent, reservedNanoUsd: row.reserved };
    },
  };
}
