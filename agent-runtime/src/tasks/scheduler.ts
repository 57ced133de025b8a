import { createBell } from '../events/bell.ts';
import type { ScheduleHead } from '../stores/records/schedule-records.ts';
import { planRuns } from './schedule-plan.ts';
import { SUBMISSION_LEASE_MS, submitScheduledRun } from './schedule-submission.ts';
import type { SubmitDependencies } from './submit.ts';

const PAGE = 20;
const AFTER_FAILURE_MS = 1_000;
/** Other processes write all the time, and seldom a schedule. */
const ELSEWHERE_MS = 1_000;
const LONGEST_SLEEP_MS = 30_000;

export interface Scheduler {
  /** Plans the runs of some schedules that are due, and submits some runs that are planned. */
  turn(): Promise<void>;
  /** Takes turns from now on: when a run is due, when a schedule was changed, and at times. */
  start(): void;
  /** Takes no more turn and lets the one under way end. */
  close(): Promise<void>;
}

/**
 * The clock of all schedules in one process. Any number of processes may have one: what is planned is planned once by the
 * records, and what is submitted twice is one batch.
 */
export function createScheduler(dependencies: SubmitDependencies): Scheduler {
  const { records, logger, now } = dependencies;
  const bell = createBell();
  const closing = new AbortController();
  let later: NodeJS.Timeout | undefined;
  let unwatch: (() => void) | undefined;
  let running: Promise<void> | undefined;

  async function plan(schedule: ScheduleHead): Promise<void> {
    const busy = schedule.settings.overlap === 'skip' && await records.schedules.isBusy(schedule.id);
    const plan = planRuns(schedule, { now: now(), busy });
    if (!await records.schedules.plan(schedule, plan, now())) return; // somebody else has, or changed it
    for (const { from, until, count, reason } of plan.skipped) {
      logger.info({ scheduleId: schedule.id, from, until, count, reason }, 'scheduled runs skipped');
    }
    for (const { id, error } of plan.failed) logger.error({ scheduleId: schedule.id, runId: id, code: error.code, reason: error.message }, 'scheduled run failed');
  }

  async function turn(): Promise<void> {
    const due = await records.schedules.due(now(), PAGE);
    // One that cannot be planned or submitted does not keep the others from it. To count what a long sleep missed takes its time, so one by one.
    const failures: unknown[] = [];
    for (const schedule of due) await plan(schedule).catch((error: unknown) => failures.push(error));
    const runs = await records.schedules.takeRuns(now(), now() + SUBMISSION_LEASE_MS, PAGE);
    await Promise.all(runs.map((run) => submitScheduledRun(dependencies, run).catch((error: unknown) => failures.push(error))));
    if (failures.length > 0) throw failures[0];
  }

  async function loop(): Promise<void> {
    while (!closing.signal.aborted) {
      let next: number | null;
      try {
        await turn();
        next = await records.schedules.nextAt();
      } catch (error) {
        logger.warn({ reason: String(error) }, 'the schedules could not be looked through');
        next = now() + AFTER_FAILURE_MS;
      }
      const timeoutMs = next === null ? LONGEST_SLEEP_MS : Math.min(Math.max(next - now(), 0), LONGEST_SLEEP_MS);
      await bell.wait({ timeoutMs, signal: closing.signal });
    }
  }

  return {
    turn,
    start() {
      unwatch = records.watch((change) => {
        if (change.type === 'schedule-due') bell.ring();
        if (change.type === 'elsewhere') later ??= setTimeout(ringLater, ELSEWHERE_MS).unref();
      });
      running = loop();
    },
    async close() {
      closing.abort();
      unwatch?.();
      clearTimeout(later);
      await running;
    },
  };

  function ringLater(): void {
    later = undefined;
    bell.ring();
  }
}
