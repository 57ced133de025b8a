import { z } from 'zod';
import { batchRequestSchema } from './batch.ts';
import { taskErrorSchema, taskRequestSchema } from './task.ts';

const DAY_MS = 86_400_000;

/** A run counts as missed when nobody could start it within this time of its hour, in ms. */
export const LATE_AFTER_MS = 60_000;
/** Two runs of a schedule are at least so far apart, in ms. */
export const SHORTEST_GAP_MS = 10_000;
/** At most so many missed runs are made up for at once, the newest. */
export const MOST_MISSED_RUNS = 100;
/** Entries of a schedule's history. */
export const KEPT_RUNS = 50;

const momentSchema = z.iso.datetime({ offset: true }).max(40);

const fields = {
  name: z.string().trim().min(1).max(200),
  cron: z.string().trim().min(1).max(200).describe('Minute, hour, day of month, month, day of week; or six fields with the second first, '
    + 'at least ten seconds apart. Also @hourly, @daily, @weekly, @monthly and @yearly'),
  timeZone: z.string().min(1).max(100).describe('IANA name of the time zone that the expression is read in, such as Europe/Berlin'),
  tasks: batchRequestSchema.shape.tasks.describe('What each run submits as one batch'),
  callbackUrl: batchRequestSchema.shape.callbackUrl,
  missedRuns: z.enum(['skip', 'run-once', 'run-all']).describe('What becomes of runs that are more than a minute late because no worker '
    + 'was there: none runs; only the newest; or all, but at most the newest 100, which needs overlap: allow'),
  missedRunsWithinMs: z.number().int().min(LATE_AFTER_MS).max(366 * DAY_MS).describe('Missed runs that are older are skipped by run-all, in ms'),
  overlap: z.enum(['skip', 'allow']).describe('What becomes of a run while an earlier one of the schedule has not ended'),
  enabled: z.boolean().describe('Runs whose time comes while it is false are not missed runs: they never come'),
  startAt: momentSchema.nullable().describe('No run before, ISO 8601'),
  endAt: momentSchema.nullable().describe('No run at that time or later, ISO 8601'),
};

/** What a caller asks for: tasks that are submitted again and again. */
export const scheduleRequestSchema = z.strictObject({
  ...fields,
  timeZone: fields.timeZone.default('UTC'),
  missedRuns: fields.missedRuns.default('run-once'),
  missedRunsWithinMs: fields.missedRunsWithinMs.default(7 * DAY_MS),
  overlap: fields.overlap.default('skip'),
  enabled: fields.enabled.default(true),
  startAt: fields.startAt.default(null),
  endAt: fields.endAt.default(null),
});
export type ScheduleRequest = z.infer<typeof scheduleRequestSchema>;

/** What is absent stays as it is; a callbackUrl of null takes it away. */
export const scheduleChangeSchema = z.strictObject({ ...fields, callbackUrl: fields.callbackUrl.nullable() }).partial();
export type ScheduleChange = z.infer<typeof scheduleChangeSchema>;

/** When and how it runs, apart from what. */
export const scheduleSettingsSchema = scheduleRequestSchema.omit({ tasks: true, callbackUrl: true });
export type ScheduleSettings = z.infer<typeof scheduleSettingsSchema>;

export const scheduleRunSchema = z.object({
  id: z.string(),
  trigger: z.enum(['cron', 'manual']),
  status: z.enum(['starting', 'started', 'skipped', 'failed'])
    .describe('starting: its batch is being submitted; started: its batch was accepted; failed: it could not be submitted'),
  scheduledFor: z.string().describe('Its time, ISO 8601 in UTC; of several skipped ones, of the first'),
  scheduledUntil: z.string().nullable().describe('Of several skipped ones, the time of the last'),
  count: z.number().int().positive().describe('Runs that this entry stands for; at one go at most 1,000 missed ones are counted'),
  reason: z.enum(['missed', 'overlap']).nullable().describe('Why it was skipped'),
  batchId: z.string().nullable(),
  error: taskErrorSchema.nullable(),
  createdAt: z.string(),
});
export type ScheduleRun = z.infer<typeof scheduleRunSchema>;

/** A schedule in a list. Times are ISO 8601 in UTC. */
export const scheduleSummarySchema = z.object({
  id: z.string(),
  tenant: z.string().describe('Name of the API key that it belongs to'),
  ...scheduleSettingsSchema.shape,
  createdAt: z.string(),
  updatedAt: z.string(),
  nextRunAt: z.string().nullable().describe('Null: it is not enabled, or no more run comes'),
});
export type ScheduleSummary = z.infer<typeof scheduleSummarySchema>;

export const scheduleSchema = scheduleSummarySchema.extend({
  tasks: z.array(taskRequestSchema),
  callbackUrl: z.string().nullable(),
  nextRuns: z.array(z.string()).describe('The next five'),
  runs: z.array(scheduleRunSchema).describe(`The last ${KEPT_RUNS}, newest first`),
});
export type Schedule = z.infer<typeof scheduleSchema>;
