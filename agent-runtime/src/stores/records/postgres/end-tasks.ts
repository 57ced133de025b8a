import { sql, type RawBuilder } from 'kysely';
import { grouped } from '../../postgres/grouped.ts';
import { changesOf, ENDINGS, endingOf, type Ending } from '../sql/end-task.ts';
import type { Database } from '../sql/tables.ts';
import type { TaskWrites } from '../sql/task-writes.ts';
import { jsonRows, SKIPPING, statement, WAITING } from './statement.ts';

/** `rest`: of the event, after its attempt. */
type Given = Ending & { readonly fence: number | null; readonly type: string; readonly rest: string };

interface Ended {
  readonly id: string;
  readonly batch_id: string;
  readonly open_tasks: number;
  readonly callback_url: string | null;
}

/**
 * Batches are locked in the order of their ids. One with no more open tasks than end here needs no lock before the others, as
 * nobody else who ends tasks is at it.
 */
const endStatement = (lock: RawBuilder<unknown>) => statement<{ given: string }, Ended>(({ given }) => sql`
  WITH given AS MATERIALIZED (
    SELECT *, CASE WHEN fence IS NULL THEN 'queued' ELSE 'running' END AS expected FROM json_to_recordset(${given}::json)
      AS given (id text, fence integer, status text, ended_at bigint, result text, error_code text, error_kind text, error_message text, type text, rest text)
  ), held AS (
    SELECT tasks.id FROM tasks JOIN given ON given.id = tasks.id
    WHERE tasks.status = given.expected AND tasks.fence = COALESCE(given.fence, tasks.fence)
    ${lock}
  ), task AS (
    UPDATE tasks SET status = given.status, ended_at = given.ended_at, result = given.result, error_code = given.error_code, error_kind = given.error_kind,
      error_message = given.error_message, lease_owner = NULL, lease_until = NULL, last_seq = tasks.last_seq + 1
    FROM held JOIN given ON given.id = held.id WHERE tasks.id = held.id
    RETURNING tasks.id, tasks.batch_id, tasks.last_seq, tasks.attempt, given.type, given.rest, given.ended_at
  ), event AS (
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

const endOne = endStatement(WAITING);
const endMany = endStatement(SKIPPING);

export function endTasks(database: Database): TaskWrites['end'] {
  async function alone(given: Given): Promise<Ended | undefined> {
    const [row] = await endOne(database, { given: jsonRows([given]) });
    return row;
  }

  const end = grouped<Given, Ended | undefined>(async (all) => {
    if (all.length === 1) return [await alone(all[0]!)];
    const ended = new Map((await endMany(database, { given: jsonRows(all) })).map((row) => [row.id, row]));
    return all.map((given) => ended.get(given.id) ?? alone(given));
  }, { keyOf: ({ id }) => id, sizeOf: ({ result }) => result?.length ?? 0 });

  return async ({ taskId, fence }, outcome, now) => {
    const error = outcome.status === 'succeeded' ? null : outcome.error;
    const row = await end({
      ...endingOf(taskId, outcome, now), fence, type: ENDINGS[outcome.status], rest: error ? `,"error":${JSON.stringify(error)}}` : '}',
    });
    return row ? changesOf(taskId, row.batch_id, row.open_tasks === 0, row.open_tasks === 0 && row.callback_url !== null) : null;
  };
}
