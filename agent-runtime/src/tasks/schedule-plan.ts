import { LATE_AFTER_MS, MOST_MISSED_RUNS } from '../contract/schedule.ts';
import { toAiosError } from '../errors.ts';
import type { ScheduleHead, SchedulePlan, SkippedRuns } from '../stores/records/schedule-records.ts';
import { newIds } from './new-id.ts';
import { scheduleTimes, type ScheduleTimes } from './schedule-times.ts';
import { taskErrorOf } from './task-error.ts';

/** Missed runs are counted up to here. */
const MOST_COUNTED = 1_000;

/** Decides which of the runs that are due by now come and which are skipped. `busy`: an earlier run has not ended. */
export function planRuns(schedule: ScheduleHead, { now, busy }: { readonly now: number; readonly busy: boolean }): SchedulePlan {
  const first = schedule.nextRunAt ?? now;
  let times: ScheduleTimes;
  try {
    times = scheduleTimes(schedule.settings);
  } catch (error) {
    // It was valid once; the list of time zones is not the one it was then.
    const [id = ''] = newIds('run', 1, now);
    const run = { id, key: runKey(first), trigger: 'cron' as const, at: first, error: taskErrorOf(toAiosError(error)) };
    return { skipped: [], runs: [], failed: [run], nextRunAt: null, plannedUntil: first };
  }
  const { due, count } = dueTimes(times, first, now);
  const wanted = withoutMissed(schedule, due, now);
  const [missedFrom = first] = due;
  const lastMissed = due.findLast((at) => !wanted.includes(at)) ?? times.latest(first, missedFrom - 1, 1)[0] ?? first;
  const missed = count - wanted.length;
  const allowed = schedule.settings.overlap === 'allow' ? wanted : wanted.slice(0, busy ? 0 : 1);
  const overlapping = wanted.slice(allowed.length);
  const ids = newIds('run', 2 + allowed.length, now);
  const skipped: SkippedRuns[] = [];
  if (missed > 0) skipped.push({ id: ids[0] as string, from: first, until: lastMissed, count: missed, reason: 'missed' });
  if (overlapping.length > 0) {
    skipped.push({ id: ids.at(-1) as string, from: overlapping[0] as number, until: overlapping.at(-1) as number, count: overlapping.length, reason: 'overlap' });
  }
  const plannedUntil = due.at(-1) ?? first;
  return {
    skipped, failed: [], plannedUntil, nextRunAt: times.next(plannedUntil),
    runs: allowed.map((at, index) => ({ id: ids[index + 1] as string, key: runKey(at), trigger: 'cron', at })),
  };
}

/** What a run by the clock is called within its schedule. */
function runKey(at: number): string {
  return new Date(at).toISOString();
}

/** The latest times that are due, enough for every policy, and how many are due in all. */
function dueTimes(times: ScheduleTimes, first: number, now: number): { readonly due: readonly number[]; readonly count: number } {
  const due = [first];
  for (let next = times.next(first); next !== null && next <= now; next = times.next(next)) {
    due.push(next);
    if (due.length > MOST_COUNTED) return { due: times.latest(first, now, MOST_MISSED_RUNS), count: MOST_COUNTED };
  }
  return { due, count: due.length };
}

function withoutMissed({ settings }: ScheduleHead, due: readonly number[], now: number): readonly number[] {
  const onTime = due.filter((at) => at >= now - LATE_AFTER_MS);
  if (settings.missedRuns === 'skip') return onTime;
  if (settings.missedRuns === 'run-once') return onTime.length > 0 ? onTime : due.slice(-1);
  return due.filter((at) => at >= now - settings.missedRunsWithinMs).slice(-MOST_MISSED_RUNS);
}
