import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClaimedTask, Records } from '../../agent-runtime/src/stores/records/records.ts';
import { charge, newBatch, T, type RecordsBench } from './records-cases.ts';

const LATER = T + 1_000_000;
const OUTCOME = { status: 'succeeded', result: {} } as const;
const ERROR = { code: 'internal', kind: 'bug', message: '' } as const;

/** What every driver of the records must forget, and must not. */
export function describeRetention(name: string, createBench: () => Promise<RecordsBench>): void {
  describe(name, () => {
    let bench: RecordsBench;
    let records: Records;
    beforeEach(async () => {
      bench = await createBench();
      records = await bench.open();
    });
    afterEach(() => bench.close());

    async function claim(id: string, now = T): Promise<ClaimedTask> {
      const claimed = await records.runs.claim(id, { owner: 'me', leaseUntil: now + 1_000 }, now);
      if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
      return claimed.task;
    }

    /** Both tasks of the batch, with an event, a journal entry, a charge and a receipt for the first one. */
    async function runAll(id: string, now = T): Promise<void> {
      await records.batches.accept(newBatch(id, { callbackUrl: 'http://n8n.test/x', idempotencyKey: id }), now);
      const run = await claim(`${id}/0`, now);
      const entry = { step: 's', requestHash: 'h', value: 1, event: { type: 'model-answered' as const, data: {} } };
      await records.runs.journal(run, entry, [charge], now);
      await records.receipts.reserve(run, id, now);
      await records.receipts.complete(run, id, { id }, now);
      await records.runs.finish(run, OUTCOME, now);
      await records.runs.finish(await claim(`${id}/1`, now), OUTCOME, now);
    }

    async function deliverAll(now = T): Promise<void> {
      for (const callback of await records.callbacks.take(now, now + 1, 99)) await records.callbacks.settle(callback, { status: 'delivered' });
    }

    test('an old batch is forgotten with all that hangs on it, its receipts and what it has spent are not', async () => {
      await runAll('old');
      await deliverAll();
      await runAll('new', LATER);
      await deliverAll(LATER);
      expect(await records.retention.forgetBatches(LATER, 9)).toBe(1);
      expect(await records.batches.find('old')).toBeNull();
      expect(await records.tasks.find('old/0')).toBeNull();
      expect(await records.tasks.events('old/0', 0)).toEqual([]);
      expect(await records.runs.journalled('old/0', 's', 'h')).toBeUndefined();
      expect(await records.runs.spend('old/0')).toMatchObject({ calls: 1 });
      expect(await records.batches.find('new')).toMatchObject({ status: 'ended' });
      expect(await records.runs.journalled('new/0', 's', 'h')).toBe(1);
      await records.batches.accept(newBatch('again'), T);
      expect(await records.receipts.reserve(await claim('again/0'), 'old', T)).toEqual({ state: 'done', result: { id: 'old' } });
      expect(await records.batches.accept(newBatch('fresh', { idempotencyKey: 'old' }), T)).toMatchObject({ created: true });
    });

    test('what is open, due to be told, or reopened is kept, however old it is', async () => {
      await runAll('undelivered');
      await records.batches.accept(newBatch('queued'), T);
      await records.batches.accept(newBatch('running'), T);
      await records.tasks.endQueued('running/1', { status: 'cancelled', error: ERROR }, T);
      await claim('running/0');
      await records.batches.accept(newBatch('reopened'), T);
      for (const id of ['reopened/0', 'reopened/1']) await records.tasks.endQueued(id, { status: 'failed', error: ERROR }, T);
      await records.tasks.reopen('reopened/1', T);
      expect(await records.retention.forgetBatches(LATER, 99)).toBe(0);
      for (const id of ['undelivered', 'queued', 'running', 'reopened']) expect((await records.batches.find(id))!.tasks).toHaveLength(2);
      await deliverAll();
      expect(await records.retention.forgetBatches(LATER, 99)).toBe(1);
    });

    test('so many are forgotten at once as were asked for, the oldest first', async () => {
      for (let index = 0; index < 5; index += 1) await runAll(`b${index}`, T + index);
      await deliverAll(T + 9);
      expect(await records.retention.forgetBatches(T + 4, 3)).toBe(3);
      const left = async () => (await records.tasks.list({ limit: 99 })).map(({ batchId }) => batchId).filter((id, index, all) => all.indexOf(id) === index).toSorted();
      expect(await left()).toEqual(['b3', 'b4']);
      expect(await records.retention.forgetBatches(T + 4, 3)).toBe(1);
      expect(await left()).toEqual(['b4']);
    });

    test('a receipt is forgotten by its own age, but not while its task is open', async () => {
      await runAll('done');
      await records.batches.accept(newBatch('open'), T);
      await records.receipts.reserve(await claim('open/0'), 'open', T);
      await runAll('young', LATER);
      expect(await records.retention.forgetReceipts(LATER, 99)).toBe(1);
      const run = await claim('open/1', LATER);
      expect(await records.receipts.reserve(run, 'done', LATER)).toEqual({ state: 'reserved' });
      expect(await records.receipts.reserve(run, 'young', LATER)).toMatchObject({ state: 'done' });
      await records.runs.renew('me', LATER + 5_000);
      expect(await records.receipts.reserve(run, 'open', LATER)).toEqual({ state: 'busy', taskId: 'open/0' });
    });

    test('what was spent is forgotten by its own age alone', async () => {
      await runAll('old');
      await runAll('new', LATER);
      expect(await records.retention.forgetLedger(LATER, 99)).toBe(1);
      expect(await records.runs.spend('old/0')).toMatchObject({ calls: 0 });
      expect(await records.runs.spend('new/0')).toMatchObject({ calls: 1 });
    });
  });
}
