import { Cron } from 'croner';
import { SHORTEST_GAP_MS, type ScheduleSettings } from '../contract/schedule.ts';
import { AiosError } from '../errors.ts';

const MINUTE_MS = 60_000;

/** When a schedule runs, whether it is enabled or not. Times are ms since 1970, on whole seconds. */
export interface ScheduleTimes {
  /** The first one after that time; null: none comes. */
  next(after: number): number | null;
  /** Up to `limit` from the first one after that time on. */
  nextRuns(after: number, limit: number): readonly number[];
  /** Up to `limit` of those from `from` up to `until`, both included: the latest, in order. */
  latest(from: number, until: number, limit: number): readonly number[];
}

/** Throws `invalid_request` with what is wrong with the expression, the time zone or the span. */
export function scheduleTimes({ cron, timeZone, startAt, endAt }: Pick<ScheduleSettings, 'cron' | 'timeZone' | 'startAt' | 'endAt'>): ScheduleTimes {
  checkTimeZone(timeZone);
  const job = readCron(cron, timeZone);
  checkGap(cron);
  const start = startAt === null ? -Infinity : Date.parse(startAt);
  const end = endAt === null ? Infinity : Date.parse(endAt);
  if (end <= start) throw invalid('endAt', 'must be after startAt');

  const times: ScheduleTimes = {
    next: (after) => times.nextRuns(after, 1)[0] ?? null,
    nextRuns: (after, limit) => job.nextRuns(limit, new Date(Math.max(after, start - 1))).map(Number).filter((at) => at < end),
    latest(from, until, limit) {
      // What it is asked for is not included there.
      const before = new Date(Math.min(until + 1, end));
      return job.previousRuns(limit, before).map(Number).filter((at) => at >= Math.max(from, start)).reverse();
    },
  };
  return times;
}

function readCron(cron: string, timeZone: string): Cron {
  if (cron.includes(':')) throw invalid('cron', 'is a point in time, not a cron expression such as "0 9 * * MON-FRI"');
  try {
    return new Cron(cron, { timezone: timeZone, mode: '5-or-6-parts', paused: true });
  } catch (error) {
    throw invalid('cron', `is not a cron expression: ${(error as Error).message.replace(/^CronPattern: /, '').replace(/\.$/, '')}`);
  }
}

/** As if the seconds' field held for each minute: a rule that does not depend on the rest is one that can be said. */
function checkGap(cron: string): void {
  const parts = cron.split(/\s+/);
  if (parts.length !== 6) return;
  const times = new Cron(`${parts[0]} * * * * *`, { timezone: 'UTC', paused: true }).nextRuns(MINUTE_MS / SHORTEST_GAP_MS + 1, new Date(0)).map(Number);
  if (times.every((at, index) => index === 0 || at - (times[index - 1] ?? 0) >= SHORTEST_GAP_MS)) return;
  throw invalid('cron', `fires more often than every ${SHORTEST_GAP_MS / 1_000} seconds: the first of its six fields, "${parts[0]}", is the second. `
    + 'Use "0" or, for example, "*/10" there, or leave the field out');
}

function checkTimeZone(timeZone: string): void {
  try {
    if (!/^[a-z]/i.test(timeZone)) throw new RangeError(timeZone);
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw invalid('timeZone', `"${timeZone}" is not a time zone. Use a name of the IANA list, such as Europe/Berlin or UTC`);
  }
}

function invalid(path: string, message: string): AiosError {
  return new AiosError('invalid_request', `${path} ${message}.`, { issues: [{ path, message }] });
}
