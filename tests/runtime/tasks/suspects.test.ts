import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSuspects } from '../../../agent-runtime/src/tasks/suspects.ts';
import { createWorkshop, gate, requestOf, type Workshop } from './workshop.ts';

let workshop: Workshop;
beforeEach(async () => { workshop = await createWorkshop(); });
afterEach(() => workshop.close());

/** Claims it for workers that die with it. */
async function interrupted(taskId: string, times: number): Promise<void> {
  for (let death = 0; death < times; death += 1) {
    const now = Date.now();
    await workshop.records.runs.claim(taskId, { owner: `worker ${death}`, leaseUntil: now }, now);
  }
}

test('tasks whose workers died run one at a time, beside those that are new, and lose no attempt', async () => {
  const { batch } = await workshop.tasks.submit(requestOf(['a', 'b', 'c']), { tenant: 't' });
  for (const { id } of batch.tasks) await interrupted(id, 5);
  const fresh = gate();
  const running = new Set<string>();
  let most = 0;
  workshop.onWork(async ({ word }) => {
    if (word === 'new') fresh.resolve();
    else {
      running.add(word);
      most = Math.max(most, running.size);
      await fresh.promise;
      running.delete(word);
    }
    return { said: word };
  });
  await workshop.worker();
  const other = await workshop.tasks.submit(requestOf(['new']), { tenant: 't' });
  expect(await workshop.tasks.batch(other.batch.id, { waitMs: 10_000 })).toMatchObject({ status: 'ended' });
  expect((await workshop.tasks.batch(batch.id, { waitMs: 20_000 })).tasks).toMatchObject(
    ['a', 'b', 'c'].map((word) => ({ status: 'succeeded', attempt: 1, result: { said: word } })));
  expect(most).toBe(1);
});

test('a second delivery of the one that runs lets no other in, nor does the end of an earlier run', () => {
  const suspects = createSuspects(() => 0);
  const [one, other] = [{ taskId: 'one', interruptions: 5 }, { taskId: 'other', interruptions: 6 }];
  const leave = suspects.enter(one)!;
  expect([suspects.mayClaim('other'), suspects.enter(other), suspects.mayClaim('other')]).toEqual([true, null, false]);
  leave();
  const leaveAgain = suspects.enter(one)!;
  leave();
  expect([suspects.mayClaim('other'), suspects.enter({ taskId: 'new', interruptions: 4 })]).toEqual([false, expect.any(Function)]);
  leaveAgain();
  expect([suspects.mayClaim('other'), suspects.enter(other)]).toEqual([true, expect.any(Function)]);
});

test('one that goes on for a minute keeps the others waiting no longer, and one that was begun anew is none', () => {
  let now = 0;
  const suspects = createSuspects(() => now);
  const leave = suspects.enter({ taskId: 'long', interruptions: 5 })!;
  expect(suspects.enter({ taskId: 'other', interruptions: 5 })).toBeNull();
  now = 60_000;
  expect([suspects.mayClaim('other'), suspects.enter({ taskId: 'other', interruptions: 5 })]).toEqual([true, expect.any(Function)]);
  leave();
  expect(suspects.enter({ taskId: 'third', interruptions: 5 })).toBeNull();
  expect(suspects.enter({ taskId: 'third', interruptions: 0 })).toEqual(expect.any(Function));
  expect(suspects.mayClaim('third')).toBe(true);
});
