import type { BatchRequest } from '../../../contract/batch.ts';
import type { ScheduleSettings } from '../../../contract/schedule.ts';
import type { KeptSchedule, ScheduleHead, ScheduleRecords } from '../schedule-records.ts';
import type { Commits } from './commits.ts';
import { transact } from './engine.ts';
import { addLeasedRun, addRuns, findRun, forgetRuns, isBusy, keepRequests, listRuns, nextDueRun, noteSkipped, settleRun, takeRuns } from './schedule-runs.ts';
import type { Database, ScheduleRow, Statements } from './tables.ts';

const HEAD = ['id', 'tenant', 'settings', 'version', 'next_run_at', 'planned_until', 'created_at', 'updated_at'] as const;

export function scheduleRecords(database: Database, { announce, settled }: Commits): ScheduleRecords {
  async function committed(): Promise<void> {
    await settled();
    announce({ type: 'schedule-due' });
  }

  return {
    async create({ id, tenant, idempotencyKey, requestHash, settings, request, nextRunAt }, now) {
      const created = await database.insertInto('schedules').values({
        id, tenant, idempotency_key: idempotencyKey, request_hash: requestHash, settings: JSON.stringify(settings), request: JSON.stringify(request),
        version: 1, next_run_at: nextRunAt, planned_until: null, created_at: now, updated_at: now,
      }).onConflict((conflict) => conflict.columns(['tenant', 'idempotency_key']).doNothing()).returning('id').executeTakeFirst();
      if (created) {
        await committed();
        return { id, created: true, requestHash };
      }
      const earlier = await database.selectFrom('schedules').select(['id', 'request_hash'])
        .where('tenant', '=', tenant).where('idempotency_key', '=', idempotencyKey).executeTakeFirstOrThrow();
      return { id: earlier.id, created: false, requestHash: earlier.request_hash };
    },

    async find(id) {
      const row = await database.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? keptSchedule(row) : null;
    },

    async list({ tenant, after, limit }) {
      const rows = await database.selectFrom('schedules').select(HEAD)
        .$if(tenant !== undefined, (query) => query.where('tenant', '=', tenant as string))
        .$if(after !== undefined, (query) => query.where('id', '<', after as string))
        .orderBy('id', 'desc').limit(limit).execute();
      return rows.map(scheduleHead);
    },

    async change(schedule, { settings, request, nextRunAt }, now) {
      const changed = await transact(database, async (transaction) => {
        if (!await nextVersion(transaction, schedule)) return false;
        const text = JSON.stringify(request);
        await keepRequests(transaction, schedule.id, text);
        await transaction.updateTable('schedules').set({ settings: JSON.stringify(settings), request: text, next_run_at: nextRunAt, updated_at: now })
          .where('id', '=', schedule.id).execute();
        return true;
      });
      if (changed) await committed();
      return changed;
    },

    async remove(id) {
      return transact(database, async (transaction) => {
        // First, so that nobody plans a run in between.
        if (!await nextVersion(transaction, { id })) return false;
        await transaction.deleteFrom('schedule_runs').where('schedule_id', '=', id).execute();
        await transaction.deleteFrom('schedules').where('id', '=', id).execute();
        return true;
      });
    },

    runs: (scheduleId, limit) => listRuns(database, scheduleId, limit),
    findRun: (scheduleId, key) => findRun(database, scheduleId, key),
    isBusy: (scheduleId) => isBusy(database, scheduleId),

    async due(now, limit) {
      const rows = await database.selectFrom('schedules').select(HEAD)
        .where('next_run_at', '<=', now).orderBy('next_run_at').limit(limit).execute();
      return rows.map(scheduleHead);
    },

    async plan(schedule, plan, now) {
      const planned = await transact(database, async (transaction) => {
        if (!await nextVersion(transaction, schedule)) return false;
        for (const skipped of plan.skipped) await noteSkipped(transaction, schedule.id, skipped, now);
        await addRuns(transaction, schedule.id, [...plan.runs, ...plan.failed], now);
        await transaction.updateTable('schedules').set({ next_run_at: plan.nextRunAt, planned_until: plan.plannedUntil })
          .where('id', '=', schedule.id).execute();
        await forgetRuns(transaction, schedule.id);
        return true;
      });
      if (planned) await settled();
      return planned;
    },

    async planRun(scheduleId, run, now, leaseUntil) {
      const planned = await transact(database, async (transaction) => {
        if (!await nextVersion(transaction, { id: scheduleId })) return null;
        const leased = await addLeasedRun(transaction, scheduleId, run, { now, leaseUntil });
        await forgetRuns(transaction, scheduleId);
        return leased;
      });
      if (planned) await committed();
      return planned;
    },

    takeRuns: (now, leaseUntil, limit) => takeRuns(database, { now, leaseUntil, limit }),
    settleRun: (run, settlement) => settleRun(database, run, settlement),

    async nextAt() {
      const schedule = await database.selectFrom('schedules').select((expression) => expression.fn.min<number | null>('next_run_at').as('at'))
        .where('next_run_at', 'is not', null).executeTakeFirst();
      const times = [schedule?.at ?? null, await nextDueRun(database)].filter((at) => at !== null);
      return times.length > 0 ? Math.min(...times) : null;
    },
  };
}

/** Takes the schedule's row for the rest of the transaction. False: it has not that version any more. */
async function nextVersion(statements: Statements, { id, version }: { readonly id: string; readonly version?: number }): Promise<boolean> {
  const row = await statements.updateTable('schedules').set((expression) => ({ version: expression('version', '+', 1) })).where('id', '=', id)
    .$if(version !== undefined, (query) => query.where('version', '=', version as number)).returning('id').executeTakeFirst();
  return row !== undefined;
}

function scheduleHead(row: Pick<ScheduleRow, (typeof HEAD)[number]>): ScheduleHead {
  return {
    id: row.id, tenant: row.tenant, settings: JSON.parse(row.settings) as ScheduleSettings, version: row.version,
    nextRunAt: row.next_run_at, plannedUntil: row.planned_until, createdAt: row.created_at, updatedAt: row.updated_at,
  };
}

function keptSchedule(row: ScheduleRow): KeptSchedule {
  return { ...scheduleHead(row), request: JSON.parse(row.request) as BatchRequest, requestHash: row.request_hash };
}
