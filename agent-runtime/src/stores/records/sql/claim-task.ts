import type { TaskOptions } from '../../../contract/task.ts';
import type { Claim } from '../records.ts';
import { locked, transact } from './engine.ts';
import { appendEvents } from './events.ts';
import { prepared } from './prepared.ts';
import type { Database, TaskTable } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

const findTask = prepared((statements, { id }: { id: string }) =>
  locked(statements, statements.selectFrom('tasks').innerJoin('inputs', 'inputs.task_id', 'tasks.id').innerJoin('batches', 'batches.id', 'tasks.batch_id')
    .select(['batch_id', 'tenant', 'agent', 'operation', 'status', 'attempt', 'interruptions', 'due_at', 'deadline_at', 'lease_until',
      'started_at', 'fence', 'cancel_requested', 'last_seq', 'input', 'options'])
    .where('tasks.id', '=', id), 'tasks'));

type Taking = Pick<TaskTable, 'id' | 'status' | 'fence' | 'attempt' | 'interruptions' | 'lease_owner' | 'lease_until' | 'started_at' | 'last_seq'>;

/** `status` and `fence` are those it was found with. */
const take = prepared((statements, { id, status, fence, attempt, interruptions, lease_owner, lease_until, started_at, last_seq }: Taking) =>
  statements.updateTable('tasks').set((expression) => ({
    status: 'running', fence: expression('fence', '+', 1), attempt, interruptions, lease_owner, lease_until, started_at, last_seq,
  })).where('id', '=', id).where('fence', '=', fence).where('status', '=', status).returning('id'));

export function claimTask(database: Database): TaskWrites['claim'] {
  return (taskId, lease, now) => transact(database, async (transaction): Promise<Claim> => {
    const [row] = await findTask(transaction, { id: taskId });
    if (!row || (row.status !== 'queued' && row.status !== 'running')) return { outcome: 'gone' };
    const freeAt = row.status === 'queued' ? row.due_at : row.lease_until ?? now;
    if (freeAt > now) return { outcome: 'later', at: freeAt };
    const takenOver = row.status === 'running';
    const attempt = takenOver ? row.attempt : row.attempt + 1;
    const interruptions = takenOver ? row.interruptions + 1 : row.interruptions;
    const [claimed] = await take(transaction, {
      id: taskId, status: row.status, fence: row.fence, attempt, interruptions, lease_owner: lease.owner, lease_until: lease.leaseUntil,
      started_at: row.started_at ?? now, last_seq: row.last_seq + 1,
    });
    if (!claimed) return { outcome: 'later', at: lease.leaseUntil };
    await appendEvents(transaction, [{
      taskId, seq: row.last_seq + 1, type: 'task-started', at: now, data: { attempt, ...takenOver && { takenOver } },
    }]);
    return {
      outcome: 'claimed',
      task: {
        taskId, fence: row.fence + 1, batchId: row.batch_id, tenant: row.tenant, agent: row.agent, operation: row.operation,
        input: JSON.parse(row.input) as Record<string, unknown>, options: JSON.parse(row.options) as TaskOptions,
        attempt, interruptions, deadlineAt: row.deadline_at, cancelRequested: row.cancel_requested === 1,
      },
    };
  });
}
