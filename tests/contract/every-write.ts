import type { ClaimedTask, Records } from '../../agent-runtime/src/stores/records/records.ts';
import { charge, newBatch } from './records-cases.ts';

const OUTCOME = { status: 'succeeded', result: {} } as const;
const ERROR = { code: 'internal', kind: 'bug', message: '' } as const;

/** Everything that is done for each task, and what sweepers do again and again, `times` times. */
export async function everyWrite(records: Records, now: number, times: number): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    const id = `new${index}`;
    const batch = newBatch(id, { idempotencyKey: id, callbackUrl: 'http://n8n.test/y' });
    await records.batches.accept(batch, now);
    await records.batches.accept(batch, now);
    const claim = async (taskId: string): Promise<ClaimedTask> => {
      const claimed = await records.runs.claim(taskId, { owner: 'me', leaseUntil: now + 1_000 }, now);
      if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
      return claimed.task;
    };
    const run = await claim(`${id}/0`);
    await records.runs.renew('me', now + 2_000);
    await records.runs.event(run, 'progress', {}, now);
    await records.runs.journalled(run.taskId, 's', 'h');
    await records.runs.journal(run, { step: 's', requestHash: 'h', value: 1, event: { type: 'model-answered', data: {} } }, [charge], now);
    await records.runs.charge(run.taskId, [charge], now);
    await records.runs.committedCostUsd(run.taskId);
    await records.runs.spend(run.taskId);
    await records.receipts.reserve(run, id, now);
    await records.receipts.complete(run, id, {}, now);
    await records.tasks.requestCancel(run.taskId);
    await records.tasks.cancelRequested([run.taskId]);
    await records.runs.postpone(run, ERROR, now, now);
    await records.runs.release(await claim(run.taskId), now);
    await records.tasks.runnable({ dueBefore: now, leaseEndsBefore: now, afterId: '', limit: 500 });
    await records.tasks.overdue(now, 500);
    await records.tasks.endQueued(`${id}/1`, { status: 'failed', error: ERROR }, now);
    await records.tasks.reopen(`${id}/1`, now);
    await records.runs.finish(await claim(`${id}/0`), OUTCOME, now);
    await records.runs.finish(await claim(`${id}/1`), OUTCOME, now);
    await records.batches.hasEnded(id);
    await records.batches.find(id);
    await records.tasks.find(run.taskId);
    await records.tasks.status(run.taskId);
    await records.tasks.events(run.taskId, 0);
    await records.tasks.list({ limit: 20 });
    await records.tasks.list({ limit: 20, status: 'failed' });
    await records.tasks.list({ limit: 20, batchId: id });
    await records.tasks.list({ limit: 20, tenant: 't' });
    await records.callbacks.nextAt(['http://n8n.test:81']);
    const [callback] = await records.callbacks.take(now, now + 1_000, 4);
    await records.callbacks.release(callback!, now);
    const [again] = await records.callbacks.take(now, now + 1_000, 4);
    await records.callbacks.settle(again!, { status: 'delivered' });
    await records.callbacks.counts();
    await records.retention.forgetBatches(1, 10);
    await records.retention.forgetReceipts(1, 10);
    await records.retention.forgetLedger(1, 10);
  }
}
