import { SqliteAdapter, type SelectQueryBuilder } from 'kysely';
import type { Database, Statements, Tables } from './tables.ts';

/** SQLSTATE of transactions that others made fail, of which nothing remains: in each other's way, or the tables changed. */
const CONFLICTS: ReadonlySet<unknown> = new Set(['40001', '40P01', '0A000']);
const MOST_TRIES = 5;

/** SQLite: a transaction has the database to itself. Else others' commits are seen between its statements (READ COMMITTED). */
export function hasOneWriter(statements: Statements): boolean {
  return statements.getExecutor().adapter instanceof SqliteAdapter;
}

/** Does the work in one transaction, and again when another one was in the way. */
export async function transact<Result>(database: Database, work: (transaction: Statements) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction().execute(work);
    } catch (error) {
      const cause = (error as { readonly cause?: { readonly code?: unknown } } | null)?.cause;
      if (!CONFLICTS.has(cause?.code) || attempt === MOST_TRIES) throw error;
    }
  }
}

/**
 * Locks the table's rows that are found until the transaction ends, and finds them as they are then. So that no two
 * transactions wait for each other, rows are locked in this order: batch, task, receipt. Who ends a task locks it before its
 * batch, which harms nobody: it is open then, and whoever locks the batch first wants tasks that have ended.
 */
export function locked<From extends keyof Tables, Row>(
  statements: Statements, query: SelectQueryBuilder<Tables, From, Row>, table: From & string,
): SelectQueryBuilder<Tables, From, Row> {
  return hasOneWriter(statements) ? query : query.forNoKeyUpdate(table);
}
