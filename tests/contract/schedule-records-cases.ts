import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KEPT_RUNS, scheduleSettingsSchema } from '../../agent-runtime/src/contract/schedule.ts';
import { taskOptionsSchema } from '../../agent-runtime/src/contract/task.ts';
import type { NewBatch, Records } from '../../agent-runtime/src/stores/records/records.ts';
import type { NewSchedule, NewScheduleRun, SchedulePlan } from '../../agent-runtime/src/stores/records/schedule-records.ts';
import type { RecordsBench } from './records-cases.ts';

const T = 1_700_000_000_000;
const MINUTE = 60_000;
const options = taskOptionsSchema.parse({});
const iso = (at: number) => new Date(at).toISOString();

function requestOf(word: string) {
  return { tasks: [{ agent: 'smith', operation: 'work', input: { word }, options }] };
}

function newSchedule(id: string, change: Partial<NewSchedule> = {}): NewSchedule {
  const settings = scheduleSettingsSchema.parse({ name: id, cron: '* * * * *' });
  return { id, tenant: 't', idempotencyKey: null, requestHash: 'h', settings, request: requestOf('a'), nextRunAt: T, ...change };
}

function runOf(id: string, change: Partial<NewScheduleRun> = {}): NewScheduleRun {
  return { id, key: `key of ${id}`, trigger: 'cron', at: T, ...change };
}

function planOf(change: Partial<SchedulePlan> = {}): SchedulePlan {
  return { skipped: [], runs: [], failed: [], nextRunAt: T + MINUTE, plannedUntil: T, ...change };
}

function batchOf(id: string): NewBatch {
  return { id, tenant: 't', idempotencyKey: null, requestHash: 'h', callbackUrl: null, tasks: [{ id: `${id}/0`, ...requestOf('a').tasks[0]! }] };
}

/** What every driver of the records must do for schedules. */
export function describeScheduleRecords(name: string, createBench: () => Promise<RecordsBench>): void {
  describe(name, () => {
    let bench: RecordsBench;
    let records: Records;
    beforeEach(async () => {
      bench = await createBench();
      records = await bench.open();
    });
    afterEach(() => bench.close());

    const found = async (id: string) => (await records.schedules.find(id))!;
    const plan = async (id: string, change: Partial<SchedulePlan>, now = T) => records.schedules.plan(await found(id), planOf(change), now);
    const history = async (id: string) => (await records.schedules.runs(id, 100)).map((run) => run.id);

    test('a schedule is read as it was created', async () => {
      const schedule = newSchedule('s');
      expect(await records.schedules.create(schedule, T)).toEqual({ id: 's', created: true, requestHash: 'h' });
      const head = { id: 's', tenant: 't', settings: schedule.settings, version: 1, nextRunAt: T, plannedUntil: null, createdAt: T, updatedAt: T };
      expect(await records.schedules.find('s')).toEqual({ ...head, request: schedule.request, requestHash: 'h' });
      expect(await records.schedules.list({ limit: 9 })).toEqual([head]);
      expect(await records.schedules.find('none')).toBeNull();
    });

    test('a key is used once by a tenant, from several processes at once too', async () => {
      const others = await Promise.all([bench.open(), bench.open(), bench.open()]);
      const answers = await Promise.all(others.map(({ schedules }, index) => schedules.create(newSchedule(`s${index}`, { idempotencyKey: 'k' }), T)));
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(await records.schedules.create(newSchedule('other', { tenant: 'u', idempotencyKey: 'k' }), T)).toMatchObject({ id: 'other', created: true });
      expect(await records.schedules.create(newSchedule('none'), T)).toMatchObject({ created: true });
      expect(await records.schedules.create(newSchedule('none2'), T)).toMatchObject({ created: true });
    });

    test('schedules are listed newest first, page by page, by tenant', async () => {
      for (const id of ['a', 'b', 'c', 'd']) await records.schedules.create(newSchedule(id, { tenant: id === 'b' ? 'u' : 't' }), T);
      const list = async (query: object) => (await records.schedules.list({ limit: 9, ...query })).map(({ id }) => id).join('');
      expect(await list({})).toBe('dcba');
      expect(await list({ limit: 2 })).toBe('dc');
      expect(await list({ limit: 2, after: 'c' })).toBe('ba');
      expect(await list({ tenant: 't', after: 'd' })).toBe('ca');
    });

    test('due are those whose time has come, and the next time is the earliest of all', async () => {
      expect(await records.schedules.nextAt()).toBeNull();
      await records.schedules.create(newSchedule('later', { nextRunAt: T + 2 }), T);
      await records.schedules.create(newSchedule('now', { nextRunAt: T }), T);
      await records.schedules.create(newSchedule('paused', { nextRunAt: null }), T);
      const due = async (now: number, limit = 9) => (await records.schedules.due(now, limit)).map(({ id }) => id);
      expect([await due(T - 1), await due(T), await due(T + 2), await due(T + 2, 1)]).toEqual([[], ['now'], ['now', 'later'], ['now']]);
      expect(await records.schedules.nextAt()).toBe(T);
    });

    test('a change is only made to what was read', async () => {
      await records.schedules.create(newSchedule('s'), T);
      const read = await found('s');
      const edit = { settings: { ...read.settings, name: 'new' }, request: requestOf('b'), nextRunAt: null };
      expect(await records.schedules.change(read, edit, T + 1)).toBe(true);
      expect(await records.schedules.change(read, { ...edit, settings: read.settings }, T + 2)).toBe(false);
      expect(await found('s')).toEqual({ ...read, ...edit, version: 2, updatedAt: T + 1 });
      expect(await records.schedules.change({ id: 'none', version: 1 }, edit, T)).toBe(false);
    });

    test('of several who plan the same run at once, one does', async () => {
      await records.schedules.create(newSchedule('s'), T);
      const others = await Promise.all([bench.open(), bench.open(), bench.open(), bench.open()]);
      const read = await found('s');
      const planned = await Promise.all(others.map(({ schedules }, index) => schedules.plan(read, planOf({ runs: [runOf(`r${index}`, { key: 'k' })] }), T)));
      expect(planned.filter(Boolean)).toHaveLength(1);
      expect(await found('s')).toMatchObject({ nextRunAt: T + MINUTE, plannedUntil: T });
      expect(await history('s')).toHaveLength(1);
    });

    test('a planned run is taken by one, again when the lease ends, and then only the last one settles it', async () => {
      await records.schedules.create(newSchedule('s'), T);
      await plan('s', { runs: [runOf('r')], nextRunAt: null });
      expect(await records.schedules.nextAt()).toBe(T);
      const others = await Promise.all([bench.open(), bench.open(), bench.open()]);
      const [first, ...more] = (await Promise.all(others.map(({ schedules }) => schedules.takeRuns(T, T + MINUTE, 9)))).flat();
      expect(more).toEqual([]);
      expect(first).toEqual({
        id: 'r', key: 'key of r', scheduleId: 's', tenant: 't', request: requestOf('a'), at: T, plannedAt: T, attempts: 0, token: expect.any(String),
      });
      expect(await records.schedules.nextAt()).toBe(T + MINUTE);
      expect(await records.schedules.takeRuns(T + MINUTE - 1, T + 2 * MINUTE, 9)).toEqual([]);
      const [second] = await records.schedules.takeRuns(T + MINUTE, T + 2 * MINUTE, 9);
      await records.schedules.settleRun(first!, { status: 'started', batchId: 'of the first' });
      expect(await records.schedules.runs('s', 9)).toMatchObject([{ id: 'r', status: 'starting', batchId: null }]);
      await records.schedules.settleRun(second!, { status: 'started', batchId: 'b' });
      expect(await records.schedules.runs('s', 9)).toEqual([{
        id: 'r', trigger: 'cron', status: 'started', scheduledFor: iso(T), scheduledUntil: null, count: 1, reason: null, batchId: 'b', error: null, createdAt: iso(T),
      }]);
      expect(await records.schedules.nextAt()).toBeNull();
      expect(await records.schedules.takeRuns(T + 9 * MINUTE, T + 10 * MINUTE, 9)).toEqual([]);
    });

    test('a submission that failed is tried again at its time, or ends', async () => {
      await records.schedules.create(newSchedule('s', { nextRunAt: null }), T);
      await plan('s', { runs: [runOf('r')], nextRunAt: null });
      const take = async (now: number) => (await records.schedules.takeRuns(now, now + MINUTE, 9))[0]!;
      const error = { code: 'store_unavailable', kind: 'operational', message: 'Down.' } as const;
      await records.schedules.settleRun(await take(T), { status: 'starting', error, nextAttemptAt: T + 5 });
      expect(await records.schedules.nextAt()).toBe(T + 5);
      expect(await records.schedules.runs('s', 9)).toMatchObject([{ status: 'starting', error }]);
      const again = await take(T + 5);
      expect(again).toMatchObject({ id: 'r', attempts: 1 });
      await records.schedules.settleRun(again, { status: 'failed', error: { ...error, code: 'internal', kind: 'bug' } });
      expect(await records.schedules.runs('s', 9)).toMatchObject([{ status: 'failed', error: { code: 'internal', kind: 'bug' } }]);
      expect(await records.schedules.takeRuns(T + MINUTE, T + MINUTE, 9)).toEqual([]);
    });

    test('a run submits what its schedule was when it was planned', async () => {
      await records.schedules.create(newSchedule('s'), T);
      await plan('s', { runs: [runOf('r1')] });
      const before = await found('s');
      await records.schedules.change(before, { ...before, request: requestOf('b') }, T);
      await plan('s', { runs: [runOf('r2')] });
      const after = await found('s');
      await records.schedules.change(after, { ...after, request: requestOf('c') }, T);
      const runs = await records.schedules.takeRuns(T, T + MINUTE, 9);
      expect(Object.fromEntries(runs.map(({ id, request }) => [id, request.tasks[0]!.input['word']]))).toEqual({ r1: 'a', r2: 'b' });
    });

    test('a run beside the plan is leased to who asked, once by its key', async () => {
      await records.schedules.create(newSchedule('s', { nextRunAt: null }), T);
      const other = await bench.open();
      const [one, two] = await Promise.all([records, other].map(({ schedules }, index) =>
        schedules.planRun('s', runOf(`r${index}`, { key: 'k', trigger: 'manual' }), T, T + MINUTE)));
      expect([one, two].filter((run) => run === null)).toHaveLength(1);
      const run = (one ?? two)!;
      expect(run).toMatchObject({ key: 'k', tenant: 't', request: requestOf('a'), attempts: 0 });
      expect(await records.schedules.takeRuns(T, T + MINUTE, 9)).toEqual([]);
      expect(await records.schedules.findRun('s', 'k')).toMatchObject({ id: run.id, trigger: 'manual', status: 'starting' });
      expect(await records.schedules.findRun('s', 'other')).toBeNull();
      await records.schedules.settleRun(run, { status: 'started', batchId: 'b' });
      expect(await records.schedules.findRun('s', 'k')).toMatchObject({ status: 'started', batchId: 'b' });
      expect(await records.schedules.planRun('none', runOf('r'), T, T)).toBeNull();
    });

    test('a run beside the plan makes a plan that did not know of it void', async () => {
      await records.schedules.create(newSchedule('s'), T);
      const read = await found('s');
      await records.schedules.planRun('s', runOf('r'), T, T + MINUTE);
      expect(await records.schedules.plan(read, planOf({ runs: [runOf('r2')] }), T)).toBe(false);
      expect(await history('s')).toEqual(['r']);
    });

    test('it is busy while a run is being submitted or a batch has not ended', async () => {
      await records.schedules.create(newSchedule('s'), T);
      await records.schedules.create(newSchedule('another'), T);
      expect(await records.schedules.isBusy('s')).toBe(false);
      await plan('s', { runs: [runOf('r')] });
      expect(await records.schedules.isBusy('s')).toBe(true);
      await records.batches.accept(batchOf('b'), T);
      const [run] = await records.schedules.takeRuns(T, T + MINUTE, 9);
      await records.schedules.settleRun(run!, { status: 'started', batchId: 'b' });
      expect(await records.schedules.isBusy('s')).toBe(true);
      await records.tasks.endQueued('b/0', { status: 'succeeded', result: {} }, T + 1);
      expect(await records.schedules.isBusy('s')).toBe(false);
      await plan('s', { failed: [{ ...runOf('r2'), error: { code: 'internal', kind: 'bug', message: 'No.' } }] });
      expect([await records.schedules.isBusy('s'), await records.schedules.isBusy('another')]).toEqual([false, false]);
    });

    test('a run whose batch is known no more does not keep it busy', async () => {
      await records.schedules.create(newSchedule('s'), T);
      await plan('s', { runs: [runOf('r')] });
      const [run] = await records.schedules.takeRuns(T, T + MINUTE, 9);
      await records.schedules.settleRun(run!, { status: 'started', batchId: 'long ago' });
      expect(await records.schedules.isBusy('s')).toBe(false);
    });

    test('skips for one reason in a row are one entry of the history', async () => {
      await records.schedules.create(newSchedule('s'), T);
      const skip = (id: string, from: number, until: number, count: number, reason: 'missed' | 'overlap') => plan('s', { skipped: [{ id, from, until, count, reason }] });
      await skip('r1', T, T, 1, 'overlap');
      await skip('r2', T + 1, T + 2, 2, 'overlap');
      await skip('r3', T + 3, T + 5, 3, 'missed');
      await plan('s', { runs: [runOf('r4')] });
      await skip('r5', T + 6, T + 6, 1, 'missed');
      expect(await records.schedules.runs('s', 9)).toMatchObject([
        { id: 'r5', status: 'skipped', reason: 'missed', count: 1, scheduledFor: iso(T + 6), scheduledUntil: null },
        { id: 'r4', status: 'starting', reason: null },
        { id: 'r3', status: 'skipped', reason: 'missed', count: 3, scheduledFor: iso(T + 3), scheduledUntil: iso(T + 5) },
        { id: 'r1', status: 'skipped', reason: 'overlap', count: 3, scheduledFor: iso(T), scheduledUntil: iso(T + 2) },
      ]);
    });

    test('the history is bounded, and what is under way stays in it', async () => {
      await records.schedules.create(newSchedule('s'), T);
      await plan('s', { runs: [runOf('r000')] });
      const ids = Array.from({ length: KEPT_RUNS + 20 }, (_, index) => `r${String(index + 1).padStart(3, '0')}`);
      for (const id of ids) await plan('s', { failed: [{ ...runOf(id), error: { code: 'internal', kind: 'bug', message: 'No.' } }] });
      expect(await history('s')).toEqual([...ids.slice(-KEPT_RUNS).reverse(), 'r000']);
    });

    test('a schedule is removed with its history and what it had planned, its batches stay', async () => {
      await records.schedules.create(newSchedule('s', { idempotencyKey: 'k' }), T);
      await plan('s', { runs: [runOf('r')] });
      await records.batches.accept(batchOf('b'), T);
      const [run] = await records.schedules.takeRuns(T, T + MINUTE, 9);
      expect(await records.schedules.remove('s')).toBe(true);
      expect(await records.schedules.remove('s')).toBe(false);
      await records.schedules.settleRun(run!, { status: 'started', batchId: 'b' });
      expect([await records.schedules.find('s'), await history('s'), await records.schedules.nextAt()]).toEqual([null, [], null]);
      expect(await records.batches.find('b')).not.toBeNull();
      expect(await records.schedules.create(newSchedule('s', { idempotencyKey: 'k' }), T)).toMatchObject({ created: true });
    });

    test('removing, planning and running it at once ends with all of it or nothing', async () => {
      const others = await Promise.all([bench.open(), bench.open()]);
      for (let round = 0; round < 10; round += 1) {
        const id = `s${round}`;
        await records.schedules.create(newSchedule(id), T);
        const read = await found(id);
        await Promise.all([
          records.schedules.remove(id),
          others[0]!.schedules.plan(read, planOf({ runs: [runOf(`${id}/1`)] }), T),
          others[1]!.schedules.planRun(id, runOf(`${id}/2`), T, T + MINUTE),
        ]);
        expect([await records.schedules.find(id), await history(id)]).toEqual([null, []]);
      }
    });

    test('who waits is told of what others than the clock bring about', async () => {
      const changes: string[] = [];
      const stop = records.watch(({ type }) => changes.push(type));
      await records.schedules.create(newSchedule('s'), T);
      const read = await found('s');
      await records.schedules.change(read, read, T);
      await records.schedules.planRun('s', runOf('r'), T, T + MINUTE);
      stop();
      expect(changes.filter((type) => type === 'schedule-due')).toHaveLength(3);
    });
  });
}
