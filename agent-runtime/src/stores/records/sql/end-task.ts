import type { UpdateQueryBuilder } from 'kysely';
import type { TaskEvent } from '../../../contract/event.ts';
import type { Change, Outcome } from '../records.ts';
import { appendEvents } from './events.ts';
import type { Statements, Tables } from './tables.ts';

const EVENTS = {
  succeeded: 'task-succeeded', failed: 'task-failed', dead: 'task-parked', cancelled: 'task-cancelled',
} as const satisfies Record<Outcome['status'], TaskEvent['type']>;

/**
 * Ends the task that `update` selects: its row, its event, its batch's countdown, and, when that was the last one, the
 * batch and its callback. To be called in a transaction. Null: `update` selects nothing.
 */
export async function endTask(
  statements: Statements, update: UpdateQueryBuilder<Tables, 'tasks', 'tasks', unknown>, outcome: Outcome, now: number,
): Promise<readonly Change[] | null> {
  const error = outcome.status === 'succeeded' ? null : outcome.error;
  const task = await update.set((expression) => ({
    status: outcome.status, ended_at: now, lease_owner: null, lease_until: null, last_seq: expression('last_seq', '+', 1),
    result: outcome.status === 'succeeded' ? JSON.stringify(outcome.result) : null,
    error_code: error?.code ?? null, error_kind: error?.kind ?? null, error_message: error?.message ?? null,
  })).returning(['id', 'batch_id', 'last_seq', 'attempt']).executeTakeFirst();
  if (!task) return null;
  await appendEvents(statements, [{
    taskId: task.id, seq: task.last_seq, type: EVENTS[outcome.status], at: now, data: { attempt: task.attempt, ...error && { error } },
  }]);
  const changes: Change[] = [{ type: 'task', taskId: task.id }];
  const batch = await statements.updateTable('batches').set((expression) => ({ open_tasks: expression('open_tasks', '-', 1) }))
    .where('id', '=', task.batch_id).returning(['open_tasks', 'callback_url']).executeTakeFirstOrThrow();
  if (batch.open_tasks > 0) return changes;
  await statements.updateTable('batches').set({ ended_at: now }).where('id', '=', task.batch_id).execute();
  changes.push({ type: 'batch-ended', batchId: task.batch_id });
  if (batch.callback_url === null) return changes;
  await statements.insertInto('callbacks').values({
    batch_id: task.batch_id, url: batch.callback_url, status: 'pending', attempts: 0, due_at: now, created_at: now,
    last_error: null, lease_token: null,
  }).execute();
  return [...changes, { type: 'callback-due' }];
}
