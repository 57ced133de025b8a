import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createWorkshop, gate, requestOf, testClock, type Workshop } from './workshop.ts';

const clock = testClock();
let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop({ now: clock.now, leaseMs: 3_000 }); });
afterEach(() => workshop.close());
const submit = async () => (await workshop.tasks.submit(requestOf(['a']), { tenant: 't' })).batch.tasks[0]!.id;
const claim = async (taskId: string, owner: string) => {
  const claimed = await workshop.records.runs.claim(taskId, { owner, leaseUntil: clock.now() + 3_000 }, clock.now());
  if (claimed.outcome !== 'claimed') throw new Error(`not claimed: ${claimed.outcome}`);
  return claimed.task;
};

test('a task is claimed by one worker at a time', async () => {
  const id = await submit();
  await claim(id, 'one');
  expect(await workshop.records.runs.claim(id, { owner: 'two', leaseUntil: 0 }, clock.now())).toEqual({ outcome: 'later', at: clock.now() + 3_000 });
});

test('a task whose lease ended goes to another worker, as the same attempt', async () => {
  const id = await submit();
  const first = await claim(id, 'one');
  clock.advance(3_000);
  const second = await claim(id, 'two');
  expect(second).toMatchObject({ attempt: 1, interruptions: 1, fence: first.fence + 1 });
});

test('what a task has spent is an estimate once a worker died on it: a call under way then is in no ledger', async () => {
  const id = await submit();
  await claim(id, 'one');
  expect((await workshop.tasks.task(id)).spend).toMatchObject({ costUsd: 0, costStatus: 'free' });
  clock.advance(3_000);
  await claim(id, 'two');
  expect((await workshop.tasks.task(id)).spend).toMatchObject({ costUsd: 0, costStatus: 'estimated' });
});

test('a renewed lease is kept', async () => {
  const id = await submit();
  const run = await claim(id, 'one');
  clock.advance(2_999);
  expect(await workshop.records.runs.renew('one', clock.now() + 3_000)).toEqual([{ taskId: id, fence: run.fence }]);
  clock.advance(1);
  expect(await workshop.records.runs.claim(id, { owner: 'two', leaseUntil: 0 }, clock.now())).toMatchObject({ outcome: 'later' });
});

test('a stale worker can write nothing', async () => {
  const id = await submit();
  const stale = await claim(id, 'one');
  clock.advance(3_000);
  await claim(id, 'two');
  const { runs, receipts } = workshop.records;
  const lost = { code: 'lease_lost' };
  const error = { code: 'internal', kind: 'bug' as const, message: '' };
  await expect(runs.event(stale, 'progress', {}, clock.now())).rejects.toMatchObject(lost);
  await expect(runs.journal(stale, { step: 's', requestHash: '', value: 1, event: { type: 'step-finished', data: {} } }, [], clock.now())).rejects.toMatchObject(lost);
  await expect(runs.finish(stale, { status: 'succeeded', result: {} }, clock.now())).rejects.toMatchObject(lost);
  await expect(runs.postpone(stale, error, clock.now(), clock.now())).rejects.toMatchObject(lost);
  await expect(runs.release(stale, clock.now())).rejects.toMatchObject(lost);
  await expect(receipts.reserve(stale, 'key', clock.now())).rejects.toMatchObject(lost);
  expect(await runs.journalled(id, 's', '')).toBeUndefined();
  expect(await runs.renew('one', clock.now())).toEqual([]);
  expect(await workshop.tasks.task(id)).toMatchObject({ status: 'running', attempt: 1 });
});

test('a dead worker’s task is run by the next one', async () => {
  const id = await submit();
  await claim(id, 'dead');
  clock.advance(3_000);
  await workshop.worker();
  expect(await workshop.tasks.task(id, { waitMs: 10_000 })).toMatchObject({ status: 'succeeded', attempt: 1 });
});

test('a worker that lost its lease stops, and its result does not count', async () => {
  const started = gate();
  const stopped = gate<unknown>();
  const go = gate();
  workshop.onWork(async (_input, { signal }) => {
    signal.addEventListener('abort', () => stopped.resolve(signal.reason));
    started.resolve();
    await go.promise;
    return { said: 'stale' };
  });
  await workshop.worker({ leaseMs: 30 });
  const id = await submit();
  await started.promise;
  clock.advance(3_000);
  const thief = await claim(id, 'thief');
  expect(await stopped.promise).toMatchObject({ code: 'lease_lost' });
  go.resolve();
  await workshop.records.runs.finish(thief, { status: 'succeeded', result: { said: 'fresh' } }, clock.now());
  expect((await workshop.tasks.task(id)).result).toEqual({ said: 'fresh' });
});

test('a task that its workers keep dying of is parked', async () => {
  const id = await submit();
  for (let death = 0; death < 11; death += 1) {
    await claim(id, `worker ${death}`);
    clock.advance(3_000);
  }
  await workshop.worker();
  expect(await workshop.tasks.task(id, { waitMs: 10_000 })).toMatchObject({ status: 'dead', error: { code: 'worker_lost' } });
});
