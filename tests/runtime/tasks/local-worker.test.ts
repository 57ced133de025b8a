import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { taskOptionsSchema } from '../../../agent-runtime/src/contract/task.ts';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import type { Worker } from '../../../agent-runtime/src/tasks/worker.ts';
import { createWorkshop, gate, requestOf, type Workshop } from './workshop.ts';

const EMPTY = { ready: 0, delayed: 0, running: 0 };

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop({ local: true }); });
afterEach(() => workshop.close());

/** A worker that knows that its queue is empty. */
async function readyWorker(change: Parameters<Workshop['worker']>[0] = {}): Promise<Worker> {
  const worker = await workshop.worker(change);
  for (;;) {
    const place = worker.reserve({ id: 'nothing', agent: 'smith' });
    place?.giveBack();
    if (place) return worker;
    await new Promise(setImmediate);
  }
}

const submit = (words: readonly string[], idempotencyKey = 'k', waitMs = 0) =>
  workshop.tasks.submit(requestOf(words), { tenant: 't', idempotencyKey, waitMs });
const ended = (batchId: string) => workshop.tasks.batch(batchId, { waitMs: 10_000 });

test('a task goes to the worker of its process without the way through the queue', async () => {
  const depths: unknown[] = [];
  workshop.onWork(async ({ word }) => {
    depths.push(await workshop.queue.depth());
    return { said: word };
  });
  await readyWorker();
  const { batch, created } = await submit(['a'], 'k', 10_000);
  expect(created).toBe(true);
  expect(batch).toMatchObject({ status: 'ended', tasks: [{ status: 'succeeded', attempt: 1, result: { said: 'a' } }] });
  expect(depths).toEqual([EMPTY]);
  expect((await workshop.records.tasks.events(batch.tasks[0]!.id, 0)).map(({ type }) => type))
    .toEqual(['task-accepted', 'task-started', 'task-succeeded']);
});

test('what the worker has no place for waits in the queue, and each task runs once', async () => {
  const runs: string[] = [];
  let atOnce = 0;
  let most = 0;
  workshop.onWork(async ({ word }) => {
    runs.push(word);
    most = Math.max(most, ++atOnce);
    await new Promise(setImmediate);
    atOnce -= 1;
    return { said: word };
  });
  await readyWorker({ concurrency: 3 });
  const words = Array.from({ length: 20 }, (_, index) => `${index}`);
  const batches = await Promise.all(words.map((word) => submit([word, `${word}!`], word)));
  for (const { batch } of batches) expect((await ended(batch.id)).tasks.map(({ status, attempt }) => [status, attempt])).toEqual([['succeeded', 1], ['succeeded', 1]]);
  expect(runs.toSorted()).toEqual(words.flatMap((word) => [word, `${word}!`]).toSorted());
  expect(most).toBe(3);
});

test('a repeated submission takes no place', async () => {
  await readyWorker({ concurrency: 1 });
  const { batch } = await submit(['a']);
  await ended(batch.id);
  for (let time = 0; time < 3; time += 1) expect((await submit(['a'], 'k', 10_000)).created).toBe(false);
  await expect(submit(['b'])).rejects.toMatchObject({ code: 'idempotency_conflict' });
  expect((await submit(['c'], 'other', 10_000)).batch.status).toBe('ended');
});

test('a failed attempt comes back through the queue', async () => {
  let runs = 0;
  workshop.onWork(async ({ word }) => {
    if (++runs === 1) throw new AiosError('model_unavailable', 'Not now.');
    return { said: word };
  });
  await readyWorker();
  expect((await submit(['a'], 'k', 10_000)).batch.tasks[0]).toMatchObject({ status: 'succeeded', attempt: 2 });
});

test('a running task is cancelled', async () => {
  const started = gate();
  workshop.onWork(() => {
    started.resolve();
    return new Promise(() => {});
  });
  await readyWorker();
  const { batch } = await submit(['a']);
  await started.promise;
  expect(await workshop.tasks.cancel(batch.tasks[0]!.id)).toMatchObject({ status: 'cancelled' });
});

test('a worker that shuts down gives the task back, and takes no other', async () => {
  const started = gate();
  workshop.onWork(() => {
    started.resolve();
    return new Promise(() => {});
  });
  const worker = await readyWorker();
  const { batch } = await submit(['a']);
  await started.promise;
  await worker.close({ drainMs: 0 });
  expect(worker.reserve({ id: 'b', agent: 'smith' })).toBeNull();
  expect((await workshop.tasks.batch(batch.id)).tasks[0]).toMatchObject({ status: 'queued', attempt: 0 });
  workshop.onWork(async ({ word }) => ({ said: word }));
  await workshop.worker();
  expect((await ended(batch.id)).tasks[0]).toMatchObject({ status: 'succeeded', attempt: 1 });
});

test('a task whose process died is run when its lease ends', async () => {
  const now = Date.now();
  const task = { id: 'task', agent: 'smith', operation: 'work', input: { word: 'a', count: 1 }, options: taskOptionsSchema.parse({}) };
  await workshop.records.batches.accept(
    { id: 'batch', tenant: 't', idempotencyKey: null, requestHash: 'h', callbackUrl: null, tasks: [task] },
    now, new Map([['task', { owner: 'dead', leaseUntil: now + 200 }]]),
  );
  await workshop.worker({ sweepMs: 60_000 });
  const { tasks: [found], endedAt } = await ended('batch');
  expect(found).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(Date.parse(endedAt!)).toBeGreaterThanOrEqual(now + 200);
});

test('a submission that is held is answered when its time is over', async () => {
  const go = gate();
  workshop.onWork(async ({ word }) => {
    await go.promise;
    return { said: word };
  });
  await readyWorker();
  const { batch } = await submit(['a'], 'k', 80);
  expect(batch).toMatchObject({ status: 'running', tasks: [{ status: 'running' }] });
  go.resolve();
  expect((await ended(batch.id)).tasks[0]).toMatchObject({ status: 'succeeded' });
});
