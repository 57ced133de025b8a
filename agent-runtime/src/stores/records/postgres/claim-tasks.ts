import { sql, type RawBuilder } from 'kysely';
import type { TaskOptions, TaskStatus } from '../../../contract/task.ts';
import { grouped } from '../../postgres/grouped.ts';
import type { Claim, Lease } from '../records.ts';
import type { Database } from '../sql/tables.ts';
import type { TaskWrites } from '../sql/task-writes.ts';
import { jsonRows, SKIPPING, statement, WAITING } from './statement.ts';

const MOST_LOOKS = 5;

interface Claiming extends Lease {
  readonly taskId: string;
  readonly now: number;
}

interface Found {
  readonly id: string;
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

const claimStatement = (lock: RawBuilder<unknown>) => statement<{ given: string }, Found>(({ given }) => sql`
  WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset(${given}::json) AS given ("taskId" text, owner text, "leaseUntil" bigint, now bigint)
  ), held AS (
    SELECT tasks.id, tasks.status FROM tasks JOIN given ON tasks.id = given."taskId"
    WHERE CASE tasks.status WHEN 'queued' THEN tasks.due_at <= given.now WHEN 'running' THEN COALESCE(tasks.lease_until, 0) <= given.now END
    ${lock}
  ), taken AS (
    UPDATE tasks SET status = 'running', fence = tasks.fence + 1, lease_owner = given.owner, lease_until = given."leaseUntil",
      started_at = COALESCE(tasks.started_at, given.now), last_seq = tasks.last_seq + 1,
      attempt = tasks.attempt + CASE held.status WHEN 'queued' THEN 1 ELSE 0 END,
      interruptions = tasks.interruptions + CASE held.status WHEN 'queued' THEN 0 ELSE 1 END
    FROM held JOIN given ON given."taskId" = held.id WHERE tasks.id = held.id
    RETURNING tasks.id, tasks.fence, tasks.attempt, tasks.interruptions, tasks.cancel_requested, tasks.last_seq, held.status, given.now
  ), event AS (
    INSERT INTO events (task_id, seq, type, at, data)
    SELECT id, last_seq, 'task-started', now, '{"attempt":' || attempt || CASE status WHEN 'running' THEN ',"takenOver":true}' ELSE '}' END FROM taken
  )
  SELECT tasks.id, tasks.status, tasks.due_at, tasks.lease_until, tasks.batch_id, batches.tenant, tasks.agent, tasks.operation, tasks.deadline_at,
    inputs.input, inputs.options, taken.fence, taken.attempt, taken.interruptions, taken.cancel_requested
  FROM given JOIN tasks ON tasks.id = given."taskId" JOIN batches ON batches.id = tasks.batch_id JOIN inputs ON inputs.task_id = tasks.id
  LEFT JOIN taken ON taken.id = tasks.id`);

const claimOne = claimStatement(WAITING);
const claimMany = claimStatement(SKIPPING);

export function claimTasks(database: Database): TaskWrites['claim'] {
  async function look(claiming: Claiming): Promise<Found | undefined> {
    const [row] = await claimOne(database, { given: jsonRows([claiming]) });
    return row;
  }

  const lookFirst = grouped<Claiming, Found | undefined>(async (all) => {
    if (all.length === 1) return [await look(all[0]!)];
    const found = new Map((await claimMany(database, { given: jsonRows(all) })).map((row) => [row.id, row]));
    return all.map(({ taskId }) => found.get(taskId));
  }, { keyOf: ({ taskId }) => taskId });

  return async (taskId, lease, now): Promise<Claim> => {
    for (let looks = 1; ; looks += 1) {
      const row = await (looks === 1 ? lookFirst : look)({ ...lease, taskId, now });
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
      // It changed while it was looked at, or somebody was at it.
      if (looks === MOST_LOOKS) return { outcome: 'later', at: now };
    }
  };
}
