import { randomUUID } from 'node:crypto';
import { sql, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { BatchOutcome } from '../../../contract/batch.ts';
import type { CallbackRecords, DueCallback } from '../records.ts';
import { taskError } from './task-view.ts';
import type { Database, Statements, Tables } from './tables.ts';

export function callbackRecords(database: Database): CallbackRecords {
  function own(callback: DueCallback) {
    return database.updateTable('callbacks').where('batch_id', '=', callback.batchId).where('lease_token', '=', callback.token);
  }

  return {
    async take(now, leaseUntil, limit, exceptOrigins = []) {
      const due = await database.selectFrom('callbacks').select('batch_id')
        .where('status', '=', 'pending').where('due_at', '<=', now).where(toOthers(exceptOrigins)).orderBy('due_at').limit(limit).execute();
      if (due.length === 0) return [];
      const token = randomUUID();
      return database.transaction().execute(async (transaction) => {
        // A leased callback is one that is due when its lease ends.
        const rows = await transaction.updateTable('callbacks').set({ lease_token: token, due_at: leaseUntil })
          .where('batch_id', 'in', due.map((row) => row.batch_id)).where('status', '=', 'pending').where('due_at', '<=', now)
          .returning(['batch_id', 'url', 'attempts', 'created_at']).execute();
        return Promise.all(rows.map(async (row) => ({
          batchId: row.batch_id, url: row.url, attempts: row.attempts, createdAt: row.created_at, token,
          outcome: await batchOutcome(transaction, row.batch_id),
        })));
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
        .where('status', '=', 'pending').where(toOthers(exceptOrigins)).executeTakeFirst();
      return row?.next ?? null;
    },

    async counts() {
      const rows = await database.selectFrom('callbacks').select(['status', (expression) => expression.fn.countAll<number>().as('count')])
        .where('status', '!=', 'delivered').groupBy('status').execute();
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

async function batchOutcome(statements: Statements, batchId: string): Promise<BatchOutcome> {
  const rows = await statements.selectFrom('tasks').select(['id', 'position', 'status', 'result', 'error_code', 'error_kind', 'error_message'])
    .where('batch_id', '=', batchId).orderBy('position').execute();
  return {
    batchId,
    tasks: rows.map((row) => ({
      id: row.id, index: row.position, status: row.status, error: taskError(row),
      result: row.result === null ? null : JSON.parse(row.result) as Record<string, unknown>,
    })),
  };
}
