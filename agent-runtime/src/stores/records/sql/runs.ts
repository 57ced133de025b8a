import { AiosError } from '../../../errors.ts';
import type { Run, RunRecords } from '../records.ts';
import { claimTask } from './claim-task.ts';
import { notSucceeded } from './counts.ts';
import { transact } from './engine.ts';
import { endTask } from './end-task.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { insertCharges, committedCostUsd, spendOfTask } from './ledger.ts';
import type { Commits } from './commits.ts';
import { prepared } from './prepared.ts';
import type { Database, JournalTable, Statements, TaskTable } from './tables.ts';

const countEvent = prepared((statements, { taskId, fence }: Run) => ownUpdate(statements, { taskId, fence })
  .set((expression) => ({ last_seq: expression('last_seq', '+', 1) })).returning('last_seq'));

const findEntry = prepared((statements, { task_id, step, request_hash }: Pick<JournalTable, 'task_id' | 'step' | 'request_hash'>) =>
  statements.selectFrom('journal').select('value').where('task_id', '=', task_id).where('step', '=', step).where('request_hash', '=', request_hash));

const insertEntry = prepared((statements, { task_id, step, request_hash, value, at }: JournalTable) =>
  statements.insertInto('journal').values({ task_id, step, request_hash, value, at })
    .onConflict((conflict) => conflict.columns(['task_id', 'step', 'request_hash']).doNothing()));

function ownUpdate(statements: Statements, run: Run) {
  return statements.updateTable('tasks').where('id', '=', run.taskId).where('fence', '=', run.fence).where('status', '=', 'running');
}

export function runRecords(database: Database, commits: Commits): RunRecords {
  const { announce, settled, ended } = commits;

  /** The fence: counts the event and changes the row in one statement that finds nothing when the lease is lost. */
  async function append(
    statements: Statements, run: Run, event: Pick<NewEvent, 'type' | 'data'>, now: number, changes?: Partial<TaskTable>,
  ): Promise<boolean> {
    const [row] = changes
      ? await ownUpdate(statements, run).set((expression) => ({ ...changes, last_seq: expression('last_seq', '+', 1) })).returning('last_seq').execute()
      : await countEvent(statements, run);
    if (!row) return false;
    await appendEvents(statements, [{ ...event, taskId: run.taskId, seq: row.last_seq, at: now }]);
    return true;
  }

  async function write(run: Run, work: (transaction: Statements) => Promise<boolean>): Promise<void> {
    if (!await transact(database, work)) throw leaseLost(run);
    announce({ type: 'task', taskId: run.taskId });
  }

  return {
    claim: (taskId, lease, now) => claimTask(database, commits, taskId, lease, now),

    async renew(owner, leaseUntil) {
      const rows = await database.updateTable('tasks').set({ lease_until: leaseUntil })
        .where('lease_owner', '=', owner).where('status', '=', 'running').where(notSucceeded).returning(['id', 'fence']).execute();
      return rows.map((row) => ({ taskId: row.id, fence: row.fence }));
    },

    event: (run, type, data, now) => write(run, (transaction) => append(transaction, run, { type, data }, now)),

    async journalled(taskId, step, requestHash) {
      const [row] = await findEntry(database, { task_id: taskId, step, request_hash: requestHash });
      return row && JSON.parse(row.value);
    },

    journal: (run, entry, charges, now) => write(run, async (transaction) => {
      await insertCharges(transaction, run.taskId, charges, now);
      if (!await append(transaction, run, entry.event, now)) return false;
      await insertEntry(transaction, {
        task_id: run.taskId, step: entry.step, request_hash: entry.requestHash, value: JSON.stringify(entry.value ?? null), at: now,
      });
      return true;
    }),

    async charge(taskId, charges, now) {
      await insertCharges(database, taskId, charges, now);
    },

    spend: (taskId) => spendOfTask(database, taskId),

    committedCostUsd: (taskId) => committedCostUsd(database, taskId),

    async finish(run, outcome, now) {
      const changes = await transact(database, (transaction) => endTask(transaction, run, outcome, now));
      if (!changes) throw leaseLost(run);
      await settled();
      ended(outcome.status);
      announce(...changes);
    },

    postpone: (run, error, dueAt, now) => write(run, (transaction) =>
      append(transaction, run, { type: 'task-retried', data: { error, nextAttemptAt: new Date(dueAt).toISOString() } }, now, {
        status: 'queued', due_at: dueAt, lease_owner: null, lease_until: null,
        error_code: error.code, error_kind: error.kind, error_message: error.message,
      })),

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

