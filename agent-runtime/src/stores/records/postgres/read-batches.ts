import { sql } from 'kysely';
import { grouped } from '../../postgres/grouped.ts';
import type { Database } from '../sql/tables.ts';
import type { StoredBatch, TaskWrites } from '../sql/task-writes.ts';
import { jsonRows, statement } from './statement.ts';

type Row = StoredBatch['batch'] & Pick<StoredBatch, 'tasks' | 'ledger'>;

const read = statement<{ readonly given: string }, Row>(({ given }) => sql`
  SELECT batches.id, callback_url, batches.created_at, ended_at, callbacks.status, callbacks.attempts, callbacks.last_error,
    (SELECT coalesce(json_agg(tasks ORDER BY position), '[]') FROM tasks WHERE batch_id = batches.id) AS tasks,
    (SELECT coalesce(json_agg(ledger ORDER BY ledger.id), '[]') FROM ledger JOIN tasks ON tasks.id = ledger.task_id WHERE batch_id = batches.id) AS ledger
  FROM json_to_recordset(${given}::json) AS given (id text) JOIN batches ON batches.id = given.id LEFT JOIN callbacks ON callbacks.batch_id = batches.id`);

/** A batch that is asked for twice at once is read twice: what was committed before the second call is to be in its answer. */
export function readBatches(database: Database): TaskWrites['readBatch'] {
  return grouped<string, StoredBatch | null>(async (ids) => {
    const rows = new Map((await read(database, { given: jsonRows(ids.map((id) => ({ id }))) })).map((row) => [row.id, row]));
    return ids.map((id) => {
      const row = rows.get(id);
      if (!row) return null;
      const { tasks, ledger, ...batch } = row;
      return { batch, tasks, ledger };
    });
  }, { keyOf: (id) => id });
}
