import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { TaskOptions, TaskStatus } from '../../../contract/task.ts';
import type { TaskRecords } from '../records.ts';
import { notSucceeded, type TaskCounts } from './counts.ts';
import { locked, transact } from './engine.ts';
import { appendEvents, eventsAfter } from './events.ts';
import { spendByTask, spendOfTask } from './ledger.ts';
import type { Commits } from './commits.ts';
import { taskView } from './task-view.ts';
import type { Database, Tables } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

export function taskRecords(database: Database, writes: TaskWrites, { announce, settled, ended }: Commits, counts: TaskCounts): TaskRecords {
  return {
    async find(id) {
      const row = await database.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? taskView(row, await spendOfTask(database, id)) : null;
    },

    async status(id) {
      const row = await database.selectFrom('tasks').select('status').where('id', '=', id).executeTakeFirst();
      return row?.status ?? null;
    },

    async tenant(id) {
      const row = await database.selectFrom('tasks').innerJoin('batches', 'batches.id', 'tasks.batch_id').select('tenant').where('tasks.id', '=', id).executeTakeFirst();
      return row?.tenant ?? null;
    },

    async work(id) {
      const row = await database.selectFrom('tasks').innerJoin('inputs', 'inputs.task_id', 'tasks.id')
        .innerJoin('batches', 'batches.id', 'tasks.batch_id').select(['tenant', 'agent', 'operation', 'input']).where('tasks.id', '=', id).executeTakeFirst();
      return row ? { ...row, input: JSON.parse(row.input) as Record<string, unknown> } : null;
    },

    async list({ tenant, status, agent, batchId, after, limit }) {
      const own = tenant === undefined ? null : await isOf(database, tenant);
      const rows = await database.selectFrom('tasks').selectAll()
        .$if(own !== null, (query) => query.where(own!))
        .$if(status !== undefined, (query) => query.where('status', '=', status as TaskStatus))
        .$if(status !== undefined && status !== 'succeeded', (query) => query.where(notSucceeded))
        .$if(agent !== undefined, (query) => query.where('agent', '=', agent as string))
        .$if(batchId !== undefined, (query) => query.where('batch_id', '=', batchId as string))
        .$if(after !== undefined, (query) => query.where('id', '<', after as string))
        .orderBy('id', 'desc').limit(limit).execute();
      const spend = await spendByTask(database, rows.map((row) => row.id));
      return rows.map((row) => taskView(row, spend(row.id)));
    },

    events: (taskId, afterSeq) => eventsAfter(database, taskId, afterSeq),

    async endQueued(id, outcome, now) {
      const changes = await writes.end({ taskId: id, fence: null }, outcome, now);
      if (!changes) return false;
      await settled();
      ended(outcome.status);
      announce(...changes);
      return true;
    },

    async requestCancel(id) {
      const row = await database.updateTable('tasks').set({ cancel_requested: 1 })
        .where('id', '=', id).where('status', '=', 'running').returning('id').executeTakeFirst();
      if (row) announce({ type: 'cancel-requested', taskId: id });
      return row !== undefined;
    },

    async cancelRequested(ids) {
      if (ids.length === 0) return [];
      const rows = await database.selectFrom('tasks').select('id').where('id', 'in', ids).where('cancel_requested', '=', 1).execute();
      return rows.map((row) => row.id);
    },

    async reopen(id, now) {
      const reopened = await transact(database, async (transaction) => {
        const found = await transaction.selectFrom('tasks').innerJoin('inputs', 'inputs.task_id', 'tasks.id').select(['batch_id', 'options'])
          .where('tasks.id', '=', id).executeTakeFirst();
        if (!found) return false;
        await locked(transaction, transaction.selectFrom('batches').select('id').where('id', '=', found.batch_id), 'batches').execute();
        const row = await transaction.updateTable('tasks').set((expression) => ({
          status: 'queued', attempt: 0, interruptions: 0, ended_at: null, started_at: null, due_at: now, deadline_at: now + deadlineMs(found.options),
          cancel_requested: 0, error_code: null, error_kind: null, error_message: null, last_seq: expression('last_seq', '+', 1),
        })).where('id', '=', id).where('status', 'in', ['failed', 'dead', 'cancelled']).returning('last_seq').executeTakeFirst();
        if (!row) return false;
        await transaction.updateTable('batches')
          .set((expression) => ({ ended_at: null, open_tasks: expression('open_tasks', '+', 1) })).where('id', '=', found.batch_id).execute();
        await transaction.deleteFrom('callbacks').where('batch_id', '=', found.batch_id).execute();
        await appendEvents(transaction, [
          { taskId: id, seq: row.last_seq, type: 'task-accepted', at: now, data: { batchId: found.batch_id, again: true } },
        ]);
        return true;
      });
      if (!reopened) return false;
      await settled();
      counts.reopened();
      announce({ type: 'task', taskId: id });
      return true;
    },

    async runnable({ dueBefore, leaseEndsBefore, afterId, limit }) {
      // By status, so that each is read in the order of its index and no more of it than a page.
      const part = (status: 'queued' | 'running', column: 'due_at' | 'lease_until', before: number) => database.selectFrom(
        database.selectFrom('tasks').select((expression) => ['id', 'agent', expression.ref(column).as('at')])
          .where('status', '=', status).where(notSucceeded).where('id', '>', afterId).where(column, '<=', before).orderBy('id').limit(limit).as(status),
      ).selectAll();
      const rows = await part('queued', 'due_at', dueBefore).unionAll(part('running', 'lease_until', leaseEndsBefore)).orderBy('id').limit(limit).execute();
      return rows.map(({ id, agent, at }) => ({ id, agent, at: at ?? 0 }));
    },

    async overdue(now, limit) {
      const rows = await database.selectFrom('tasks').innerJoin('inputs', 'inputs.task_id', 'tasks.id').select(['id', 'options', 'error_message'])
        .where('status', '=', 'queued').where(notSucceeded).where('deadline_at', '<=', now).limit(limit).execute();
      return rows.map((row) => ({ id: row.id, deadlineMs: deadlineMs(row.options), lastError: row.error_message }));
    },

    counts: () => counts.read(),
  };
}

/** So many can be looked at one by one. Of a tenant that has more, a page is soon found among the newest tasks of all. */
const FEW = 500;

/** The condition that a task is the tenant's, as it is quickest to look for. */
async function isOf(database: Database, tenant: string): Promise<(task: ExpressionBuilder<Tables, 'tasks'>) => Expression<SqlBool>> {
  const more = await database.selectFrom('batches').select('id').where('tenant', '=', tenant).limit(1).offset(FEW).executeTakeFirst();
  return (task) => {
    const batches = task.selectFrom('batches').select('batches.id').where('tenant', '=', tenant);
    return more === undefined ? task('batch_id', 'in', batches) : task.exists(batches.whereRef('batches.id', '=', 'tasks.batch_id'));
  };
}

function deadlineMs(options: string): number {
  return (JSON.parse(options) as TaskOptions).deadlineMs;
}
