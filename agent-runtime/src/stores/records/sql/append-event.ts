import type { Journalled, JournalEntry, Run } from '../records.ts';
import { transact } from './engine.ts';
import { appendEvents, type NewEvent } from './events.ts';
import { insertCharges } from './ledger.ts';
import { prepared } from './prepared.ts';
import type { Database, JournalTable, Statements, TaskTable } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

const countEvent = prepared((statements, { taskId, fence }: Run) => ownUpdate(statements, { taskId, fence })
  .set((expression) => ({ last_seq: expression('last_seq', '+', 1) })).returning('last_seq'));

const insertEntry = prepared((statements, { task_id, step, request_hash, value, at }: JournalTable) =>
  statements.insertInto('journal').values({ task_id, step, request_hash, value, at })
    .onConflict((conflict) => conflict.columns(['task_id', 'step', 'request_hash']).doNothing()));

/** Finds nothing when the run has the task no more. */
export function ownUpdate(statements: Statements, run: Run) {
  return statements.updateTable('tasks').where('id', '=', run.taskId).where('fence', '=', run.fence).where('status', '=', 'running');
}

export function appendEvent(database: Database): TaskWrites['append'] {
  return (run, event, now, journalled) => transact(database, (transaction) => appendIn(transaction, run, event, now, journalled));
}

/** False: the run has the task no more, and only the charges are kept. */
export async function appendIn(
  statements: Statements, run: Run, event: Pick<NewEvent, 'type' | 'data'>, now: number, { entry, charges = [] }: Partial<Journalled> = {},
): Promise<boolean> {
  await insertCharges(statements, run.taskId, charges, now);
  if (!await appendWith(statements, run, event, now)) return false;
  if (entry) await insertEntry(statements, { ...entryRow(entry), task_id: run.taskId, at: now });
  return true;
}

/** The fence: counts the event and changes the row in one statement that finds nothing when the lease is lost. */
export async function appendWith(
  statements: Statements, run: Run, event: Pick<NewEvent, 'type' | 'data'>, now: number, changes?: Partial<TaskTable>,
): Promise<boolean> {
  const [row] = changes
    ? await ownUpdate(statements, run).set((expression) => ({ ...changes, last_seq: expression('last_seq', '+', 1) })).returning('last_seq').execute()
    : await countEvent(statements, run);
  if (!row) return false;
  await appendEvents(statements, [{ ...event, taskId: run.taskId, seq: row.last_seq, at: now }]);
  return true;
}

export function entryRow({ step, requestHash, value }: JournalEntry): Omit<JournalTable, 'task_id' | 'at'> {
  return { step, request_hash: requestHash, value: JSON.stringify(value ?? null) };
}
