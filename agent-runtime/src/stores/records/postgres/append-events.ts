import { sql, type RawBuilder } from 'kysely';
import { grouped } from '../../postgres/grouped.ts';
import { entryRow } from '../sql/append-event.ts';
import { ledgerRow } from '../sql/ledger.ts';
import type { Database } from '../sql/tables.ts';
import type { TaskWrites } from '../sql/task-writes.ts';
import { insertCharges, jsonRows, SKIPPING, statement, WAITING } from './statement.ts';

interface Given {
  readonly task_id: string;
  readonly fence: number;
  readonly type: string;
  readonly now: number;
  readonly data: string;
  /** With an entry of the journal. */
  readonly step?: string;
  readonly request_hash?: string;
  readonly value?: string;
}

interface Appending {
  readonly given: Given;
  readonly charges: readonly ReturnType<typeof ledgerRow>[];
}

/** The charges are kept whether the run has the task or not. */
const appendStatement = (lock: RawBuilder<unknown>) => statement<{ given: string; charges: string }, { id: string }>((values) => sql`
  WITH given AS MATERIALIZED (
    SELECT *, 'running' AS expected FROM json_to_recordset(${values.given}::json)
      AS given (task_id text, fence integer, type text, now bigint, data text, step text, request_hash text, value text)
  ), held AS (
    SELECT tasks.id FROM tasks JOIN given ON tasks.id = given.task_id WHERE tasks.fence = given.fence AND tasks.status = given.expected
    ${lock}
  ), task AS (
    UPDATE tasks SET last_seq = last_seq + 1 FROM held WHERE tasks.id = held.id RETURNING tasks.id, last_seq
  ), event AS (
    INSERT INTO events (task_id, seq, type, at, data) SELECT id, last_seq, type, now, data FROM task JOIN given ON given.task_id = task.id
  ), charge AS (
    ${insertCharges(values.charges)}
  ), entry AS (
    INSERT INTO journal (task_id, step, request_hash, value, at)
    SELECT id, step, request_hash, value, now FROM task JOIN given ON given.task_id = task.id WHERE step IS NOT NULL
    ON CONFLICT (task_id, step, request_hash) DO NOTHING
  ) SELECT id FROM task`);

const appendOne = appendStatement(WAITING);
const appendMany = appendStatement(SKIPPING);

export function appendEvents(database: Database): TaskWrites['append'] {
  async function alone({ given, charges }: Appending): Promise<boolean> {
    return (await appendOne(database, { given: jsonRows([given]), charges: jsonRows(charges) })).length > 0;
  }

  const append = grouped<Appending, boolean>(async (all) => {
    if (all.length === 1) return [await alone(all[0]!)];
    const rows = await appendMany(database, { given: jsonRows(all.map(({ given }) => given)), charges: jsonRows(all.flatMap(({ charges }) => charges)) });
    const written = new Set(rows.map(({ id }) => id));
    // The charges are kept by now.
    return all.map(({ given }) => written.has(given.task_id) || alone({ given, charges: [] }));
  }, { keyOf: ({ given }) => given.task_id, sizeOf: ({ given }) => given.data.length + (given.value?.length ?? 0) });

  return (run, { type, data }, now, journalled) => append({
    given: { ...journalled && entryRow(journalled.entry), task_id: run.taskId, fence: run.fence, type, now, data: JSON.stringify(data) },
    charges: (journalled?.charges ?? []).map((charge) => ledgerRow(run.taskId, charge, now)),
  });
}
