import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createWorkshop, gate, requestOf, testClock, type Workshop } from './workshop.ts';

let workshop: Workshop;
const submit = async (words: readonly string[], change?: Parameters<typeof requestOf>[1]) =>
  (await workshop.tasks.submit(requestOf(words, change), { tenant: 't' })).batch;
const ended = (id: string) => workshop.tasks.batch(id, { waitMs: 10_000 });

describe('a worker', () => {
  beforeEach(async () => { workshop = await createWorkshop(); });
  afterEach(() => workshop.close());

  test('runs each task of a batch and ends it', async () => {
    await workshop.worker();
    const batch = await ended((await submit(['a', 'b', 'c'])).id);
    expect(batch).toMatchObject({ status: 'ended', callback: { status: 'none' } });
    expect(batch.tasks.map((task) => [task.status, task.result, task.attempt])).toEqual([
      ['succeeded', { said: 'a' }, 1], ['succeeded', { said: 'b' }, 1], ['succeeded', { said: 'c' }, 1]]);
  });

  test('runs what was accepted before it started', async () => {
    const batch = await submit(['a']);
    await workshop.worker();
    expect((await ended(batch.id)).tasks[0]!.status).toBe('succeeded');
  });

  test('runs what the queue has lost', async () => {
    const batch = await submit(['a']);
    const consumer = workshop.queue.consume({ concurrency: 1, agents: new Map([['smith', 1]]) }, async () => ({ action: 'ack' }));
    while ((await workshop.queue.depth()).ready > 0) await new Promise(setImmediate);
    await consumer.close();
    await workshop.worker();
    expect((await ended(batch.id)).tasks[0]!.status).toBe('succeeded');
  });

  test('never runs more tasks at once than it may', async () => {
    let most = 0;
    const worker = await workshop.worker({ concurrency: 2 });
    workshop.onWork(async ({ word }) => {
      most = Math.max(most, worker.running());
      await new Promise(setImmediate);
      return { said: word };
    });
    await ended((await submit(['a', 'b', 'c', 'd', 'e'])).id);
    expect(most).toBe(2);
  });

  test('fails a task at once by a user error', async () => {
    workshop.onWork(async () => { throw new AiosError('github_not_found', 'No such repository.'); });
    await workshop.worker();
    expect((await ended((await submit(['a'])).id)).tasks[0]).toMatchObject({
      status: 'failed', attempt: 1, error: { code: 'github_not_found', kind: 'user', message: 'No such repository.' } });
  });

  test('fails a task at once by a bug, and logs where it is', async () => {
    workshop.onWork(async () => { throw new TypeError('x is not a function'); });
    await workshop.worker();
    expect((await ended((await submit(['a'])).id)).tasks[0]).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'internal', kind: 'bug' } });
    expect(workshop.logs.find((log) => log.level === 'error')?.facts['stack']).toContain('run.test.ts');
  });

  test('takes a result of another form than promised for a bug', async () => {
    workshop.onWork(async () => ({ said: 7 }));
    await workshop.worker();
    expect((await ended((await submit(['a'])).id)).tasks[0]).toMatchObject({ status: 'failed', error: { code: 'internal', message: expect.stringContaining('said') } });
  });

  test('retries an operational failure until it passes', async () => {
    workshop.onWork(async ({ word }, { attempt }) => {
      if (attempt < 3) throw new AiosError('github_unavailable', 'No answer.');
      return { said: word };
    });
    await workshop.worker();
    const task = (await ended((await submit(['a'])).id)).tasks[0]!;
    expect(task).toMatchObject({ status: 'succeeded', attempt: 3, error: null });
    const types = [];
    for await (const event of workshop.tasks.events(task.id, { afterSeq: 0, signal: new AbortController().signal })) types.push(event.type);
    expect(types).toEqual(['task-accepted', 'task-started', 'task-retried', 'task-started', 'task-retried', 'task-started', 'task-succeeded']);
  });

  test.each(['task_cancelled', 'lease_lost', 'shutting_down', 'deadline_exceeded'] as const)(
    'takes %s for a failure that passes when it was not itself that was stopped', async (code) => {
      workshop.onWork(async ({ word }, { attempt, signal }) => {
        expect(signal.aborted).toBe(false);
        if (attempt === 1) throw new AiosError(code, 'Meant for another task.');
        return { said: word };
      });
      await workshop.worker();
      const task = (await ended((await submit(['a'])).id)).tasks[0]!;
      expect(task).toMatchObject({ status: 'succeeded', attempt: 2 });
      expect(workshop.logs.find(({ message }) => message === 'task will be retried')?.facts).toMatchObject({ code: 'shared_work_stopped' });
    });

  test('parks a task that is out of attempts, with its reason, and runs it again when it is retried', async () => {
    let broken = true;
    workshop.onWork(async ({ word }) => {
      if (broken) throw new AiosError('github_unavailable', 'No answer.');
      return { said: word };
    });
    await workshop.worker();
    const batch = await ended((await submit(['a'], { options: { maxAttempts: 2 } })).id);
    const task = batch.tasks[0]!;
    expect(task).toMatchObject({ status: 'dead', attempt: 2, error: { code: 'github_unavailable', message: 'No answer. Given up after 2 of 2 attempts.' } });
    expect((await workshop.tasks.list({ status: 'dead', limit: 10 })).tasks.map(({ id }) => id)).toEqual([task.id]);
    broken = false;
    expect(await workshop.tasks.retry(task.id)).toMatchObject({ error: null });
    expect((await ended(batch.id)).tasks[0]).toMatchObject({ status: 'succeeded', attempt: 1 });
    await expect(workshop.tasks.retry(task.id)).rejects.toMatchObject({ code: 'task_state_conflict' });
    expect(await workshop.tasks.statistics()).toMatchObject({ byStatus: { succeeded: 1, dead: 0, queued: 0 } });
  });

  test('gives its tasks back when it is closed, without counting the attempt', async () => {
    const started = gate();
    workshop.onWork(() => {
      started.resolve();
      return new Promise(() => {});
    });
    const first = await workshop.worker();
    const batch = await submit(['a']);
    await started.promise;
    await first.close({ drainMs: 0 });
    expect((await workshop.tasks.batch(batch.id)).tasks[0]).toMatchObject({ status: 'queued', attempt: 0 });
    workshop.onWork(async ({ word }) => ({ said: word }));
    await workshop.worker();
    expect((await ended(batch.id)).tasks[0]).toMatchObject({ status: 'succeeded', attempt: 1 });
  });

  test('lets a run end that ends while it drains', async () => {
    const started = gate();
    const go = gate();
    workshop.onWork(async ({ word }) => {
      started.resolve();
      await go.promise;
      return { said: word };
    });
    const worker = await workshop.worker();
    const batch = await submit(['a']);
    await started.promise;
    const closed = worker.close({ drainMs: 10_000 });
    go.resolve();
    await closed;
    expect((await workshop.tasks.batch(batch.id)).tasks[0]!.status).toBe('succeeded');
  });

  test('two workers of two processes share the tasks and run each once', async () => {
    const runs: string[] = [];
    workshop.onWork(async ({ word }) => {
      runs.push(word);
      await new Promise(setImmediate);
      return { said: word };
    });
    const other = await workshop.elsewhere();
    await workshop.worker();
    await workshop.worker({ records: other.records, queue: other.queue });
    const words = Array.from({ length: 60 }, (_, index) => `${index}`);
    const batch = await ended((await submit(words)).id);
    expect(batch.tasks.every((task) => task.status === 'succeeded' && task.attempt === 1)).toBe(true);
    expect(runs.toSorted()).toEqual(words.toSorted());
  });

  test('a batch that ends in another process wakes who waits for it here', async () => {
    const other = await workshop.elsewhere();
    await workshop.worker({ records: other.records, queue: other.queue });
    expect((await ended((await submit(['a'])).id)).status).toBe('ended');
  });

  test('waiting stops when the time or the caller is gone', async () => {
    const batch = await submit(['a']);
    expect((await workshop.tasks.batch(batch.id, { waitMs: 5 })).status).toBe('running');
    expect((await workshop.tasks.task(batch.tasks[0]!.id, { waitMs: 60_000, signal: AbortSignal.abort() })).status).toBe('queued');
  });
});

describe('time', () => {
  const clock = testClock();
  beforeEach(async () => { workshop = await createWorkshop({ now: clock.now }); });
  afterEach(() => workshop.close());

  test('a task whose deadline passed before it ran fails without running', async () => {
    let runs = 0;
    workshop.onWork(async () => { runs += 1; });
    const batch = await submit(['a'], { options: { deadlineMs: 1_000 } });
    clock.advance(1_000);
    await workshop.worker();
    expect((await ended(batch.id)).tasks[0]).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } });
    expect(runs).toBe(0);
  });

  test('a task that runs into its deadline is aborted', async () => {
    const aborted = gate<unknown>();
    workshop.onWork((_input, { signal }) => new Promise(() => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason));
    }));
    const batch = await submit(['a'], { options: { deadlineMs: 1_000 } });
    clock.advance(990);
    await workshop.worker();
    expect((await ended(batch.id)).tasks[0]).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } });
    expect(await aborted.promise).toMatchObject({ code: 'deadline_exceeded' });
  });

  test('a task is not retried past its deadline', async () => {
    workshop.onWork(async () => { throw new AiosError('model_rate_limited', 'Slow down.', { retryAfterMs: 5_000 }); });
    await workshop.worker();
    expect((await ended((await submit(['a'], { options: { deadlineMs: 2_000 } })).id)).tasks[0]).toMatchObject({
      status: 'failed', attempt: 1, error: { code: 'deadline_exceeded', message: expect.stringContaining('Slow down.') } });
  });

  test('what the other side asked to wait is waited', async () => {
    const failed = gate();
    workshop.onWork(async () => {
      failed.resolve();
      throw new AiosError('model_rate_limited', 'Slow down.', { retryAfterMs: 5_000 });
    });
    await workshop.worker();
    const batch = await submit(['a']);
    await failed.promise;
    for await (const event of workshop.tasks.events(batch.tasks[0]!.id, { afterSeq: 0, signal: AbortSignal.timeout(5_000) })) {
      if (event.type === 'task-retried') break;
    }
    const { nextAttemptAt, status } = await workshop.tasks.task(batch.tasks[0]!.id);
    expect(status).toBe('queued');
    expect(Date.parse(nextAttemptAt!) - clock.now()).toBeGreaterThanOrEqual(5_000);
  });
});
