import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { submitScheduledRun } from '../../../agent-runtime/src/tasks/schedule-submission.ts';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createSchedules } from '../../../agent-runtime/src/tasks/create-schedules.ts';
import type { Scheduler } from '../../../agent-runtime/src/tasks/scheduler.ts';
import { createScheduleBench, HOUR, MINUTE, mine, type ScheduleBench } from './schedule-bench.ts';
import { requestOf, type Workshop } from './workshop.ts';

let bench: ScheduleBench;
beforeEach(async () => { bench = await createScheduleBench(); });
afterEach(() => bench.workshop.close());

test('a run submits the schedule\'s tasks as one batch of its key, when its time has come and not before', async () => {
  const id = await bench.create(requestOf(['a', 'b']));
  await bench.at('2026-01-05T12:59:59.999Z');
  expect(await bench.batches()).toEqual(new Set());
  await bench.at('2026-01-05T13:00:00Z');
  const { runs: [run], nextRunAt } = await bench.read(id);
  expect(run).toMatchObject({ trigger: 'cron', status: 'started', scheduledFor: '2026-01-05T13:00:00.000Z', error: null });
  expect(nextRunAt).toBe('2026-01-05T14:00:00.000Z');
  const batch = await bench.workshop.tasks.batch(run!.batchId!);
  expect(batch.tasks.map(({ agent, operation }) => `${agent}/${operation}`)).toEqual(['smith/work', 'smith/work']);
  const claim = await bench.workshop.records.runs.claim(batch.tasks[1]!.id, { owner: 'me', leaseUntil: bench.clock.now() + 1 }, bench.clock.now());
  expect(claim).toMatchObject({ outcome: 'claimed', task: { tenant: 't', input: { word: 'b', count: 1 } } });
  await bench.scheduler.turn();
  expect(await bench.history(id)).toEqual(['started 13:00']);
});

describe('with several processes', () => {
  test('each run is one batch, however many schedulers look at once', async () => {
    const schedulers = [bench.scheduler, ...await Promise.all([1, 2, 3].map(async () => bench.schedulerOf(await bench.workshop.elsewhere())))];
    const ids = await Promise.all([1, 2, 3].map(() => bench.create({ overlap: 'allow' })));
    for (let hour = 1; hour <= 10; hour += 1) {
      bench.clock.advance(HOUR);
      await Promise.all(schedulers.map((one) => one.turn()));
    }
    expect((await bench.batches()).size).toBe(30);
    for (const id of ids) expect((await bench.read(id)).runs.map(({ status }) => status)).toEqual(Array(10).fill('started'));
  });

  /** One hour later a process has planned a run, and no more. */
  async function planned(): Promise<string> {
    const id = await bench.create();
    bench.clock.advance(HOUR);
    const at = bench.clock.now();
    const runs = [{ id: 'run_1', key: new Date(at).toISOString(), trigger: 'cron' as const, at }];
    const { schedules } = bench.workshop.records;
    expect(await schedules.plan((await schedules.find(id))!, { skipped: [], failed: [], runs, nextRunAt: at + HOUR, plannedUntil: at }, at)).toBe(true);
    return id;
  }

  const take = async ({ records }: Pick<Workshop, 'records'>) => (await records.schedules.takeRuns(bench.clock.now(), bench.clock.now() + MINUTE, 1))[0]!;

  test('a run that was planned by one who died is submitted by another', async () => {
    const id = await planned();
    await bench.schedulerOf(await bench.workshop.elsewhere()).turn();
    expect(await bench.history(id)).toEqual(['started 13:00']);
  });

  test('a run that was submitted by one who died before noting it is not submitted twice, even if the schedule was changed', async () => {
    const id = await planned();
    const other = await bench.workshop.elsewhere();
    // A note under a lease that is not its own is not taken, as if it had never been sent.
    await submitScheduledRun(bench.dependenciesOf(other), { ...await take(other), token: 'none' });
    expect((await bench.batches()).size).toBe(1);
    await bench.schedules.change(id, { tasks: requestOf(['another']).tasks }, mine);

    await bench.scheduler.turn();
    expect(await bench.history(id)).toEqual(['starting 13:00']);
    await bench.at(bench.clock.now() + MINUTE);
    expect(await bench.history(id)).toEqual(['started 13:00']);
    expect(await bench.batches()).toEqual(new Set([(await bench.read(id)).runs[0]!.batchId]));
  });

  test('who lost the lease of a submission makes no second batch', async () => {
    const id = await planned();
    const other = await bench.workshop.elsewhere();
    const slow = await take(other);
    await bench.at(bench.clock.now() + MINUTE);
    await submitScheduledRun(bench.dependenciesOf(other), slow);
    expect((await bench.batches()).size).toBe(1);
    expect(await bench.history(id)).toEqual(['started 13:00']);
  });
});

describe('the loop', () => {
  let started: Scheduler | undefined;
  afterEach(() => started?.close());

  async function until(done: () => Promise<boolean>): Promise<void> {
    const pending = Promise.withResolvers<void>();
    const look = () => void done().then((over) => (over ? pending.resolve() : setTimeout(look, 5)), pending.reject);
    look();
    await pending.promise;
  }

  test('wakes for a schedule that is made due by this process or by another one', async () => {
    started = bench.scheduler;
    started.start();
    const id = await bench.create();
    bench.clock.advance(HOUR);
    await bench.schedules.change(id, { name: 'woken' }, mine);
    await until(async () => (await bench.read(id)).runs.some(({ status }) => status === 'started'));

    const other = await bench.workshop.elsewhere();
    const theirs = createSchedules(bench.dependenciesOf(other));
    bench.clock.advance(HOUR);
    await bench.endBatches();
    await theirs.change(id, { name: 'woken again' }, mine);
    await until(async () => (await bench.history(id)).join() === 'started 13:00,started 14:00');
  });

  test('runs in a worker', async () => {
    const id = await bench.create();
    bench.clock.advance(HOUR);
    await bench.workshop.worker();
    await until(async () => {
      const { runs: [run] } = await bench.read(id);
      return typeof run?.batchId === 'string' && (await bench.workshop.tasks.batch(run.batchId)).status === 'ended';
    });
  });
});
describe('a run that cannot be submitted', () => {
  async function breakRequest(id: string, change: { agent?: string; input?: Record<string, unknown> }): Promise<void> {
    const schedule = (await bench.workshop.records.schedules.find(id))!;
    const request = { tasks: [{ ...schedule.request.tasks[0]!, ...change }] };
    await bench.workshop.records.schedules.change(schedule, { ...schedule, request }, bench.clock.now());
  }

  test.each([
    ['its agent has gone', { agent: 'gone' }, 'unknown_agent'],
    ['its input fits no more', { input: { word: 7 } }, 'invalid_request'],
  ])('because %s is in the history and the log, and the next one is tried', async (_, change, code) => {
    const id = await bench.create();
    await breakRequest(id, change);
    await bench.at('2026-01-05T13:00:00Z');
    expect((await bench.read(id)).runs).toMatchObject([{ status: 'failed', batchId: null, error: { code, kind: 'user' } }]);
    expect(bench.workshop.logs).toContainEqual(expect.objectContaining({ level: 'error', message: 'scheduled run failed', facts: expect.objectContaining({ scheduleId: id, code }) }));
    await breakRequest(id, { agent: 'smith', input: { word: 'a' } });
    await bench.at('2026-01-05T14:00:00Z');
    expect(await bench.history(id)).toEqual(['failed 13:00', 'started 14:00']);
  });

  test('because the callback address is allowed no more is in the history', async () => {
    bench.workshop.callbackOrigins.push('http://n8n.example');
    const id = await bench.create({ callbackUrl: 'http://n8n.example/hook' });
    bench.workshop.callbackOrigins.length = 0;
    await bench.at('2026-01-05T13:00:00Z');
    expect((await bench.read(id)).runs).toMatchObject([{ status: 'failed', error: { code: 'callback_origin_not_allowed' } }]);
  });

  test('because something does not answer is tried again, for a day', async () => {
    const id = await bench.create();
    bench.clock.advance(HOUR);
    const plan = async (key: string) => bench.workshop.records.schedules.planRun(
      id, { id: key, key, trigger: 'manual', at: bench.clock.now() }, bench.clock.now(), bench.clock.now() + MINUTE);
    const one = (await plan('run_1'))!;
    const down = { find() { throw new AiosError('store_unavailable', 'Nobody answers.'); } };
    await submitScheduledRun({ ...bench.dependenciesOf(bench.workshop), registry: down }, one);
    const runs = async () => Object.fromEntries((await bench.read(id)).runs.map((run) => [run.id, run]));
    expect(await runs()).toMatchObject({ run_1: { status: 'starting', error: { code: 'store_unavailable' } } });
    await bench.at(bench.clock.now() + 1_000);
    expect(await runs()).toMatchObject({ run_1: { status: 'started', error: null } });

    const two = (await plan('run_2'))!;
    bench.clock.advance(24 * HOUR);
    await submitScheduledRun({ ...bench.dependenciesOf(bench.workshop), registry: down }, two);
    expect(await runs()).toMatchObject({ run_2: { status: 'failed', error: { code: 'store_unavailable' } } });
  });

  test('does not keep the other schedules from theirs', async () => {
    const broken = await bench.create();
    await breakRequest(broken, { agent: 'gone' });
    const id = await bench.create();
    await bench.at('2026-01-05T13:00:00Z');
    expect([await bench.history(broken), await bench.history(id)]).toEqual([['failed 13:00'], ['started 13:00']]);
  });

  test('because its time zone is known no more stops the schedule until it is changed', async () => {
    const id = await bench.create();
    const schedule = (await bench.workshop.records.schedules.find(id))!;
    await bench.workshop.records.schedules.change(schedule, { ...schedule, settings: { ...schedule.settings, timeZone: 'Europe/Gone' } }, bench.clock.now());
    await bench.at('2026-01-05T13:00:00Z');
    expect(await bench.read(id)).toMatchObject({ nextRunAt: null, runs: [{ status: 'failed', error: { code: 'invalid_request' } }] });
    expect(await bench.schedules.change(id, { timeZone: 'Europe/Berlin' }, mine)).toMatchObject({ nextRunAt: '2026-01-05T14:00:00.000Z' });
  });
});
