import type { TaskEvent } from '../../../contract/event.ts';
import type { Change, Outcome } from '../records.ts';
import { appendIn } from './append-event.ts';
import { transact } from './engine.ts';
import { appendEvents } from './events.ts';
import { prepared } from './prepared.ts';
import type { Database, Statements, TaskTable } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

export const ENDINGS = {
  succeeded: 'task-succeeded', failed: 'task-failed', dead: 'task-parked', cancelled: 'task-cancelled',
} as const satisfies Record<Outcome['status'], TaskEvent['type']>;

export type Ending = Pick<TaskTable, 'id' | 'status' | 'ended_at' | 'result' | 'error_code' | 'error_kind' | 'error_message'>;

/** Ends a task, or finds none that is as expected; either is built once. */
function endingUpdate(statements: Statements, { id, ...ending }: Ending) {
  return statements.updateTable('tasks').set((expression) => ({
    ...ending, lease_owner: null, lease_until: null, last_seq: expression('last_seq', '+', 1),
  })).where('id', '=', id).returning(['id', 'batch_id', 'last_seq', 'attempt']);
}

const endQueued = prepared((statements, { id, status, ended_at, result, error_code, error_kind, error_message }: Ending) =>
  endingUpdate(statements, { id, status, ended_at, result, error_code, error_kind, error_message }).where('status', '=', 'queued'));

const endRunning = prepared((statements, { fence, id, status, ended_at, result, error_code, error_kind, error_message }: Ending & { fence: number }) =>
  endingUpdate(statements, { id, status, ended_at, result, error_code, error_kind, error_message })
    .where('fence', '=', fence).where('status', '=', 'running'));

/** Right-hand sides see the row as it was: the task that ends is the last one when one is open. */
const countDown = prepared((statements, { id, now }: { id: string; now: number }) =>
  statements.updateTable('batches').set((expression) => ({
    open_tasks: expression('open_tasks', '-', 1),
    ended_at: expression.case().when('open_tasks', '=', 1).then(now).else(expression.ref('ended_at')).end(),
  })).where('id', '=', id).returning(['open_tasks', 'callback_url']));

export function endTask(database: Database): TaskWrites['end'] {
  return ({ taskId, fence }, outcome, now, last) => transact(database, async (transaction) => {
    if (last && fence !== null && !await appendIn(transaction, { taskId, fence }, last.entry.event, now, last)) return null;
    const error = outcome.status === 'succeeded' ? null : outcome.error;
    const ending = endingOf(taskId, outcome, now);
    const [task] = fence === null ? await endQueued(transaction, ending) : await endRunning(transaction, { ...ending, fence });
    if (!task) return null;
    await appendEvents(transaction, [{
      taskId, seq: task.last_seq, type: ENDINGS[outcome.status], at: now, data: { attempt: task.attempt, ...error && { error } },
    }]);
    const [batch] = await countDown(transaction, { id: task.batch_id, now });
    const batchEnded = batch?.open_tasks === 0;
    const url = batchEnded ? batch.callback_url : null;
    if (url !== null) {
      await transaction.insertInto('callbacks').values({
        batch_id: task.batch_id, url, status: 'pending', attempts: 0, due_at: now, created_at: now, last_error: null, lease_token: null,
      }).execute();
    }
    return changesOf(taskId, task.batch_id, batchEnded, url !== null);
  });
}

export function endingOf(id: string, outcome: Outcome, now: number): Ending {
  const error = outcome.status === 'succeeded' ? null : outcome.error;
  return {
    id, status: outcome.status, ended_at: now, result: outcome.status === 'succeeded' ? JSON.stringify(outcome.result) : null,
    error_code: error?.code ?? null, error_kind: error?.kind ?? null, error_message: error?.message ?? null,
  };
}

export function changesOf(taskId: string, batchId: string, batchEnded: boolean, callbackDue: boolean): readonly Change[] {
  return [
    { type: 'task', taskId }, ...batchEnded ? [{ type: 'batch-ended' as const, batchId }] : [], ...callbackDue ? [{ type: 'callback-due' as const }] : [],
  ];
}
