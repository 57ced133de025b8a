import type { TaskOptions } from '../../../contract/task.ts';
import type { BatchRecords, ClaimedTask, Lease, NewBatch, NewTask } from '../records.ts';
import type { NewEvent } from './events.ts';
import type { Commits } from './commits.ts';
import { isoTime, taskView } from './task-view.ts';
import { spendByTaskOf } from './ledger.ts';
import { prepared } from './prepared.ts';
import type { Database, TaskTable } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

const endOfBatch = prepared((statements, { id }: { id: string }) =>
  statements.selectFrom('batches').select('ended_at').where('id', '=', id));

export function batchRecords(database: Database, writes: TaskWrites, { announce, settled }: Commits): BatchRecords {
  return {
    async accept(batch, now, leases = new Map()) {
      const tasks = batch.tasks.map((task, position) => ({
        task, row: newRow(batch, task, position, leases.get(task.id) ?? null, now), lease: leases.get(task.id) ?? null,
        stored: { task_id: task.id, input: JSON.stringify(task.input), options: JSON.stringify(task.options) },
      }));
      const earlier = await writes.accept({
        batch: {
          id: batch.id, tenant: batch.tenant, idempotency_key: batch.idempotencyKey, request_hash: batch.requestHash,
          callback_url: batch.callbackUrl, created_at: now, ended_at: null, open_tasks: batch.tasks.length,
        },
        tasks: tasks.map(({ row }) => row),
        inputs: tasks.map(({ stored }) => stored),
        events: tasks.flatMap(({ task, lease }) => firstEvents(batch, task, lease, now)),
      });
      if (earlier) return { ...earlier, created: false, claimed: [], durable: settled };
      announce(...batch.tasks.map(({ id }) => ({ type: 'task' as const, taskId: id })));
      const claimed = tasks.filter(({ lease }) => lease).map(({ task, stored }) => claimedTask(batch, task, stored, now));
      return { id: batch.id, created: true, requestHash: batch.requestHash, claimed, durable: settled };
    },

    async find(id) {
      const stored = await writes.readBatch(id);
      if (!stored) return null;
      const { batch: row, tasks, ledger } = stored;
      const spend = spendByTaskOf(ledger);
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

    async tenant(id) {
      const row = await database.selectFrom('batches').select('tenant').where('id', '=', id).executeTakeFirst();
      return row?.tenant ?? null;
    },

    async hasEnded(id) {
      const [row] = await endOfBatch(database, { id });
      return row ? row.ended_at !== null : null;
    },
  };
}

function newRow(batch: NewBatch, task: NewTask, position: number, lease: Lease | null, now: number): TaskTable {
  const begun = lease ? 1 : 0;
  return {
    id: task.id, batch_id: batch.id, position, agent: task.agent, operation: task.operation, status: lease ? 'running' : 'queued',
    attempt: begun, max_attempts: task.options.maxAttempts, interruptions: 0, created_at: now, started_at: lease && now, ended_at: null,
    due_at: now, deadline_at: now + task.options.deadlineMs, fence: begun, lease_owner: lease && lease.owner,
    lease_until: lease && lease.leaseUntil, cancel_requested: 0, last_seq: 1 + begun, error_code: null, error_kind: null,
    error_message: null, result: null,
  };
}

function firstEvents(batch: NewBatch, { id: taskId }: NewTask, lease: Lease | null, at: number): readonly NewEvent[] {
  const accepted: NewEvent = { taskId, seq: 1, type: 'task-accepted', at, data: { batchId: batch.id } };
  return lease ? [accepted, { taskId, seq: 2, type: 'task-started', at, data: { attempt: 1 } }] : [accepted];
}

/** Its input and options are what a later run will read. */
function claimedTask(batch: NewBatch, task: NewTask, stored: { readonly input: string; readonly options: string }, now: number): ClaimedTask {
  return {
    taskId: task.id, fence: 1, batchId: batch.id, tenant: batch.tenant, agent: task.agent, operation: task.operation,
    input: JSON.parse(stored.input) as Record<string, unknown>, options: JSON.parse(stored.options) as TaskOptions,
    attempt: 1, interruptions: 0, deadlineAt: now + task.options.deadlineMs, cancelRequested: false,
  };
}
