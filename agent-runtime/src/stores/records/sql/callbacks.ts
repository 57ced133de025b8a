import { randomUUID } from 'node:crypto';
import { sql, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { BatchOutcome } from '../../../contract/batch.ts';
import type { CallbackRecords, DueCallback } from '../callback-records.ts';
import { hasOneWriter, transact } from './engine.ts';
import { taskError } from './task-view.ts';
import type { Database, Statements, Tables } from './tables.ts';

/** Tells SQL that the index without the delivered ones has what is asked for. */
const notDelivered = sql<SqlBool>`status <> 'delivered'`;

export function callbackRecords(database: Database): CallbackRecords {
  function own(callback: DueCallback) {
    return database.updateTable('callbacks').where('batch_id', '=', callback.batchId).where('lease_token', '=', callback.token);
  }

  return {
    async take(now, leaseUntil, limit, exceptOrigins = []) {
      const due = (statements: Statements) => statements.selectFrom('callbacks').select('batch_id')
        .where('status', '=', 'pending').where(notDelivered).where('due_at', '<=', now).where(toOthers(exceptOrigins)).orderBy('due_at').limit(limit);
      // Looked for without a lock: mostly there is none.
      if (await due(database).executeTakeFirst() === undefined) return [];
      const token = randomUUID();
      return transact(database, async (transaction) => {
        // Those that another process has just taken are left to it.
        const found = hasOneWriter(transaction) ? due(transaction) : due(transaction).forNoKeyUpdate().skipLocked();
        const ids = (await found.execute()).map((row) => row.batch_id);
        if (ids.length === 0) return [];
        // A leased callback is one that is due when its lease ends.
        const rows = await transaction.updateTable('callbacks').set({ lease_token: token, due_at: leaseUntil })
          .where('batch_id', 'in', ids).returning(['batch_id', 'url', 'attempts', 'created_at']).execute();
        const outcomeOf = await batchOutcomes(transaction, ids);
        return rows.map((row) => ({
          batchId: row.batch_id, url: row.url, attempts: row.attempts, createdAt: row.created_at, token, outcome: outcomeOf(row.batch_id),
        }));
      });
    },

    async settle(callback, settlement) {
      await own(callback).set((expression) => ({
        status: settlement.status, attempts: expression('attempts', '+', 1), lease_token: null,
        last_error: settlement.status === 'delivered' ? null : settlement.error,
        ...settlement.status === 'pending' && { due_at: settlement.nextAttemptAt },
      })).execute();
    },

    async release(callback, now) {
      await own(callback).set({ lease_token: null, due_at: now }).execute();
    },

    async nextAt(exceptOrigins = []) {
      const row = await database.selectFrom('callbacks').select((expression) => expression.fn.min<number | null>('due_at').as('next'))
        .where('status', '=', 'pending').where(notDelivered).where(toOthers(exceptOrigins)).executeTakeFirst();
      return row?.next ?? null;
    },

    async counts() {
      const rows = await database.selectFrom('callbacks').select(['status', (expression) => expression.fn.countAll<number>().as('count')])
        .where(notDelivered).groupBy('status').execute();
      const count = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
      return { pending: count('pending'), failed: count('failed') };
    },
  };
}

/** Addresses are kept as `URL` writes them, so each begins with its origin and a slash. */
function toOthers(origins: readonly string[]) {
  return (expression: ExpressionBuilder<Tables, 'callbacks'>) => expression.and(
    origins.map((origin) => sql<SqlBool>`substr(url, 1, ${origin.length + 1}) <> ${`${origin}/`}`));
}

async function batchOutcomes(statements: Statements, batchIds: readonly string[]): Promise<(batchId: string) => BatchOutcome> {
  const rows = await statements.selectFrom('tasks').select(['id', 'batch_id', 'position', 'status', 'result', 'error_code', 'error_kind', 'error_message'])
    .where('batch_id', 'in', batchIds).orderBy('position').execute();
  const batches = Map.groupBy(rows, (row) => row.batch_id);
  return (batchId) => ({
    batchId,
    tasks: (batches.get(batchId) ?? []).map((row) => ({
      id: row.id, index: row.position, status: row.status, error: taskError(row),
      result: row.result === null ? null : JSON.parse(row.result) as Record<string, unknown>,
    })),
  });
}
