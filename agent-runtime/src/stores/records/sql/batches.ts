import type { BatchRecords, NewBatch, NewTask } from '../records.ts';
import { appendEvents } from './events.ts';
import type { Commits } from './commits.ts';
import { isoTime, taskView } from './task-view.ts';
import { spendByTask } from './ledger.ts';
import type { Database, TaskTable } from './tables.ts';

const ROWS_PER_INSERT = 200;

export function batchRecords(database: Database, { announce, settled }: Commits): BatchRecords {
  return {
    async accept(batch, now) {
      const accepted = await database.transaction().execute(async (transaction) => {
        const inserted = await transaction.insertInto('batches').values({
          id: batch.id, tenant: batch.tenant, idempotency_key: batch.idempotencyKey, request_hash: batch.requestHash,
          callback_url: batch.callbackUrl, created_at: now, ended_at: null, open_tasks: batch.tasks.length,
        }).onConflict((conflict) => conflict.columns(['tenant', 'idempotency_key']).doNothing()).returning('id').executeTakeFirst();
        if (!inserted) {
          const earlier = await transaction.selectFrom('batches').select(['id', 'request_hash'])
            .where('tenant', '=', batch.tenant).where('idempotency_key', '=', batch.idempotencyKey).executeTakeFirstOrThrow();
          return { id: earlier.id, created: false, requestHash: earlier.request_hash };
        }
        for (const tasks of chunks(batch.tasks.map((task, position) => ({ task, position })))) {
          await transaction.insertInto('tasks').values(tasks.map(({ task, position }) => newRow(batch, task, position, now))).execute();
          await transaction.insertInto('inputs').values(tasks.map(({ task }) => ({
            task_id: task.id, input: JSON.stringify(task.input), options: JSON.stringify(task.options),
          }))).execute();
          await appendEvents(transaction, tasks.map(({ task }) => ({
            taskId: task.id, seq: 1, type: 'task-accepted', at: now, data: { batchId: batch.id },
          })));
        }
        return { id: batch.id, created: true, requestHash: batch.requestHash };
      });
      if (accepted.created) announce(...batch.tasks.map(({ id }) => ({ type: 'task' as const, taskId: id })));
      const durable = settled();
      durable.catch(() => undefined); // told to whoever awaits it
      return { ...accepted, durable };
    },

    async find(id) {
      const row = await database.selectFrom('batches').leftJoin('callbacks', 'callbacks.batch_id', 'batches.id')
        .select(['batches.id', 'batches.callback_url', 'batches.created_at', 'batches.ended_at',
          'callbacks.status', 'callbacks.attempts', 'callbacks.last_error'])
        .where('batches.id', '=', id).executeTakeFirst();
      if (!row) return null;
      const tasks = await database.selectFrom('tasks').selectAll().where('batch_id', '=', id).orderBy('position').execute();
      const spend = await spendByTask(database, tasks.map((task) => task.id));
      return {
        id: row.id,
        status: row.ended_at === null ? 'running' : 'ended',
        createdAt: isoTime(row.created_at),
        endedAt: row.ended_at === null ? null : isoTime(row.ended_at),
        callback: {
          status: row.status ?? (row.callback_url === null ? 'none' : 'waiting'),
          attempts: row.attempts ?? 0,
          lastError: row.last_error,
        },
        tasks: tasks.map((task) => taskView(task, spend(task.id))),
      };
    },

    async hasEnded(id) {
      const row = await database.selectFrom('batches').select('ended_at').where('id', '=', id).executeTakeFirst();
      return row ? row.ended_at !== null : null;
    },
  };
}

function newRow(batch: NewBatch, task: NewTask, position: number, now: number): TaskTable {
  return {
    id: task.id, batch_id: batch.id, position, agent: task.agent, operation: task.operation, status: 'queued',
    attempt: 0, max_attempts: task.options.maxAttempts, interruptions: 0, created_at: now, started_at: null, ended_at: null,
    due_at: now, deadline_at: now + task.options.deadlineMs, fence: 0, lease_owner: null, lease_until: null,
    cancel_requested: 0, last_seq: 1, error_code: null, error_kind: null, error_message: null, result: null,
  };
}

/** SQL databases limit the parameters of one statement. */
function chunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / ROWS_PER_INSERT) },
    (_, index) => items.slice(index * ROWS_PER_INSERT, (index + 1) * ROWS_PER_INSERT));
}
