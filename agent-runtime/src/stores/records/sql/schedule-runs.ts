import { randomUUID } from 'node:crypto';
import type { BatchRequest } from '../../../contract/batch.ts';
import { KEPT_RUNS, type ScheduleRun } from '../../../contract/schedule.ts';
import type { TaskError } from '../../../contract/task.ts';
import type { DueScheduleRun, NewScheduleRun, RunSettlement, SkippedRuns } from '../schedule-records.ts';
import { isoTime, taskError } from './task-view.ts';
import type { Database, ScheduleRunRow, Statements } from './tables.ts';

type PlannedRun = NewScheduleRun & { readonly error?: TaskError };

export async function addRuns(statements: Statements, scheduleId: string, runs: readonly PlannedRun[], now: number): Promise<void> {
  if (runs.length === 0) return;
  await statements.insertInto('schedule_runs').values(runs.map((run) => plannedRow(scheduleId, run, now)))
    .onConflict((conflict) => conflict.columns(['schedule_id', 'key']).doNothing()).execute();
}

/** Null: it was planned before. */
export async function addLeasedRun(
  statements: Statements, scheduleId: string, run: NewScheduleRun, { now, leaseUntil }: { readonly now: number; readonly leaseUntil: number },
): Promise<DueScheduleRun | null> {
  const token = randomUUID();
  const row = await statements.insertInto('schedule_runs').values({ ...plannedRow(scheduleId, run, now), lease_token: token, due_at: leaseUntil })
    .onConflict((conflict) => conflict.columns(['schedule_id', 'key']).doNothing()).returning('id').executeTakeFirst();
  return (row && await dueRun(statements, row.id, token)) ?? null;
}

function plannedRow(scheduleId: string, { id, key, trigger, at, error }: PlannedRun, now: number) {
  return {
    ...newRow(scheduleId, id, now), key, triggered_by: trigger, status: error ? 'failed' as const : 'starting' as const, at, ...error && errorColumns(error),
  };
}

/** Skips for one reason that follow each other are one entry, so that they don't push everything else out of the history. */
export async function noteSkipped(statements: Statements, scheduleId: string, skipped: SkippedRuns, now: number): Promise<void> {
  const { id, from, until, count, reason } = skipped;
  const last = await statements.selectFrom('schedule_runs').select(['id', 'status', 'reason', 'count'])
    .where('schedule_id', '=', scheduleId).orderBy('id', 'desc').limit(1).executeTakeFirst();
  if (last?.status === 'skipped' && last.reason === reason) {
    await statements.updateTable('schedule_runs').set({ until_at: until, count: last.count + count }).where('id', '=', last.id).execute();
    return;
  }
  await statements.insertInto('schedule_runs').values({
    ...newRow(scheduleId, id, now), key: id, triggered_by: 'cron', status: 'skipped', at: from, until_at: count > 1 ? until : null, count, reason,
  }).execute();
}

function newRow(scheduleId: string, id: string, now: number) {
  return {
    id, schedule_id: scheduleId, count: 1, until_at: null, reason: null, batch_id: null, error_code: null, error_kind: null, error_message: null,
    created_at: now, due_at: now, attempts: 0, lease_token: null, request: null,
  };
}

/** What is under way stays. */
export async function forgetRuns(statements: Statements, scheduleId: string): Promise<void> {
  const oldest = await statements.selectFrom('schedule_runs').select('id')
    .where('schedule_id', '=', scheduleId).orderBy('id', 'desc').offset(KEPT_RUNS - 1).limit(1).executeTakeFirst();
  if (!oldest) return;
  await statements.deleteFrom('schedule_runs')
    .where('schedule_id', '=', scheduleId).where('id', '<', oldest.id).where('status', '!=', 'starting').execute();
}

/** Before a schedule gets another request: what is planned keeps the one it was planned with. */
export async function keepRequests(statements: Statements, scheduleId: string, next: string): Promise<void> {
  const { request } = await statements.selectFrom('schedules').select('request').where('id', '=', scheduleId).executeTakeFirstOrThrow();
  if (request === next) return;
  await statements.updateTable('schedule_runs').set({ request })
    .where('schedule_id', '=', scheduleId).where('status', '=', 'starting').where('request', 'is', null).execute();
}

export async function listRuns(statements: Statements, scheduleId: string, limit: number): Promise<readonly ScheduleRun[]> {
  const rows = await statements.selectFrom('schedule_runs').selectAll()
    .where('schedule_id', '=', scheduleId).orderBy('id', 'desc').limit(limit).execute();
  return rows.map(scheduleRun);
}

export async function findRun(statements: Statements, scheduleId: string, key: string): Promise<ScheduleRun | null> {
  const row = await statements.selectFrom('schedule_runs').selectAll().where('schedule_id', '=', scheduleId).where('key', '=', key).executeTakeFirst();
  return row ? scheduleRun(row) : null;
}

export async function isBusy(statements: Statements, scheduleId: string): Promise<boolean> {
  const row = await statements.selectFrom('schedule_runs').leftJoin('batches', 'batches.id', 'schedule_runs.batch_id').select('schedule_runs.id')
    .where('schedule_id', '=', scheduleId).where((expression) => expression.or([
      expression('status', '=', 'starting'),
      expression.and([expression('batches.id', 'is not', null), expression('batches.ended_at', 'is', null)]),
    ])).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Row by row, so that two who take at once don't wait for each other in a circle. */
export async function takeRuns(
  database: Database, { now, leaseUntil, limit }: { readonly now: number; readonly leaseUntil: number; readonly limit: number },
): Promise<readonly DueScheduleRun[]> {
  const due = await database.selectFrom('schedule_runs').select('id')
    .where('status', '=', 'starting').where('due_at', '<=', now).orderBy('due_at').limit(limit).execute();
  const token = randomUUID();
  const taken: DueScheduleRun[] = [];
  for (const { id } of due) {
    // A leased run is one that is due when its lease ends.
    const row = await database.updateTable('schedule_runs').set({ lease_token: token, due_at: leaseUntil })
      .where('id', '=', id).where('status', '=', 'starting').where('due_at', '<=', now).returning('id').executeTakeFirst();
    const run = row && await dueRun(database, id, token);
    if (run) taken.push(run);
  }
  return taken;
}

/** In one statement, so that a change of the schedule is seen as a whole or not at all. Undefined: it was removed. */
async function dueRun(statements: Statements, id: string, token: string): Promise<DueScheduleRun | undefined> {
  const row = await statements.selectFrom('schedule_runs').innerJoin('schedules', 'schedules.id', 'schedule_runs.schedule_id')
    .select(['schedule_runs.id', 'key', 'schedule_id', 'tenant', 'at', 'schedule_runs.created_at', 'attempts'])
    .select((expression) => expression.fn.coalesce('schedule_runs.request', 'schedules.request').as('request'))
    .where('schedule_runs.id', '=', id).executeTakeFirst();
  return row && {
    id, key: row.key, scheduleId: row.schedule_id, tenant: row.tenant, request: JSON.parse(row.request) as BatchRequest, at: row.at,
    plannedAt: row.created_at, attempts: row.attempts, token,
  };
}

export async function settleRun(database: Database, run: DueScheduleRun, settlement: RunSettlement): Promise<void> {
  await database.updateTable('schedule_runs').set((expression) => ({
    status: settlement.status, attempts: expression('attempts', '+', 1), lease_token: null,
    ...settlement.status === 'started' ? { batch_id: settlement.batchId, error_code: null, error_kind: null, error_message: null } : errorColumns(settlement.error),
    ...settlement.status === 'starting' ? { due_at: settlement.nextAttemptAt } : { request: null },
  })).where('id', '=', run.id).where('lease_token', '=', run.token).execute();
}

export async function nextDueRun(statements: Statements): Promise<number | null> {
  const row = await statements.selectFrom('schedule_runs').select((expression) => expression.fn.min<number | null>('due_at').as('at'))
    .where('status', '=', 'starting').executeTakeFirst();
  return row?.at ?? null;
}

function errorColumns({ code, kind, message }: TaskError) {
  return { error_code: code, error_kind: kind, error_message: message };
}

function scheduleRun(row: ScheduleRunRow): ScheduleRun {
  return {
    id: row.id, trigger: row.triggered_by, status: row.status, scheduledFor: isoTime(row.at),
    scheduledUntil: row.until_at === null ? null : isoTime(row.until_at), count: row.count, reason: row.reason, batchId: row.batch_id,
    error: taskError(row), createdAt: isoTime(row.created_at),
  };
}
