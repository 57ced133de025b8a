import { expect } from '@jest/globals';
import type { ClaimedTask, Records } from '../../agent-runtime/src/stores/records/records.ts';
import { charge, newBatch, T } from './records-cases.ts';
import { kept } from './routing-records-cases.ts';

const ERROR = { code: 'internal', kind: 'bug', message: 'broken' } as const;
const IDS = ['queued', 'running', 'postponed', 'succeeded', 'failed', 'dead', 'cancelled'] as const;

async function claim(records: Records, id: string, now = T): Promise<ClaimedTask> {
  const claimed = await records.runs.claim(`${id}/0`, { owner: 'me', leaseUntil: now + 1_000 }, now);
  if (claimed.outcome !== 'claimed') throw new Error(`${id} ${claimed.outcome}`);
  return claimed.task;
}

/** A batch of one task for each state that a task can be in, and something in every other table. */
export async function fillEachState(records: Records): Promise<void> {
  for (const id of IDS) {
    await records.batches.accept(newBatch(id, { callbackUrl: 'http://n8n.test/x', idempotencyKey: id, tasks: newBatch(id).tasks.slice(0, 1) }), T);
  }
  const running = await claim(records, 'running');
  await records.runs.journal(running, { step: 's', requestHash: 'h', value: { text: 'paid' }, event: { type: 'model-answered', data: {} } }, [charge], T);
  await records.receipts.reserve(running, 'effect', T);
  await records.runs.postpone(await claim(records, 'postponed'), ERROR, T + 500, T);
  await records.runs.finish(await claim(records, 'succeeded'), { status: 'succeeded', result: { done: true } }, T);
  for (const status of ['failed', 'dead', 'cancelled'] as const) await records.runs.finish(await claim(records, status), { status, error: ERROR }, T);
  await records.routing.keep([kept('decision')]);
  await records.routing.saveState('learner', { arms: [1] }, T);
}

/** All that was there is there, and work goes on: what had been running when the backup was made is taken over. */
export async function expectToGoOn(restored: Records): Promise<void> {
  expect(await restored.tasks.counts()).toEqual({ queued: 2, running: 1, succeeded: 1, failed: 1, dead: 1, cancelled: 1 });
  expect(await restored.batches.accept(newBatch('other', { idempotencyKey: 'queued' }), T)).toMatchObject({ id: 'queued', created: false });
  expect(await restored.routing.find('decision')).not.toBeNull();
  expect(await restored.routing.loadState('learner')).toEqual({ arms: [1] });
  const now = T + 1_000;
  const due = await restored.tasks.runnable({ dueBefore: now, leaseEndsBefore: now, afterId: '', limit: 9 });
  expect(due.map(({ id }) => id)).toEqual(['postponed/0', 'queued/0', 'running/0']);
  const again = await claim(restored, 'running', now);
  expect(again).toMatchObject({ fence: 2, interruptions: 1 });
  expect(await restored.runs.journalled(again.taskId, 's', 'h')).toEqual({ text: 'paid' });
  expect(await restored.runs.spend(again.taskId)).toMatchObject({ calls: 1 });
  expect(await restored.receipts.reserve(again, 'effect', now)).toEqual({ state: 'reserved' });
  await restored.runs.charge(again.taskId, [charge], now);
  await restored.runs.finish(again, { status: 'succeeded', result: {} }, now);
  for (const id of ['queued', 'postponed']) await restored.runs.finish(await claim(restored, id, now), { status: 'succeeded', result: {} }, now);
  expect(await restored.tasks.reopen('dead/0', now)).toBe(true);
  await restored.runs.finish(await claim(restored, 'dead', now), { status: 'succeeded', result: {} }, now);
  const told = await restored.callbacks.take(now, now + 1, 99);
  expect(told.map(({ batchId }) => batchId).toSorted()).toEqual([...IDS].toSorted());
  expect((await restored.tasks.counts()).succeeded).toBe(5);
}
