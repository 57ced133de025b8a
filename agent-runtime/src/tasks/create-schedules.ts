import type { BatchRequest } from '../contract/batch.ts';
import { KEPT_RUNS, scheduleSettingsSchema, type ScheduleSettings } from '../contract/schedule.ts';
import { AiosError } from '../errors.ts';
import { requireAllowedOrigin } from '../events/callback-origin.ts';
import type { KeptSchedule, NewScheduleRun, ScheduleEdit } from '../stores/records/schedule-records.ts';
import { newIds } from './new-id.ts';
import { requestHash } from './request-hash.ts';
import { SUBMISSION_LEASE_MS, submitScheduledRun } from './schedule-submission.ts';
import { scheduleTimes } from './schedule-times.ts';
import { scheduleSummary, scheduleView } from './schedule-view.ts';
import type { Schedules, ScheduleScope } from './schedules.ts';
import { checkInputs, type SubmitDependencies } from './submit.ts';

/** Changes of one schedule at the same time that a change gives way to. */
const MOST_TRIES = 20;

export type SchedulesOptions = Omit<SubmitDependencies, 'now'> & {
  /** ms since 1970. Default: the clock of the records. */
  readonly now?: () => number;
};

/** The service of schedules of one process. What runs them is a worker's scheduler. */
export function createSchedules(options: SchedulesOptions): Schedules {
  const dependencies: SubmitDependencies = { ...options, now: options.now ?? (() => options.records.now()) };
  const { records, registry, callbackOrigins, now } = dependencies;

  async function kept(id: string, { tenant }: ScheduleScope): Promise<KeptSchedule> {
    const schedule = await records.schedules.find(id);
    return schedule && (tenant === undefined || schedule.tenant === tenant) ? schedule : notFound(id);
  }

  async function view(schedule: KeptSchedule) {
    return scheduleView(schedule, await records.schedules.runs(schedule.id, KEPT_RUNS));
  }

  function checkRequest({ tasks, callbackUrl }: BatchRequest): void {
    if (callbackUrl !== undefined) requireAllowedOrigin(callbackUrl, callbackOrigins);
    checkInputs(tasks, registry, (index) => `tasks.${index}.input`);
  }

  const schedules: Schedules = {
    async create(request, { tenant, idempotencyKey = null }) {
      const { tasks, callbackUrl, ...settings } = request;
      const batch: BatchRequest = { tasks, ...callbackUrl !== undefined && { callbackUrl } };
      const createdAt = now();
      const first = firstRun(settings, createdAt);
      checkPolicies(settings);
      checkRequest(batch);
      const hash = requestHash(request);
      const [newId = ''] = newIds('schedule', 1, createdAt);
      const { id, created, requestHash: earlier } = await records.schedules.create(
        { id: newId, tenant, idempotencyKey, requestHash: hash, settings, request: batch, nextRunAt: settings.enabled ? first : null }, createdAt);
      if (earlier !== hash) {
        throw new AiosError('idempotency_conflict',
          `The idempotency key was used before for another request (schedule ${id}). Use a new key for a new request.`);
      }
      return { schedule: await view(await kept(id, { tenant })), created };
    },

    async list({ tenant, limit, cursor }) {
      const page = await records.schedules.list({ limit: limit + 1, ...tenant !== undefined && { tenant }, ...cursor !== undefined && { after: cursor } });
      const shown = page.slice(0, limit);
      return { schedules: shown.map(scheduleSummary), nextCursor: page.length > shown.length ? shown.at(-1)?.id ?? null : null };
    },

    find: async (id, scope) => view(await kept(id, scope)),

    async change(id, { tasks, callbackUrl, ...changes }, scope) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const before = await kept(id, scope);
        const settings = scheduleSettingsSchema.parse({ ...before.settings, ...changes });
        checkPolicies(settings);
        const url = callbackUrl === undefined ? before.request.callbackUrl : callbackUrl ?? undefined;
        const request: BatchRequest = { tasks: tasks ?? before.request.tasks, ...url !== undefined && { callbackUrl: url } };
        if (tasks !== undefined || typeof callbackUrl === 'string') checkRequest(request);
        const edit: ScheduleEdit = { settings, request, nextRunAt: nextRunOf(before, settings, now()) };
        if (await records.schedules.change(before, edit, now())) return schedules.find(id, scope);
      }
      throw new AiosError('store_unavailable', `Schedule ${id} is changed all the time by others. Try again.`);
    },

    async remove(id, scope) {
      await kept(id, scope);
      if (!await records.schedules.remove(id)) notFound(id);
    },

    async run(id, { idempotencyKey, ...scope }) {
      await kept(id, scope);
      const at = now();
      const [runId = ''] = newIds('run', 1, at);
      const run: NewScheduleRun = { id: runId, key: idempotencyKey === undefined ? runId : `manual/${idempotencyKey}`, trigger: 'manual', at };
      const due = await records.schedules.planRun(id, run, at, at + SUBMISSION_LEASE_MS);
      if (due) await submitScheduledRun(dependencies, due);
      return await records.schedules.findRun(id, run.key) ?? notFound(id);
    },
  };
  return schedules;
}

/** Throws `invalid_request` for times that make no schedule, or none that ever runs. */
function firstRun(settings: ScheduleSettings, after: number): number {
  const next = scheduleTimes(settings).next(after);
  return next ?? invalid('cron', settings.endAt === null ? 'never fires' : 'does not fire any more before endAt');
}

/** A change of something else leaves it as it is, even if that time has come. Times that have been planned don't come again. */
function nextRunOf({ settings: before, nextRunAt, plannedUntil }: KeptSchedule, settings: ScheduleSettings, now: number): number | null {
  const sameTimes = (['cron', 'timeZone', 'startAt', 'endAt'] as const).every((name) => settings[name] === before[name]);
  if (sameTimes && settings.enabled === before.enabled) return nextRunAt;
  if (sameTimes && !settings.enabled) return null;
  const next = firstRun(settings, Math.max(now, plannedUntil ?? 0));
  return settings.enabled ? next : null;
}

function checkPolicies({ missedRuns, overlap }: ScheduleSettings): void {
  if (missedRuns !== 'run-all' || overlap !== 'skip') return;
  invalid('missedRuns', 'of run-all runs several at once, which overlap: skip does not let it. Set overlap to allow, or missedRuns to run-once');
}

function invalid(path: string, message: string): never {
  throw new AiosError('invalid_request', `${path} ${message}.`, { issues: [{ path, message }] });
}

function notFound(id: string): never {
  throw new AiosError('not_found', `There is no schedule ${id}. Check its id.`);
}
