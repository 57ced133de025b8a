import { AiosError } from '../../../errors.ts';
import type { Run, RunRecords } from '../records.ts';
import { appendWith, ownUpdate } from './append-event.ts';
import type { Commits } from './commits.ts';
import { notSucceeded } from './counts.ts';
import { transact } from './engine.ts';
import { committedCostUsd, insertCharges, spendOfTask, withoutKept } from './ledger.ts';
import { prepared } from './prepared.ts';
import type { Database, JournalTable } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

const findEntry = prepared((statements, { task_id, step, request_hash }: Pick<JournalTable, 'task_id' | 'step' | 'request_hash'>) =>
  statements.selectFrom('journal').select('value').where('task_id', '=', task_id).where('step', '=', step).where('request_hash', '=', request_hash));

const FIRST = { repeated: false };

export function runRecords(database: Database, writes: TaskWrites, { announce, settled, ended }: Commits): RunRecords {
  async function written(run: Run, work: Promise<boolean>): Promise<void> {
    if (!await work) throw leaseLost(run);
    announce({ type: 'task', taskId: run.taskId });
  }

  return {
    async claim(taskId, lease, now) {
      const claim = await writes.claim(taskId, lease, now);
      if (claim.outcome === 'claimed') announce({ type: 'task', taskId });
      return claim;
    },

    async renew(owner, leaseUntil) {
      const rows = await database.updateTable('tasks').set({ lease_until: leaseUntil })
        .where('lease_owner', '=', owner).where('status', '=', 'running').where(notSucceeded).returning(['id', 'fence']).execute();
      return rows.map((row) => ({ taskId: row.id, fence: row.fence }));
    },

    event: (run, type, data, now) => written(run, writes.append(run, { type, data }, now)),

    async journalled(taskId, step, requestHash) {
      const [row] = await findEntry(database, { task_id: taskId, step, request_hash: requestHash });
      return row && JSON.parse(row.value);
    },

    async journal(run, entry, charges, now, { repeated } = FIRST) {
      const left = repeated ? await withoutKept(database, run.taskId, charges) : charges;
      await written(run, writes.append(run, entry.event, now, { entry, charges: left }));
    },

    async charge(taskId, charges, now, { repeated } = FIRST) {
      await insertCharges(database, taskId, repeated ? await withoutKept(database, taskId, charges) : charges, now);
    },

    spend: (taskId) => spendOfTask(database, taskId),

    committedCostUsd: (taskId) => committedCostUsd(database, taskId),

    async finish(run, outcome, now, last) {
      const changes = await writes.end(run, outcome, now, last);
      if (!changes) throw leaseLost(run);
      await settled();
      ended(outcome.status);
      announce(...changes);
    },

    postpone: (run, error, dueAt, now) => written(run, transact(database, (transaction) =>
      appendWith(transaction, run, { type: 'task-retried', data: { error, nextAttemptAt: new Date(dueAt).toISOString() } }, now, {
        status: 'queued', due_at: dueAt, lease_owner: null, lease_until: null,
        error_code: error.code, error_kind: error.kind, error_message: error.message,
      }))),

    async release(run, now) {
      const row = await ownUpdate(database, run).set((expression) => ({
        status: 'queued', due_at: now, lease_owner: null, lease_until: null, attempt: expression('attempt', '-', 1),
      })).returning('id').executeTakeFirst();
      if (!row) throw leaseLost(run);
      announce({ type: 'task', taskId: run.taskId });
    },
  };
}

export function leaseLost(run: Run): AiosError {
  return new AiosError('lease_lost', `Task ${run.taskId} was taken over by another worker, or has ended, while this one ran it. Nothing is to be done.`);
}

