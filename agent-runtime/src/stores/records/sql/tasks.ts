import type { TaskOptions, TaskStatus } from '../../../contract/task.ts';
import type { TaskRecords } from '../records.ts';
import { appendEvents, eventsAfter } from './events.ts';
import { spendByTask, spendOfTask } from './ledger.ts';
import { endTask } from './end-task.ts';
import type { Commits } from './commits.ts';
import { taskView } from './task-view.ts';
import type { Database } from './tables.ts';

export function taskRecords(database: Database, { announce, settled }: Commits): TaskRecords {
  return {
    async find(id) {
      const row = await database.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? taskView(row, await spendOfTask(database, id)) : null;
    },

    async status(id) {
      const row = await database.selectFrom('tasks').select('status').where('id', '=', id).executeTakeFirst();
      return row?.status ?? null;
    },

    async list({ status, agent, batchId, after, limit }) {
      const rows = await database.selectFrom('tasks').selectAll()
        .$if(status !== undefined, (query) => query.where('status', '=', status as TaskStatus))
        .$if(agent !== undefined, (query) => query.where('agent', '=', agent as string))
        .$if(batchId !== undefined, (query) => query.where('batch_id', '=', batchId as string))
        .$if(after !== undefined, (query) => query.where('id', '<', after as string))
        .orderBy('id', 'desc').limit(limit).execute();
      const spend = await spendByTask(database, rows.map((row) => row.id));
      return rows.map((row) => taskView(row, spend(row.id)));
    },

    events: (taskId, afterSeq) => eventsAfter(database, taskId, afterSeq),

    async endQueued(id, outcome, now) {
      const changes = await database.transaction().execute((transaction) =>
        endTask(transaction, { taskId: id, fence: null }, outcome, now));
      if (!changes) return false;
      await settled();
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
      const reopened = await database.transaction().execute(async (transaction) => {
        const input = await transaction.selectFrom('inputs').select('options').where('task_id', '=', id).executeTakeFirst();
        if (!input) return false;
        const row = await transaction.updateTable('tasks').set((expression) => ({
          status: 'queued', attempt: 0, interruptions: 0, ended_at: null, started_at: null, due_at: now, deadline_at: now + deadlineMs(input.options),
          cancel_requested: 0, error_code: null, error_kind: null, error_message: null, last_seq: expression('last_seq', '+', 1),
        })).where('id', '=', id).where('status', 'in', ['failed', 'dead', 'cancelled']).returning(['batch_id', 'last_seq']).executeTakeFirst();
        if (!row) return false;
        await transaction.updateTable('batches')
          .set((expression) => ({ ended_at: null, open_tasks: expression('open_tasks', '+', 1) })).where('id', '=', row.batch_id).execute();
        await transaction.deleteFrom('callbacks').where('batch_id', '=', row.batch_id).execute();
        await appendEvents(transaction, [{ taskId: id, seq: row.last_seq, type: 'task-accepted', at: now, data: { batchId: row.batch_id, again: true } }]);
        return true;
      });
      if (!reopened) return false;
      await settled();
      announce({ type: 'task', taskId: id });
      return true;
    },

    async runnable({ dueBefore, leaseEndsBefore, afterId, limit }) {
      const rows = await database.selectFrom('tasks').select(['id', 'status', 'due_at', 'lease_until']).where('id', '>', afterId).where((expression) => expression.or([
        expression.and([expression('status', '=', 'queued'), expression('due_at', '<=', dueBefore)]),
        expression.and([expression('status', '=', 'running'), expression('lease_until', '<=', leaseEndsBefore)]),
      ])).where('status', 'in', ['queued', 'running']).orderBy('id').limit(limit).execute();
      return rows.map((row) => ({ id: row.id, at: row.status === 'queued' ? row.due_at : row.lease_until ?? 0 }));
    },

    async overdue(now, limit) {
      const rows = await database.selectFrom('tasks').innerJoin('inputs', 'inputs.task_id', 'tasks.id').select(['id', 'options', 'error_message'])
        .where('status', '=', 'queued').where('deadline_at', '<=', now).limit(limit).execute();
      return rows.map((row) => ({ id: row.id, deadlineMs: deadlineMs(row.options), lastError: row.error_message }));
    },

    async counts() {
      const rows = await database.selectFrom('tasks').select(['status', (expression) => expression.fn.countAll<number>().as('count')])
        .groupBy('status').execute();
      const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, dead: 0, cancelled: 0 };
      for (const row of rows) counts[row.status] = Number(row.count);
      return counts;
    },
  };
}

function deadlineMs(options: string): number {
  return (JSON.parse(options) as TaskOptions).deadlineMs;
}
