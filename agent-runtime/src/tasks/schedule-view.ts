import type { Schedule, ScheduleRun, ScheduleSummary } from '../contract/schedule.ts';
import type { KeptSchedule, ScheduleHead } from '../stores/records/schedule-records.ts';
import { scheduleTimes } from './schedule-times.ts';

const SHOWN_NEXT_RUNS = 5;

export function scheduleSummary({ id, tenant, settings, createdAt, updatedAt, nextRunAt }: ScheduleHead): ScheduleSummary {
  return { id, tenant, ...settings, createdAt: isoTime(createdAt), updatedAt: isoTime(updatedAt), nextRunAt: nextRunAt === null ? null : isoTime(nextRunAt) };
}

export function scheduleView(schedule: KeptSchedule, runs: readonly ScheduleRun[]): Schedule {
  const { tasks, callbackUrl = null } = schedule.request;
  return { ...scheduleSummary(schedule), tasks, callbackUrl, nextRuns: nextRuns(schedule), runs: [...runs] };
}

function nextRuns({ nextRunAt, settings }: KeptSchedule): string[] {
  if (nextRunAt === null) return [];
  return [nextRunAt, ...scheduleTimes(settings).nextRuns(nextRunAt, SHOWN_NEXT_RUNS - 1)].map(isoTime);
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
