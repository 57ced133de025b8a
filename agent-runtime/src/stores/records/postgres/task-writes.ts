import { sql, type RawBuilder } from 'kysely';
import type { TaskOptions, TaskStatus } from '../../../contract/task.ts';
import { acceptOrFind } from '../sql/accept-batch.ts';
import { entryRow } from '../sql/append-event.ts';
import { changesOf, ENDINGS, endingOf, type Ending } from '../sql/end-task.ts';
import { ledgerRow } from '../sql/ledger.ts';
import { prepared } from '../sql/prepared.ts';
import type { BatchTable, Database, EventTable, InputTable, TaskTable } from '../sql/tables.ts';
import type { StoredBatch, TaskWrites } from '../sql/task-writes.ts';

const MOST_LOOKS = 5;

/**
 * The writes of every task as one statement each. All parts of a statement see the tables as they were before it, apart from
 * a row that another transaction has changed meanwhile: an UPDATE waits for that one and judges the row as it is then. So
 * each condition that must hold stands in the WHERE of an UPDATE, on columns of its own row.
 */
export function postgresWrites(database: Database): TaskWrites {
  return {
    accept: ({ batch, tasks, inputs, events }) => acceptOrFind(database, batch, async () => (await accept(database, {
      ...batch, tasks: JSON.stringify(tasks), inputs: JSON.stringify(inputs),
      events: JSON.stringify(events.map(({ taskId, data, ...event }) => ({ ...event, task_id: taskId, data: JSON.stringify(data) }))),
    })).length > 0),

    async claim(taskId, { owner, leaseUntil }, now) {
      for (let look = 1; ; look += 1) {
        const [row] = await claim(database, { taskId, owner, leaseUntil, now });
        if (!row || (row.status !== 'queued' && row.status !== 'running')) return { outcome: 'gone' };
        if (row.fence !== null) {
          return {
            outcome: 'claimed',
            task: {
              taskId, fence: row.fence, batchId: row.batch_id, tenant: row.tenant, agent: row.agent, operation: row.operation,
              input: JSON.parse(row.input) as Record<string, unknown>, options: JSON.parse(row.options) as TaskOptions,
              attempt: row.attempt, interruptions: row.interruptions, deadlineAt: row.deadline_at, cancelRequested: row.cancel_requested === 1,
            },
          };
        }
        const at = (row.status === 'queued' ? row.due_at : row.lease_until) ?? now;
        if (at > now) return { outcome: 'later', at };
        // It changed while it was looked at.
        if (look === MOST_LOOKS) return { outcome: 'later', at: now };
      }
    },

    async end({ taskId, fence }, outcome, now) {
      const error = outcome.status === 'succeeded' ? null : outcome.error;
      const values = {
        ...endingOf(taskId, outcome, now), type: ENDINGS[outcome.status], rest: error ? `,"error":${JSON.stringify(error)}}` : '}',
      };
      const [row] = fence === null ? await endQueued(database, values) : await endRunning(database, { ...values, fence });
      return row ? changesOf(taskId, row.batch_id, row.open_tasks === 0, row.open_tasks === 0 && row.callback_url !== null) : null;
    },

    async append(run, { type, data }, now, entry, charges = []) {
      const values = { taskId: run.taskId, fence: run.fence, type, now, data: JSON.stringify(data) };
      if (!entry) return (await appendEvent(database, values)).length > 0;
      const rows = await appendEntry(database, {
        ...values, ...entryRow(run, entry, now), charges: JSON.stringify(charges.map((charge) => ledgerRow(run.taskId, charge, now))),
      });
      return rows.length > 0;
    },

    async readBatch(id) {
      const [row] = await readBatch(database, { id });
      if (!row) return null;
      const { tasks, ledger, ...batch } = row;
      return { batch, tasks, ledger };
    },
  };
}

/** Built once, with the names of its values in their places. */
function statement<Values extends object, Row>(text: (values: Values) => RawBuilder<Row>) {
  return prepared<Values, Row>((statements, values) => ({ compile: () => text(values).compile(statements) }));
}

/** Columns by name: a later version may have added others. */
const columns = (names: readonly string[]) => sql.raw(names.join(', '));
const TASK_NAMES = [
  'id', 'batch_id', 'position', 'agent', 'operation', 'status', 'attempt', 'max_attempts', 'interruptions', 'created_at', 'started_at', 'ended_at',
  'due_at', 'deadline_at', 'fence', 'lease_owner', 'lease_until', 'cancel_requested', 'last_seq', 'error_code', 'error_kind', 'error_message', 'result',
] satisfies (keyof TaskTable)[];
const TASK_COLUMNS = columns(TASK_NAMES);
/** A batch has an id too. */
const NEW_TASK_COLUMNS = columns(TASK_NAMES.map((name) => `new.${name}`));
const INPUT_COLUMNS = columns(['task_id', 'input', 'options'] satisfies (keyof InputTable)[]);
const EVENT_COLUMNS = columns(['task_id', 'seq', 'type', 'at', 'data'] satisfies (keyof EventTable)[]);
const LEDGER_COLUMNS = columns(Object.keys(ledgerRow(null, {
  step: '', attempt: 0, model: '', provider: '', offline: false, durationMs: 0, errorCode: null, costUsd: null, costStatus: 'unknown',
  usage: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0 },
}, 0)));

const readBatch = statement<{ readonly id: string }, StoredBatch['batch'] & Pick<StoredBatch, 'tasks' | 'ledger'>>(({ id }) => sql`
  SELECT batches.id, callback_url, batches.created_at, ended_at, callbacks.status, callbacks.attempts, callbacks.last_error,
    (SELECT coalesce(json_agg(tasks ORDER BY position), '[]') FROM tasks WHERE batch_id = batches.id) AS tasks,
    (SELECT coalesce(json_agg(ledger ORDER BY ledger.id), '[]') FROM ledger JOIN tasks ON tasks.id = ledger.task_id WHERE batch_id = batches.id) AS ledger
  FROM batches LEFT JOIN callbacks ON callbacks.batch_id = batches.id WHERE batches.id = ${id}`);

const accept = statement<BatchTable & { tasks: string; inputs: string; events: string }, { id: string }>((row) => sql`
  WITH batch AS (
    INSERT INTO batches (id, tenant, idempotency_key, request_hash, callback_url, created_at, ended_at, open_tasks)
    VALUES (${row.id}, ${row.tenant}, ${row.idempotency_key}, ${row.request_hash}, ${row.callback_url}, ${row.created_at}, NULL, ${row.open_tasks})
    ON CONFLICT (tenant, idempotency_key) DO NOTHING RETURNING id
  ), task AS (
    INSERT INTO tasks (${TASK_COLUMNS}) SELECT ${NEW_TASK_COLUMNS} FROM batch, json_populate_recordset(NULL::tasks, ${row.tasks}::json) AS new
  ), input AS (
    INSERT INTO inputs (${INPUT_COLUMNS}) SELECT ${INPUT_COLUMNS} FROM batch, json_populate_recordset(NULL::inputs, ${row.inputs}::json)
  ), event AS (
    INSERT INTO events (${EVENT_COLUMNS}) SELECT ${EVENT_COLUMNS} FROM batch, json_populate_recordset(NULL::events, ${row.events}::json)
  ) SELECT id FROM batch`);

interface Found {
  readonly status: TaskStatus;
  readonly due_at: number;
  readonly lease_until: number | null;
  readonly batch_id: string;
  readonly tenant: string;
  readonly agent: string;
  readonly operation: string;
  readonly deadline_at: number;
  readonly input: string;
  readonly options: string;
  /** These are null where it was not claimed. */
  readonly fence: number | null;
  readonly attempt: number;
  readonly interruptions: number;
  readonly cancel_requested: number;
}

/** The status that it was found with stands in the event, so it must be the one that it is claimed with. */
const claim = statement<{ taskId: string; owner: string; leaseUntil: number; now: number }, Found>((claiming) => sql`
  WITH found AS (
    SELECT id, batch_id, agent, operation, status, due_at, lease_until, deadline_at FROM tasks WHERE id = ${claiming.taskId}
  ), taken AS (
    UPDATE tasks SET status = 'running', fence = tasks.fence + 1, lease_owner = ${claiming.owner}, lease_until = ${claiming.leaseUntil},
      started_at = COALESCE(tasks.started_at, ${claiming.now}), last_seq = tasks.last_seq + 1,
      attempt = CASE tasks.status WHEN 'queued' THEN tasks.attempt + 1 ELSE tasks.attempt END,
      interruptions = CASE tasks.status WHEN 'queued' THEN tasks.interruptions ELSE tasks.interruptions + 1 END
    FROM found WHERE tasks.id = ${claiming.taskId} AND tasks.status = found.status
      AND (tasks.status = 'queued' AND tasks.due_at <= ${claiming.now} OR tasks.status = 'running' AND COALESCE(tasks.lease_until, 0) <= ${claiming.now})
    RETURNING tasks.id, tasks.fence, tasks.attempt, tasks.interruptions, tasks.cancel_requested, tasks.last_seq
  ), event AS (
    INSERT INTO events (${EVENT_COLUMNS}) SELECT id, taken.last_seq, 'task-started', ${claiming.now},
      '{"attempt":' || taken.attempt || CASE found.status WHEN 'running' THEN ',"takenOver":true}' ELSE '}' END
    FROM taken JOIN found USING (id)
  )
  SELECT found.status, found.due_at, found.lease_until, found.batch_id, batches.tenant, found.agent, found.operation, found.deadline_at,
    inputs.input, inputs.options, taken.fence, taken.attempt, taken.interruptions, taken.cancel_requested
  FROM found JOIN batches ON batches.id = found.batch_id JOIN inputs ON inputs.task_id = found.id LEFT JOIN taken ON taken.id = found.id`);

type EndingValues = Ending & { readonly type: string; readonly rest: string };
interface Ended {
  readonly batch_id: string;
  readonly open_tasks: number;
  readonly callback_url: string | null;
}

const endQueued = statement<EndingValues, Ended>((ending) => ended(ending, sql`status = 'queued'`));
const endRunning = statement<EndingValues & { readonly fence: number }, Ended>((ending) => ended(ending, sql`fence = ${ending.fence} AND status = 'running'`));

function ended({ id, status, ended_at, result, error_code, error_kind, error_message, type, rest }: EndingValues, expected: RawBuilder<unknown>) {
  return sql<Ended>`
    WITH task AS (
      UPDATE tasks SET status = ${status}, ended_at = ${ended_at}, result = ${result}, error_code = ${error_code}, error_kind = ${error_kind},
        error_message = ${error_message}, lease_owner = NULL, lease_until = NULL, last_seq = last_seq + 1
      WHERE id = ${id} AND ${expected} RETURNING id, batch_id, last_seq, attempt
    ), event AS (
      INSERT INTO events (${EVENT_COLUMNS}) SELECT id, last_seq, ${type}, ${ended_at}, '{"attempt":' || attempt || ${rest}::text FROM task
    ), batch AS (
      UPDATE batches SET open_tasks = open_tasks - 1, ended_at = CASE open_tasks WHEN 1 THEN ${ended_at} ELSE batches.ended_at END
      FROM task WHERE batches.id = task.batch_id RETURNING batches.id, open_tasks, callback_url
    ), callback AS (
      INSERT INTO callbacks (batch_id, url, status, attempts, due_at, created_at)
      SELECT id, callback_url, 'pending', 0, ${ended_at}, ${ended_at} FROM batch WHERE open_tasks = 0 AND callback_url IS NOT NULL
    ) SELECT id AS batch_id, open_tasks, callback_url FROM batch`;
}

interface EventValues {
  readonly taskId: string;
  readonly fence: number;
  readonly type: string;
  readonly now: number;
  readonly data: string;
}

const counted = ({ taskId, fence, type, now, data }: EventValues) => sql`
  task AS (
    UPDATE tasks SET last_seq = last_seq + 1 WHERE id = ${taskId} AND fence = ${fence} AND status = 'running' RETURNING id, last_seq
  ), event AS (
    INSERT INTO events (${EVENT_COLUMNS}) SELECT id, last_seq, ${type}, ${now}, ${data} FROM task
  )`;

const appendEvent = statement<EventValues, { id: string }>((event) => sql`WITH ${counted(event)} SELECT id FROM task`);

/** The charges are kept whether the run has the task or not. */
const appendEntry = statement<EventValues & ReturnType<typeof entryRow> & { charges: string }, { id: string }>((event) => sql`
  WITH ${counted(event)}, charge AS (
    INSERT INTO ledger (${LEDGER_COLUMNS}) SELECT ${LEDGER_COLUMNS} FROM json_populate_recordset(NULL::ledger, ${event.charges}::json)
  ), entry AS (
    INSERT INTO journal (task_id, step, request_hash, value, at)
    SELECT id, ${event.step}, ${event.request_hash}, ${event.value}, ${event.at} FROM task ON CONFLICT (task_id, step, request_hash) DO NOTHING
  ) SELECT id FROM task`);
