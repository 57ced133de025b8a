import type { BatchRequest } from '../../contract/batch.ts';
import type { ScheduleRun, ScheduleSettings } from '../../contract/schedule.ts';
import type { TaskError } from '../../contract/task.ts';

/** Times are ms since 1970. */
export interface ScheduleHead {
  readonly id: string;
  readonly tenant: string;
  readonly settings: ScheduleSettings;
  /** Counts all changes, so that one is only made to what was read. */
  readonly version: number;
  /** Null: none comes. */
  readonly nextRunAt: number | null;
  /** The time of the last run that was planned; no run is planned for it or an earlier one again. */
  readonly plannedUntil: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface KeptSchedule extends ScheduleHead {
  /** What each run submits. */
  readonly request: BatchRequest;
  /** Of the request that made it; tells a repeated one from another one under the same key. */
  readonly requestHash: string;
}

export interface NewSchedule {
  readonly id: string;
  readonly tenant: string;
  readonly idempotencyKey: string | null;
  readonly requestHash: string;
  readonly settings: ScheduleSettings;
  readonly request: BatchRequest;
  readonly nextRunAt: number | null;
}

export interface ScheduleEdit {
  readonly settings: ScheduleSettings;
  /** Runs planned before submit what the schedule was when they were planned. */
  readonly request: BatchRequest;
  readonly nextRunAt: number | null;
}

export interface NewScheduleRun {
  /** Ids sort by the time they were made. */
  readonly id: string;
  /** Names the run within its schedule, for good: the same run again has the same. */
  readonly key: string;
  readonly trigger: ScheduleRun['trigger'];
  readonly at: number;
}

export interface SkippedRuns {
  readonly id: string;
  readonly from: number;
  readonly until: number;
  readonly count: number;
  readonly reason: 'missed' | 'overlap';
}

/** What is decided of the runs that are due. */
export interface SchedulePlan {
  readonly skipped: readonly SkippedRuns[];
  readonly runs: readonly NewScheduleRun[];
  /** Runs that cannot be, with why. */
  readonly failed: readonly (NewScheduleRun & { readonly error: TaskError })[];
  readonly nextRunAt: number | null;
  readonly plannedUntil: number;
}

/** A planned run that this caller is to submit. */
export interface DueScheduleRun {
  readonly id: string;
  readonly key: string;
  readonly scheduleId: string;
  readonly tenant: string;
  readonly request: BatchRequest;
  readonly at: number;
  readonly plannedAt: number;
  /** Submissions tried before this one. */
  readonly attempts: number;
  /** Guards what is written about this submission. */
  readonly token: string;
}

export type RunSettlement =
  | { readonly status: 'started'; readonly batchId: string }
  | { readonly status: 'failed'; readonly error: TaskError }
  | { readonly status: 'starting'; readonly error: TaskError; readonly nextAttemptAt: number };

/**
 * What is durably known of schedules and their runs. A run is planned by one guarded change together with the schedule's
 * next time, so it is planned once whoever tries; then it is submitted, by whoever has its lease, until that is settled.
 */
export interface ScheduleRecords {
  /** Or finds the one that the tenant's key was used for before. */
  create(schedule: NewSchedule, now: number): Promise<{ readonly id: string; readonly created: boolean; readonly requestHash: string }>;
  find(id: string): Promise<KeptSchedule | null>;
  /** Newest first. `after`: the last id of the page before. */
  list(query: { readonly tenant?: string; readonly after?: string; readonly limit: number }): Promise<readonly ScheduleHead[]>;
  /** False: it was changed since that version, or is gone. */
  change(schedule: Pick<ScheduleHead, 'id' | 'version'>, edit: ScheduleEdit, now: number): Promise<boolean>;
  /** With its history; its batches stay. False: there is no such schedule. */
  remove(id: string): Promise<boolean>;
  /** Newest first. */
  runs(scheduleId: string, limit: number): Promise<readonly ScheduleRun[]>;
  findRun(scheduleId: string, key: string): Promise<ScheduleRun | null>;
  /** Whether a run of it is being submitted, or has a batch that has not ended. */
  isBusy(scheduleId: string): Promise<boolean>;

  /** Schedules whose next time has come, the earliest first. */
  due(now: number, limit: number): Promise<readonly ScheduleHead[]>;
  /** Plans runs in one commit, and forgets the oldest entries of the history. False, and nothing is done: changed since that version, or gone. */
  plan(schedule: Pick<ScheduleHead, 'id' | 'version'>, plan: SchedulePlan, now: number): Promise<boolean>;
  /**
   * Plans one run beside the others and leases it to this caller. Null: a run with that key was planned before, or there is
   * no such schedule.
   */
  planRun(scheduleId: string, run: NewScheduleRun, now: number, leaseUntil: number): Promise<DueScheduleRun | null>;
  /** Leases planned runs that are due to this caller. */
  takeRuns(now: number, leaseUntil: number, limit: number): Promise<readonly DueScheduleRun[]>;
  /** Ends a submission; does nothing when the lease was lost. */
  settleRun(run: DueScheduleRun, settlement: RunSettlement): Promise<void>;
  /** When the next run is to be planned or submitted; null: never. */
  nextAt(): Promise<number | null>;
}
