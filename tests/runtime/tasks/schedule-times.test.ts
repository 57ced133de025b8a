import { describe, expect, test } from '@jest/globals';
import { scheduleTimes } from '../../../agent-runtime/src/tasks/schedule-times.ts';

type Settings = Parameters<typeof scheduleTimes>[0];

const timesOf = (cron: string, change: Partial<Settings> = {}) => scheduleTimes({ cron, timeZone: 'UTC', startAt: null, endAt: null, ...change });
const iso = (times: readonly number[]) => times.map((at) => new Date(at).toISOString());
const inBerlin = (cron: string, after: string, count: number) => iso(timesOf(cron, { timeZone: 'Europe/Berlin' }).nextRuns(Date.parse(after), count));

describe('an expression that is none', () => {
  test.each([
    ['0 9 * *', /exactly five, six, or seven/],
    ['61 * * * *', /Invalid value for minute: 61/],
    ['0 25 * * *', /Invalid value for hour: 25/],
    ['0 9 * * FUN', /\(FUN\) contains illegal characters/],
    ['5/5 * * * *', /stepping with numeric prefix/],
    ['0 0 9 * * MON 2030', /exactly 5 or 6 parts/],
    ['2030-01-23T00:00:00', /point in time/],
    ['@reboot', /@reboot is not supported/],
    ['* * * * * *', /more often than every 10 seconds: .* "\*", is the second/],
    ['0,5 * * * * *', /more often than every 10 seconds/],
    ['0,55 * * * * *', /more often than every 10 seconds/],
  ])('%s says what is wrong with it', (cron, message) => {
    expect(() => timesOf(cron)).toThrow(message);
    expect(() => timesOf(cron)).toThrow(expect.objectContaining({ code: 'invalid_request', issues: [expect.objectContaining({ path: 'cron' })] }));
  });

  test.each(['Europe/Nowhere', '', '+02:00', 'MEZ'])('the time zone "%s" is refused', (timeZone) => {
    expect(() => timesOf('* * * * *', { timeZone })).toThrow(expect.objectContaining({ code: 'invalid_request', issues: [expect.objectContaining({ path: 'timeZone' })] }));
  });

  test('an end before the start is refused', () => {
    expect(() => timesOf('* * * * *', { startAt: '2026-01-02T00:00:00Z', endAt: '2026-01-02T00:00:00Z' })).toThrow(/endAt must be after startAt/);
  });
});

describe('the times', () => {
  const after = Date.parse('2026-01-01T00:00:00Z');

  test.each([
    ['0 9 * * MON-FRI', ['2026-01-01T09:00:00.000Z', '2026-01-02T09:00:00.000Z', '2026-01-05T09:00:00.000Z']],
    ['*/20 * * * * *', ['2026-01-01T00:00:20.000Z', '2026-01-01T00:00:40.000Z', '2026-01-01T00:01:00.000Z']],
    ['0 0 L * *', ['2026-01-31T00:00:00.000Z', '2026-02-28T00:00:00.000Z', '2026-03-31T00:00:00.000Z']],
    ['@daily', ['2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z', '2026-01-04T00:00:00.000Z']],
  ])('of %s', (cron, expected) => {
    expect(iso(timesOf(cron).nextRuns(after, 3))).toEqual(expected);
  });

  test('none comes where there is no such day', () => {
    expect(timesOf('0 0 30 2 *').next(after)).toBeNull();
  });

  test('the start belongs to them, the end does not', () => {
    const times = timesOf('0 * * * *', { startAt: '2026-01-01T12:00:00+02:00', endAt: '2026-01-01T13:00:00Z' });
    const all = ['2026-01-01T10:00:00.000Z', '2026-01-01T11:00:00.000Z', '2026-01-01T12:00:00.000Z'];
    expect(iso(times.nextRuns(after, 9))).toEqual(all);
    expect(times.next(Date.parse('2026-01-01T12:00:00Z'))).toBeNull();
    expect(iso(times.latest(0, Date.parse('2026-02-01T00:00:00Z'), 9))).toEqual(all);
    expect(iso(timesOf('0 * * * *', { startAt: '2026-01-01T10:00:00.500Z' }).nextRuns(after, 1))).toEqual(['2026-01-01T11:00:00.000Z']);
  });

  test.each(['*/30 * * * *', '30 2 * * *', '0 */6 * * *', '15,45 1-3 * * *'])('looked for backwards are those looked for forwards: %s', (cron) => {
    const times = timesOf(cron, { timeZone: 'Europe/Berlin' });
    for (const [from, until] of [['2026-03-27T00:00:00Z', '2026-03-30T00:30:00Z'], ['2026-10-23T23:30:00Z', '2026-10-26T01:30:00Z']] as const) {
      const forwards = times.nextRuns(Date.parse(from) - 1, 300).filter((at) => at <= Date.parse(until));
      expect(times.latest(Date.parse(from), Date.parse(until), 300)).toEqual(forwards);
      expect(times.latest(Date.parse(from), Date.parse(until), 2)).toEqual(forwards.slice(-2));
    }
  });
});

describe('when the clocks change in Berlin', () => {
  test('in spring, a time of day that does not exist comes right after the gap', () => {
    expect(inBerlin('30 2 * * *', '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z']);
  });

  test('in spring, an interval or a list skips what does not exist', () => {
    expect(inBerlin('*/30 * * * *', '2026-03-29T00:15:00Z', 3)).toEqual(['2026-03-29T00:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-29T01:30:00.000Z']);
    expect(inBerlin('30 2,14 * * *', '2026-03-28T22:00:00Z', 2)).toEqual(['2026-03-29T12:30:00.000Z', '2026-03-30T00:30:00.000Z']);
  });

  test('in autumn, a time of day that comes twice is taken the first time', () => {
    expect(inBerlin('30 2 * * *', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
  });

  test('in autumn, an interval or a list goes through the hour twice', () => {
    expect(inBerlin('*/30 * * * *', '2026-10-24T23:45:00Z', 5)).toEqual([
      '2026-10-25T00:00:00.000Z', '2026-10-25T00:30:00.000Z', '2026-10-25T01:00:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T02:00:00.000Z']);
    expect(inBerlin('30 2,14 * * *', '2026-10-24T22:00:00Z', 3)).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T13:30:00.000Z']);
  });

  test('a time of day stays what it is on the wall', () => {
    expect(inBerlin('0 9 * * *', '2026-03-28T00:00:00Z', 2)).toEqual(['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z']);
  });
});
