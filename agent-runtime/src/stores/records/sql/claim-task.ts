import type { TaskOptions } from '../../../contract/task.ts';
import type { Claim } from '../records.ts';
import { appendEvents } from './events.ts';
import type { Commits } from './commits.ts';
import type { Database } from './tables.ts';

/** Gives the task to one worker: a queued one that is due, or a running one whose lease has ended. */
export async function claimTask(
  database: Database, { announce }: Commits, taskId: string, worker: { readonly owner: string; readonly leaseUntil: number }, now: number,
): Promise<Claim> {
  const claim = await database.transaction().execute(async (transaction): Promise<Claim> => {
    const row = await transaction.selectFrom('tasks').innerJoin('inputs', 'inputs.task_id', 'tasks.id')
      .select(['batch_id', 'agent', 'operation', 'status', 'attempt', 'interruptions', 'due_at', 'deadline_at', 'lease_until',
        'started_at', 'fence', 'cancel_requested', 'last_seq', 'input', 'options'])
      .where('tasks.id', '=', taskId).executeTakeFirst();
    if (!row || (row.status !== 'queued' && row.status !== 'running')) return { outcome: 'gone' };
    const freeAt = row.status === 'queued' ? row.due_at : row.lease_until ?? now;
    if (freeAt > now) return { outcome: 'later', at: freeAt };
    const takenOver = row.status === 'running';
    const attempt = takenOver ? row.attempt : row.attempt + 1;
    const interruptions = takenOver ? row.interruptions + 1 : row.interruptions;
    const claimed = await transaction.updateTable('tasks').set({
      status: 'running', fence: row.fence + 1, attempt, interruptions, lease_owner: worker.owner, lease_until: worker.leaseUntil,
      started_at: row.started_at ?? now, last_seq: row.last_seq + 1,
    }).where('id', '=', taskId).where('fence', '=', row.fence).where('status', '=', row.status).returning('id').executeTakeFirst();
    if (!claimed) return { outcome: 'later', at: worker.leaseUntil };
    await appendEvents(transaction, [{
      taskId, seq: row.last_seq + 1, type: 'task-started', at: now, data: { attempt, ...takenOver && { takenOver } },
    }]);
    return {
      outcome: 'claimed',
      task: {
        taskId, fence: row.fence + 1, batchId: row.batch_id, agent: row.agent, operation: row.operation,
        input: JSON.parse(row.input) as Record<string, unknown>, options: JSON.parse(row.options) as TaskOptions,
        attempt, interruptions, deadlineAt: row.deadline_at, cancelRequested: row.cancel_requested === 1,
      },
    };
  });
  if (claim.outcome === 'claimed') announce({ type: 'task', taskId });
  return claim;
}
