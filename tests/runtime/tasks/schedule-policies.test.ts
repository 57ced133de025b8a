import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createScheduleBench, DAY, HOUR, MINUTE, NOON, mine, type ScheduleBench } from './schedule-bench.ts';
import { requestOf } from './workshop.ts';

let bench: ScheduleBench;
beforeEach(async () => { bench = await createScheduleBench(); });
afterEach(() => bench.workshop.close());

describe('runs that nobody was there for', () => {
  const allowing = { overlap: 'allow' } as const;

  test('less than a minute late is not missed', async () => {
    const id = await bench.create({ missedRuns: 'skip' });
    await bench.at('2026-01-05T13:01:00Z');
    await bench.at('2026-01-05T14:01:00.001Z');
    expect(await bench.history(id)).toEqual(['started 13:00', 'skipped 14:00 missed']);
  });

  test('skip: none of them runs', async () => {
    const id = await bench.create({ missedRuns: 'skip' });
    await bench.at('2026-01-05T17:30:00Z');
    expect(await bench.history(id)).toEqual(['skipped 13:00-17:00 x5 missed']);
    await bench.at('2026-01-05T18:00:00Z');
    expect(await bench.history(id)).toEqual(['skipped 13:00-17:00 x5 missed', 'started 18:00']);
  });

  test('run-once: only the newest runs', async () => {
    const id = await bench.create({ missedRuns: 'run-once' });
    await bench.at('2026-01-05T17:30:00Z');
    expect(await bench.history(id)).toEqual(['skipped 13:00-16:00 x4 missed', 'started 17:00']);
  });

  test('run-once: the newest is the one on time, if there is one', async () => {
    const id = await bench.create({ missedRuns: 'run-once' });
    await bench.at('2026-01-05T17:00:10Z');
    expect(await bench.history(id)).toEqual(['skipped 13:00-16:00 x4 missed', 'started 17:00']);
  });

  test('run-all: all of them run, in order', async () => {
    const id = await bench.create({ missedRuns: 'run-all', ...allowing });
    await bench.at('2026-01-05T17:00:10Z');
    expect(await bench.history(id)).toEqual(['started 13:00', 'started 14:00', 'started 15:00', 'started 16:00', 'started 17:00']);
    expect((await bench.batches()).size).toBe(5);
  });

  test('run-all: none that is older than the time set', async () => {
    const id = await bench.create({ missedRuns: 'run-all', missedRunsWithinMs: 2 * HOUR, ...allowing });
    await bench.at('2026-01-05T17:30:00Z');
    expect(await bench.history(id)).toEqual(['skipped 13:00-15:00 x3 missed', 'started 16:00', 'started 17:00']);
  });

  test('run-all: at most the newest 100', async () => {
    const id = await bench.create({ cron: '* * * * *', missedRuns: 'run-all', ...allowing });
    await bench.at(NOON + 3 * HOUR);
    while (await bench.workshop.records.schedules.nextAt() === bench.clock.now()) await bench.scheduler.turn();
    expect((await bench.batches()).size).toBe(100);
    expect(await bench.read(id)).toMatchObject({ nextRunAt: '2026-01-05T15:01:00.000Z' });
    const [skipped] = bench.workshop.logs.filter(({ message }) => message === 'scheduled runs skipped');
    expect(skipped!.facts).toMatchObject({ count: 80, from: NOON + MINUTE, until: NOON + 80 * MINUTE });
  });

  test('a year of missed runs is dealt with in one plan', async () => {
    const id = await bench.create({ cron: '*/10 * * * *', missedRuns: 'run-once', timeZone: 'Europe/Berlin' });
    await bench.at(NOON + 365 * DAY + 5 * MINUTE);
    expect(await bench.read(id)).toMatchObject({
      nextRunAt: '2027-01-05T12:10:00.000Z',
      runs: [
        { status: 'started', scheduledFor: '2027-01-05T12:00:00.000Z' },
        { status: 'skipped', reason: 'missed', scheduledFor: '2026-01-05T12:10:00.000Z', scheduledUntil: '2027-01-05T11:50:00.000Z', count: 999 },
      ],
    });
  });

  test('while it was paused there were none', async () => {
    const id = await bench.create({ missedRuns: 'run-all', ...allowing });
    await bench.at('2026-01-05T13:00:00Z');
    expect(await bench.schedules.change(id, { enabled: false }, mine)).toMatchObject({ enabled: false, nextRunAt: null, nextRuns: [] });
    await bench.at('2026-01-06T13:30:00Z');
    expect(await bench.schedules.change(id, { enabled: true }, mine)).toMatchObject({ enabled: true, nextRunAt: '2026-01-06T14:00:00.000Z' });
    await bench.at('2026-01-06T14:00:00Z');
    expect(await bench.history(id)).toEqual(['started 13:00', 'started 14:00']);
  });

  test('a change of its name does not take a run that is due away, a change of its times starts anew', async () => {
    const id = await bench.create();
    bench.clock.advance(HOUR);
    expect(await bench.schedules.change(id, { name: 'another' }, mine)).toMatchObject({ name: 'another', nextRunAt: '2026-01-05T13:00:00.000Z' });
    expect(await bench.schedules.change(id, { cron: '30 * * * *' }, mine)).toMatchObject({ nextRunAt: '2026-01-05T13:30:00.000Z' });
  });
});

describe('a run while an earlier one has not ended', () => {
  test('overlap: skip leaves it out, and says so', async () => {
    const id = await bench.create({ overlap: 'skip' });
    for (const hour of ['13', '14', '15']) await bench.at(`2026-01-05T${hour}:00:00Z`);
    expect(await bench.history(id)).toEqual(['started 13:00', 'skipped 14:00-15:00 x2 overlap']);
    await bench.endBatches();
    await bench.at('2026-01-05T16:00:00Z');
    expect(await bench.history(id)).toEqual(['started 13:00', 'skipped 14:00-15:00 x2 overlap', 'started 16:00']);
  });

  test('one run by hand counts as an earlier one, and is not itself left out', async () => {
    const id = await bench.create({ overlap: 'skip' });
    expect(await bench.schedules.run(id, mine)).toMatchObject({ trigger: 'manual', status: 'started' });
    await bench.at('2026-01-05T13:00:00Z');
    bench.clock.advance(MINUTE);
    expect(await bench.schedules.run(id, mine)).toMatchObject({ trigger: 'manual', status: 'started' });
    expect(await bench.history(id)).toEqual(['started 12:00', 'skipped 13:00 overlap', 'started 13:01']);
  });

  test('of several on time at once one runs', async () => {
    const id = await bench.create({ cron: '*/20 * * * * *', overlap: 'skip' });
    await bench.at(NOON + MINUTE);
    expect((await bench.read(id)).runs).toMatchObject([
      { status: 'skipped', reason: 'overlap', count: 2 }, { status: 'started', scheduledFor: '2026-01-05T12:00:20.000Z' }]);
  });

  test('overlap: allow runs it', async () => {
    const id = await bench.create({ overlap: 'allow' });
    for (const hour of ['13', '14']) await bench.at(`2026-01-05T${hour}:00:00Z`);
    expect(await bench.history(id)).toEqual(['started 13:00', 'started 14:00']);
  });
});

test('the last run is before the end', async () => {
  const id = await bench.create({ startAt: '2026-01-05T14:00:00Z', endAt: '2026-01-05T16:00:00Z', overlap: 'allow' });
  for (const hour of ['13', '14', '15', '16', '17']) await bench.at(`2026-01-05T${hour}:00:00Z`);
  expect(await bench.history(id)).toEqual(['started 14:00', 'started 15:00']);
  expect(await bench.read(id)).toMatchObject({ nextRunAt: null, nextRuns: [] });
});

test('a time that was planned under a clock that is ahead does not come again by a change under one that is behind', async () => {
  const id = await bench.create({ overlap: 'allow' });
  await bench.at('2026-01-05T13:00:00Z');
  bench.clock.advance(-2 * MINUTE);
  expect(await bench.schedules.change(id, { cron: '0 */1 * * *', tasks: requestOf(['b']).tasks }, mine)).toMatchObject({ nextRunAt: '2026-01-05T14:00:00.000Z' });
});
