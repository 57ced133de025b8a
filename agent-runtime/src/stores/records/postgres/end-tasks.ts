import { sql, type RawBuilder } from 'kysely';
import { grouped } from '../../postgres/grouped.ts';
import type { JournalEntry } from '../records.ts';
import { entryRow } from '../sql/append-event.ts';
import { changesOf, ENDINGS, endingOf, type Ending } from '../sql/end-task.ts';
import { ledgerRow } from '../sql/ledger.ts';
import type { Database, JournalTable } from '../sql/tables.ts';
import type { TaskWrites } from '../sql/task-writes.ts';
import { insertCharges, jsonRows, SKIPPING, statement, WAITING } from './statement.ts';

/** With an entry of the journal, its columns and its event. */
type Given = Ending & Partial<Pick<JournalTable, 'step' | 'request_hash' | 'value'>> & {
  readonly fence: number | null;
  readonly type: string;
  /** Of the event, after its attempt. */
  readonly rest: string;
  readonly entry_type?: string;
  readonly entry_data?: string;
};

interface TaskEnding {
  readonly given: Given;
  readonly charges: readonly ReturnType<typeof ledgerRow>[];
}

interface Ended {
  readonly id: string;
  readonly batch_id: string;
  readonly open_tasks: number;
  readonly callback_url: string | null;
}

/** What a statement has that can write entries of the journal too; for tasks without one it would only cost time. */
interface Parts {
  readonly columns: RawBuilder<unknown>;
  /** Of a task. */
  readonly events: RawBuilder<unknown>;
  readonly writes: (charges: unknown) => RawBuilder<unknown>;
}

const END_ALONE: Parts = { columns: sql``, events: sql`1`, writes: () => sql`` };
/** The charges are kept whether the run has the task or not. */
const WITH_ENTRY: Parts = {
  columns: sql`, step text, request_hash text, value text, entry_type text, entry_data text`,
  events: sql`CASE WHEN given.step IS NULL THEN 1 ELSE 2 END`,
  writes: (charges) => sql`, journalled AS MATERIALIZED (
    SELECT task.id AS task_id, last_seq - 1 AS seq, step, request_hash, value, given.ended_at, entry_type, entry_data FROM task JOIN given ON given.id = task.id WHERE step IS NOT NULL
  ), entry AS (
    INSERT INTO journal (task_id, step, request_hash, value, at) SELECT task_id, step, request_hash, value, ended_at FROM journalled
    ON CONFLICT (task_id, step, request_hash) DO NOTHING
  ), entry_event AS (
    INSERT INTO events (task_id, seq, type, at, data) SELECT task_id, seq, entry_type, ended_at, entry_data FROM journalled
  ), charge AS (
    ${insertCharges(charges)}
  )`,
};

/**
 * Batches are locked in the order of their ids. One with no more open tasks than end here needs no lock before the others, as
 * nobody else who ends tasks is at it.
 */
const endStatement = (lock: RawBuilder<unknown>, parts: Parts) => statement<{ given: string; charges: string }, Ended>(({ given, charges }) => sql`
  WITH given AS MATERIALIZED (
    SELECT *, CASE WHEN fence IS NULL THEN 'queued' ELSE 'running' END AS expected FROM json_to_recordset(${given}::json)
      AS given (id text, fence integer, status text, ended_at bigint, result text, error_code text, error_kind text, error_message text, type text, rest text${parts.columns})
  ), held AS (
    SELECT tasks.id FROM tasks JOIN given ON given.id = tasks.id
    WHERE tasks.status = given.expected AND tasks.fence = COALESCE(given.fence, tasks.fence)
    ${lock}
  ), task AS (
    UPDATE tasks SET status = given.status, ended_at = given.ended_at, result = given.result, error_code = given.error_code, error_kind = given.error_kind,
      error_message = given.error_message, lease_owner = NULL, lease_until = NULL, last_seq = tasks.last_seq + ${parts.events}
    FROM held JOIN given ON given.id = held.id WHERE tasks.id = held.id
    RETURNING tasks.id, tasks.batch_id, tasks.last_seq, tasks.attempt, given.type, given.rest, given.ended_at
  )${parts.writes(charges)}, event AS (
    INSERT INTO events (task_id, seq, type, at, data) SELECT id, last_seq, type, ended_at, '{"attempt":' || attempt || rest FROM task
  ), counted AS (
    SELECT batch_id, count(*)::integer AS count, max(ended_at) AS at FROM task GROUP BY batch_id
  ), shared AS (
    SELECT batches.id FROM batches JOIN counted ON batches.id = batch_id WHERE open_tasks > count ORDER BY batches.id FOR NO KEY UPDATE OF batches
  ), batch AS (
    UPDATE batches SET open_tasks = open_tasks - count, ended_at = CASE WHEN open_tasks = count THEN at ELSE batches.ended_at END
    FROM counted CROSS JOIN (SELECT count(*) AS shared FROM shared) AS locked WHERE batches.id = batch_id RETURNING batches.id, open_tasks, callback_url, at
  ), callback AS (
    INSERT INTO callbacks (batch_id, url, status, attempts, due_at, created_at)
    SELECT id, callback_url, 'pending', 0, at, at FROM batch WHERE open_tasks = 0 AND callback_url IS NOT NULL
  ) SELECT task.id, batch_id, open_tasks, callback_url FROM task JOIN batch ON batch.id = batch_id`);

const [endOne, endMany] = [endStatement(WAITING, END_ALONE), endStatement(SKIPPING, END_ALONE)];
const [endOneWithEntry, endManyWithEntries] = [endStatement(WAITING, WITH_ENTRY), endStatement(SKIPPING, WITH_ENTRY)];

export function endTasks(database: Database): TaskWrites['end'] {
  const write = async (one: typeof endOne, withEntry: typeof endOne, all: readonly TaskEnding[]): Promise<readonly Ended[]> => {
    const hasEntry = all.some(({ given }) => given.step !== undefined);
    return (hasEntry ? withEntry : one)(database, { given: jsonRows(all.map(({ given }) => given)), charges: jsonRows(all.flatMap(({ charges }) => charges)) });
  };

  async function alone(ending: TaskEnding): Promise<Ended | undefined> {
    return (await write(endOne, endOneWithEntry, [ending]))[0];
  }

  const end = grouped<TaskEnding, Ended | undefined>(async (all) => {
    if (all.length === 1) return [await alone(all[0]!)];
    const ended = new Map((await write(endMany, endManyWithEntries, all)).map((row) => [row.id, row]));
    // The charges are kept by now.
    return all.map(({ given }) => ended.get(given.id) ?? alone({ given, charges: [] }));
  }, { keyOf: ({ given }) => given.id, sizeOf: ({ given }) => (given.result?.length ?? 0) + (given.value?.length ?? 0) });

  return async ({ taskId, fence }, outcome, now, last) => {
    const error = outcome.status === 'succeeded' ? null : outcome.error;
    const row = await end({
      given: {
        ...endingOf(taskId, outcome, now), fence, type: ENDINGS[outcome.status], rest: error ? `,"error":${JSON.stringify(error)}}` : '}',
        ...last && entryOf(last.entry),
      },
      charges: last ? last.charges.map((charge) => ledgerRow(taskId, charge, now)) : [],
    });
    return row ? changesOf(taskId, row.batch_id, row.open_tasks === 0, row.open_tasks === 0 && row.callback_url !== null) : null;
  };
}

function entryOf(entry: JournalEntry): Partial<Given> {
  const { step, request_hash, value } = entryRow(entry);
  return { step, request_hash, value, entry_type: entry.event.type, entry_data: JSON.stringify(entry.event.data) };
}
