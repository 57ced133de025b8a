import type { Schedule, ScheduleChange, ScheduleRequest, ScheduleRun, ScheduleSummary } from '../contract/schedule.ts';

/** Whose schedules a caller may have; undefined: everybody's. Others are `not_found`. */
export interface ScheduleScope {
  readonly tenant: string | undefined;
}

/** The service of schedules as the api sees it. Methods throw AiosErrors. */
export interface Schedules {
  /** Resolves once it is durable. `created` is false when the idempotency key had been used for it before. */
  create(request: ScheduleRequest, options: { readonly tenant: string; readonly idempotencyKey?: string | undefined }):
    Promise<{ readonly schedule: Schedule; readonly created: boolean }>;
  /** Newest first. `cursor`: `nextCursor` of the page before. */
  list(query: ScheduleScope & { readonly limit: number; readonly cursor?: string | undefined }):
    Promise<{ readonly schedules: readonly ScheduleSummary[]; readonly nextCursor: string | null }>;
  find(id: string, scope: ScheduleScope): Promise<Schedule>;
  /** What is changed is checked; so a schedule whose agent has gone can still be paused. */
  change(id: string, change: ScheduleChange, scope: ScheduleScope): Promise<Schedule>;
  remove(id: string, scope: ScheduleScope): Promise<void>;
  /** Runs it once now, whether it is enabled or an earlier run has ended or not. The same idempotency key names the same run. */
  run(id: string, options: ScheduleScope & { readonly idempotencyKey?: string | undefined }): Promise<ScheduleRun>;
}
