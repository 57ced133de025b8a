import type { TaskEvent } from '../../../contract/event.ts';
import type { Change, Outcome } from '../records.ts';
import { appendEvents } from './events.ts';
import { prepared } from './prepared.ts';
import type { Statements, TaskTable } from './tables.ts';

const EVENTS = {
  succeeded: 'task-succeeded', failed: 'task-failed', dead: 'task-parked', cancelled: 'task-cancelled',
} as const satisfies Record<Outcome['status'], TaskEvent['type']>;

type Ending = Pick<TaskTable, 'id' | 'status' | 'ended_at' | 'result' | 'error_code' | 'error_kind' | 'error_message'>;

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

/**
 * Ends a task: its row, its event, its batch's countdown, and, when it was the last one, the batch and its callback. To
 * be called in a transaction. Null: the run with that fence has it no more, or, where `fence` is null, it is not queued.
 */
export async function endTask(
  statements: Statements, { taskId, fence }: { readonly taskId: string; readonly fence: number | null }, outcome: Outcome, now: number,
): Promise<readonly Change[] | null> {
  const error = outcome.status === 'succeeded' ? null : outcome.error;
  const ending: Ending = {
    id: taskId, status: outcome.status, ended_at: now, result: outcome.status === 'succeeded' ? JSON.stringify(outcome.result) : null,
    error_code: error?.code ?? null, error_kind: error?.kind ?? null, error_message: error?.message ?? null,
  };
  const [task] = fence === null ? await endQueued(statements, ending) : await endRunning(statements, { ...ending, fence });
  if (!task) return null;
  await appendEvents(statements, [{
    taskId, seq: task.last_seq, type: EVENTS[outcome.status], at: now, data: { attempt: task.attempt, ...error && { error } },
  }]);
  const changes: Change[] = [{ type: 'task', taskId }];
  const [batch] = await countDown(statements, { id: task.batch_id, now });
  if (!batch || batch.open_tasks > 0) return changes;
  changes.push({ type: 'batch-ended', batchId: task.batch_id });
  if (batch.callback_url === null) return changes;
  await statements.insertInto('callbacks').values({
    batch_id: task.batch_id, url: batch.callback_url, status: 'pending', attempts: 0, due_at: now, created_at: now,
    last_error: null, lease_token: null,
  }).execute();
  return [...changes, { type: 'callback-due' }];
}
