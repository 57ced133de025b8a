import { sql } from 'kysely';
import { grouped } from '../../postgres/grouped.ts';
import { acceptOrFind } from '../sql/accept-batch.ts';
import type { BatchTable, Database, EventTable, InputTable, TaskTable } from '../sql/tables.ts';
import type { NewRows, TaskWrites } from '../sql/task-writes.ts';
import { columns, jsonRows, statement } from './statement.ts';

const BATCH_COLUMNS = columns([
  'id', 'tenant', 'idempotency_key', 'request_hash', 'callback_url', 'created_at', 'ended_at', 'open_tasks',
] satisfies (keyof BatchTable)[]);
const TASK_NAMES = [
  'id', 'batch_id', 'position', 'agent', 'operation', 'status', 'attempt', 'max_attempts', 'interruptions', 'created_at', 'started_at', 'ended_at',
  'due_at', 'deadline_at', 'fence', 'lease_owner', 'lease_until', 'cancel_requested', 'last_seq', 'error_code', 'error_kind', 'error_message', 'result',
] satisfies (keyof TaskTable)[];
const TASK_COLUMNS = columns(TASK_NAMES);
/** A batch has an id too. */
const NEW_TASK_COLUMNS = columns(TASK_NAMES.map((name) => `new.${name}`));
const INPUT_COLUMNS = columns(['task_id', 'input', 'options'] satisfies (keyof InputTable)[]);
const EVENT_COLUMNS = columns(['task_id', 'seq', 'type', 'at', 'data'] satisfies (keyof EventTable)[]);

const insert = statement<{ batches: string; tasks: string; inputs: string; events: string }, { id: string }>((row) => sql`
  WITH batch AS (
    INSERT INTO batches (${BATCH_COLUMNS}) SELECT ${BATCH_COLUMNS} FROM json_populate_recordset(NULL::batches, ${row.batches}::json)
    ON CONFLICT (tenant, idempotency_key) DO NOTHING RETURNING id
  ), task AS (
    INSERT INTO tasks (${TASK_COLUMNS}) SELECT ${NEW_TASK_COLUMNS} FROM json_populate_recordset(NULL::tasks, ${row.tasks}::json) AS new
    JOIN batch ON batch.id = new.batch_id
  ), input AS (
    INSERT INTO inputs (${INPUT_COLUMNS}) SELECT ${INPUT_COLUMNS}
    FROM json_to_recordset(${row.inputs}::json) AS new (batch_id text, task_id text, input text, options text) JOIN batch ON batch.id = new.batch_id
  ), event AS (
    INSERT INTO events (${EVENT_COLUMNS}) SELECT ${EVENT_COLUMNS}
    FROM json_to_recordset(${row.events}::json) AS new (batch_id text, task_id text, seq integer, type text, at bigint, data text)
    JOIN batch ON batch.id = new.batch_id
  ) SELECT id FROM batch`);

export function acceptBatches(database: Database): TaskWrites['accept'] {
  const accept = grouped<NewRows, boolean>(async (all) => {
    // By their keys, so that no two such statements wait for each other.
    const sorted = all.toSorted((one, other) => (orderOf(one) < orderOf(other) ? -1 : 1));
    const ofBatch = <Row>(rowsOf: (rows: NewRows) => readonly Row[]) =>
      jsonRows(sorted.flatMap((rows) => rowsOf(rows).map((row) => ({ ...row, batch_id: rows.batch.id }))));
    const rows = await insert(database, {
      batches: jsonRows(sorted.map(({ batch }) => batch)),
      tasks: ofBatch(({ tasks }) => tasks),
      inputs: ofBatch(({ inputs }) => inputs),
      events: ofBatch(({ events }) => events.map(({ taskId, data, ...event }) => ({ ...event, task_id: taskId, data: JSON.stringify(data) }))),
    });
    const stored = new Set(rows.map(({ id }) => id));
    return all.map(({ batch }) => stored.has(batch.id));
  }, { keyOf: orderOf, sizeOf: ({ inputs, tasks }) => inputs.reduce((sum, { input }) => sum + input.length, 0) + 1_000 * tasks.length });
  return (rows) => acceptOrFind(database, rows.batch, () => accept(rows));
}

function orderOf({ batch: { id, tenant, idempotency_key: key } }: NewRows): string {
  return key === null ? `-${id}` : JSON.stringify([tenant, key]);
}
