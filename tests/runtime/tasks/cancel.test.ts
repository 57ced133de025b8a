import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { createWorkshop, gate, requestOf, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop(); });
afterEach(() => workshop.close());
const submit = async () => (await workshop.tasks.submit(requestOf(['a']), { tenant: 't' })).batch.tasks[0]!;

function endless() {
  const started = gate();
  workshop.onWork(() => {
    started.resolve();
    return new Promise(() => {});
  });
  return started.promise;
}

test('a queued task is cancelled at once, and its batch ends', async () => {
  const task = await submit();
  expect(await workshop.tasks.cancel(task.id)).toMatchObject({ status: 'cancelled', error: { code: 'task_cancelled' } });
  expect(await workshop.tasks.batch(task.batchId)).toMatchObject({ status: 'ended' });
});

test('a running task is cancelled within 100 ms', async () => {
  const started = endless();
  await workshop.worker();
  const task = await submit();
  await started;
  const before = performance.now();
  expect(await workshop.tasks.cancel(task.id)).toMatchObject({ status: 'cancelled' });
  expect(performance.now() - before).toBeLessThan(100);
});

test('a task that runs in another process is cancelled within a second', async () => {
  const started = endless();
  const other = await workshop.elsewhere();
  await workshop.worker({ records: other.records, queue: other.queue });
  const task = await submit();
  await started;
  expect(await workshop.tasks.cancel(task.id)).toMatchObject({ status: 'cancelled' });
});

test('an ended or unknown task cannot be cancelled', async () => {
  const task = await submit();
  await workshop.tasks.cancel(task.id);
  await expect(workshop.tasks.cancel(task.id)).rejects.toMatchObject({ code: 'task_state_conflict' });
  await expect(workshop.tasks.cancel('task_none')).rejects.toMatchObject({ code: 'not_found' });
});

test('a cancelled task can be run again', async () => {
  const task = await submit();
  await workshop.tasks.cancel(task.id);
  await workshop.tasks.retry(task.id);
  await workshop.worker();
  expect(await workshop.tasks.task(task.id, { waitMs: 10_000 })).toMatchObject({ status: 'succeeded' });
});

test('a task that was cancelled while it waited out a long back-off runs at once when it is retried', async () => {
  workshop.onWork(async () => { throw new AiosError('model_rate_limited', 'Slow down.', { retryAfterMs: 600_000 }); });
  await workshop.worker();
  const task = await submit();
  while ((await workshop.queue.depth()).delayed === 0) await new Promise(setImmediate);
  expect(await workshop.tasks.cancel(task.id)).toMatchObject({ status: 'cancelled' });
  workshop.onWork(async ({ word }) => ({ said: word }));
  await workshop.tasks.retry(task.id);
  expect(await workshop.tasks.task(task.id, { waitMs: 2_000 })).toMatchObject({ status: 'succeeded' });
});
