import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { periodClock } from '../../../../agent-runtime/src/router/budget/period.ts';

const iso = (period: { startsAt: number | null; endsAt: number | null }) =>
  [period.startsAt, period.endsAt].map((time) => new Date(time!).toISOString().replace('.000', ''));

test.each([
  ['UTC', 'day', '2026-11-22T00:00:00Z', '2026-11-22', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['UTC', 'day', '2026-11-22T23:59:59Z', '2026-11-22', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['UTC', 'month', '2028-02-29T12:00:00Z', '2028-02', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  // A day of 23 hours and one of 25.
  ['Europe/Berlin', 'day', '2026-03-29T12:00:00Z', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['Europe/Berlin', 'day', '2026-10-24T22:00:00Z', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['Europe/Berlin', 'month', '2026-10-31T23:30:00Z', '2026-11', '2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z'],
  // A day that has no midnight: the clock goes from 23:59 to 01:00.
  ['Africa/Cairo', 'day', '2026-04-24T09:00:00Z', '2026-04-24', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'],
  ['Asia/Kathmandu', 'day', '2026-11-22T18:15:00Z', '2026-11-23', '2026-11-22T18:15:00Z', '2026-11-23T18:15:00Z'],
  // The day that Samoa left out.
  ['Pacific/Apia', 'day', '2011-12-30T12:00:00Z', '2011-12-31', '2011-12-30T10:00:00Z', '2011-12-31T10:00:00Z'],
] as const)('in %s the %s of %s is %s', (timeZone, kind, now, label, from, to) => {
  const period = periodClock(kind, timeZone)(Date.parse(now));
  expect(period.label).toBe(label);
  expect(iso(period)).toEqual([from, to]);
});

test('periods follow one another without a gap, in any time zone', () => {
  const zones = ['UTC', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Asia/Beirut', 'Pacific/Chatham'];
  fc.assert(fc.property(fc.constantFrom(...zones), fc.constantFrom('day' as const, 'month' as const),
    fc.integer({ min: Date.parse('2015-01-01'), max: Date.parse('2037-01-01') }), (zone, kind, now) => {
      const clock = periodClock(kind, zone);
      const period = clock(now);
      expect(period.startsAt!).toBeLessThanOrEqual(now);
      expect(period.endsAt!).toBeGreaterThan(now);
      expect(clock(period.endsAt! - 1)).toBe(period);
      expect(clock(period.endsAt!).startsAt).toBe(period.endsAt);
      expect(clock(period.startsAt! - 1).endsAt).toBe(period.startsAt);
    }), { numRuns: 150 });
});

test('a total has no end', () => {
  expect(periodClock('total', 'UTC')(Date.now())).toEqual({ label: 'total', startsAt: null, endsAt: null });
});
