import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { taskOptionsSchema } from '../../agent-runtime/src/contract/task.ts';
import { NO_USAGE } from '../../agent-runtime/src/contract/usage.ts';
import type { Change, Charge, ClaimedTask, NewBatch, Records } from '../../agent-runtime/src/stores/records/records.ts';

/** Opens the same records several times, as several processes would, and takes them down. */
export interface RecordsBench {
  /** `clockAheadMs`: how much the clock of that process' host is ahead of the true time, where the driver has another one to go by. */
  open(clockAheadMs?: number): Promise<Records>;
  close(): Promise<void>;
}

export const T = 1_700_000_000_000;
const options = taskOptionsSchema.parse({ deadlineMs: 60_000 });

export function newBatch(id: string, change: Partial<NewBatch> = {}): NewBatch {
  const tasks = [0, 1].map((index) => ({ id: `${id}/${index}`, agent: 'smith', operation: 'work', input: { index }, options }));
  return { id, tenant: 't', idempotencyKey: null, requestHash: 'h', callbackUrl: null, tasks, ...change };
}

export const charge: Charge = {
  step: 's', attempt: 1, offline: false, model: 'a/b', provider: 'a', usage: { ...NO_USAGE, input: 7 }, durationMs: 1.5, errorCode: null,
  costUsd: 0.000000001, costStatus: 'known',
};

/** What every driver of the records must do. */
export function describeRecords(name: string, createBench: () => Promise<RecordsBench>): void {
  describe(name, () => {
    let bench: RecordsBench;
    let records: Records;
    beforeEach(async () => {
      bench = await createBench();
      records = await bench.open();
    });
    afterEach(() => bench.close());

    async function claim(taskId: string, now = T): Promise<ClaimedTask> {
      const claimed = await records.runs.claim(taskId, { owner: 'me', leaseUntil: now + 1_000 }, now);
      if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
      return claimed.task;
    }

    async function finish(taskId: string): Promise<void> {
      await records.runs.finish(await claim(taskId), { status: 'succeeded', result: { taskId } }, T + 5);
    }

    test('a charge that was written before its answer was lost is not written again', async () => {
      await records.batches.accept(newBatch('b'), T);
      const run = await claim('b/0');
      const [first, second] = [{ ...charge, callId: 'one' }, { ...charge, callId: 'two' }];
      const entry = { step: 's', requestHash: 'h', value: 1, event: { type: 'model-answered' as const, data: {} } };
      await records.runs.journal(run, entry, [first], T);
      await records.runs.journal(run, entry, [first, second], T, { repeated: true });
      await records.runs.charge('b/0', [second], T, { repeated: true });
      await records.runs.charge('b/1', [{ ...charge, callId: 'one' }], T, { repeated: true });
      expect(await records.runs.spend('b/0')).toMatchObject({ calls: 2 });
      expect(await records.runs.spend('b/1')).toMatchObject({ calls: 1 });
    });

    test('several processes may open it at once, and what one wrote the others read', async () => {
      const others = await Promise.all([bench.open(), bench.open(), bench.open()]);
      await records.batches.accept(newBatch('b'), T);
      for (const other of others) expect(await other.batches.find('b')).toEqual(await records.batches.find('b'));
    });

    test('tasks and batches are their tenant\'s', async () => {
      for (const [id, tenant] of [['a', 't'], ['b', 'u'], ['c', 't']] as const) await records.batches.accept(newBatch(id, { tenant }), T);
      expect([await records.tasks.tenant('a/0'), await records.tasks.tenant('b/0'), await records.tasks.tenant('x/0')]).toEqual(['t', 'u', null]);
      expect([await records.batches.tenant('a'), await records.batches.tenant('b'), await records.batches.tenant('x')]).toEqual(['t', 'u', null]);
      const list = async (query: object) => [...new Set((await records.tasks.list({ limit: 9, ...query })).map(({ batchId }) => batchId))];
      expect([await list({ tenant: 't' }), await list({ tenant: 'u' }), await list({})]).toEqual([['c', 'a'], ['b'], ['c', 'b', 'a']]);
      expect(await list({ tenant: 't', batchId: 'b' })).toEqual([]);
      await Promise.all(Array.from({ length: 501 }, (_, index) => records.batches.accept(newBatch(`many${index}`, { tenant: 'many' }), T)));
      expect([await list({ tenant: 't' }), await list({ tenant: 'many' })]).toEqual([['c', 'a'], ['many99', 'many98', 'many97', 'many96', 'many95']]);
    });

    test('a key is used once by a tenant', async () => {
      const keyed = (id: string, tenant: string) => records.batches.accept(newBatch(id, { tenant, idempotencyKey: 'k' }), T);
      expect(await keyed('a', 't')).toMatchObject({ id: 'a', created: true, requestHash: 'h' });
      expect(await keyed('b', 't')).toMatchObject({ id: 'a', created: false, requestHash: 'h' });
      expect(await keyed('c', 'u')).toMatchObject({ id: 'c', created: true });
      expect(await records.tasks.find('b/0')).toBeNull();
    });

    test('a claim gives the task as it was accepted', async () => {
      await records.batches.accept(newBatch('b'), T);
      expect(await claim('b/1')).toEqual({
        taskId: 'b/1', batchId: 'b', tenant: 't', agent: 'smith', operation: 'work', input: { index: 1 }, options, fence: 1, attempt: 1, interruptions: 0,
        deadlineAt: T + 60_000, cancelRequested: false,
      });
      expect(await records.runs.claim('none', { owner: 'me', leaseUntil: 0 }, T)).toEqual({ outcome: 'gone' });
    });

    test('tasks with a lease are claimed as they are accepted', async () => {
      const lease = { owner: 'me', leaseUntil: T + 1_000 };
      const accepted = await records.batches.accept(newBatch('b', { idempotencyKey: 'k' }), T, new Map([['b/0', lease]]));
      expect(accepted.claimed).toEqual([{
        taskId: 'b/0', batchId: 'b', tenant: 't', agent: 'smith', operation: 'work', input: { index: 0 }, options, fence: 1, attempt: 1, interruptions: 0,
        deadlineAt: T + 60_000, cancelRequested: false,
      }]);
      expect(await records.tasks.find('b/0')).toMatchObject({ status: 'running', attempt: 1, startedAt: new Date(T).toISOString() });
      expect((await records.tasks.events('b/0', 0)).map(({ seq, type }) => [seq, type])).toEqual([[1, 'task-accepted'], [2, 'task-started']]);
      expect(await records.runs.renew('me', T + 2_000)).toEqual([{ taskId: 'b/0', fence: 1 }]);
      expect(await records.runs.claim('b/0', { owner: 'you', leaseUntil: T }, T + 1_500)).toEqual({ outcome: 'later', at: T + 2_000 });
      expect(await claim('b/0', T + 2_000)).toMatchObject({ fence: 2, attempt: 1, interruptions: 1 });
      expect(await claim('b/1')).toMatchObject({ fence: 1, attempt: 1 });
      const again = await records.batches.accept(newBatch('c', { idempotencyKey: 'k' }), T, new Map([['c/0', lease]]));
      expect(again).toMatchObject({ id: 'b', created: false, claimed: [] });
      expect(await records.tasks.find('c/0')).toBeNull();
    });

    test('a batch ends with its last task and then has its callback due', async () => {
      await records.batches.accept(newBatch('b', { callbackUrl: 'http://n8n.test/x' }), T);
      await finish('b/0');
      expect(await records.batches.hasEnded('b')).toBe(false);
      expect(await records.callbacks.nextAt()).toBeNull();
      await finish('b/1');
      expect(await records.batches.hasEnded('b')).toBe(true);
      expect(await records.callbacks.take(T + 5, T + 50, 9)).toMatchObject([{
        batchId: 'b', url: 'http://n8n.test/x', attempts: 0,
        outcome: { batchId: 'b', tasks: [{ id: 'b/0', index: 0, result: { taskId: 'b/0' } }, { id: 'b/1', index: 1 }] },
      }]);
      expect(await records.callbacks.nextAt()).toBe(T + 50);
    });

    test('a delivery whose lease was lost settles nothing', async () => {
      await records.batches.accept(newBatch('b', { callbackUrl: 'http://n8n.test/x' }), T);
      await finish('b/0');
      await finish('b/1');
      const [stale] = await records.callbacks.take(T + 5, T + 50, 9);
      const [fresh] = await records.callbacks.take(T + 50, T + 90, 9);
      await records.callbacks.settle(stale!, { status: 'failed', error: 'stale' });
      expect(await records.callbacks.counts()).toEqual({ pending: 1, failed: 0 });
      await records.callbacks.settle(fresh!, { status: 'delivered' });
      expect((await records.batches.find('b'))!.callback).toEqual({ status: 'delivered', attempts: 1, lastError: null });
    });

    test('callbacks to origins that are left out stay where they are', async () => {
      const addresses = { a: 'http://n8n.test/x', b: 'http://n8n.test:81/x', c: 'http://n8n_test/x' };
      for (const [id, callbackUrl] of Object.entries(addresses)) {
        await records.batches.accept(newBatch(id, { callbackUrl }), T);
        await finish(`${id}/0`);
        await finish(`${id}/1`);
      }
      const others = await records.callbacks.take(T + 5, T + 50, 9, ['http://n8n.test']);
      expect(others.map(({ batchId }) => batchId).toSorted()).toEqual(['b', 'c']);
      expect(await records.callbacks.nextAt(['http://n8n.test'])).toBe(T + 50);
      expect(await records.callbacks.nextAt()).toBe(T + 5);
      expect(await records.callbacks.nextAt(Object.values(addresses).map((url) => new URL(url).origin))).toBeNull();
    });

    test('charges stay when the lease is lost, the entry does not', async () => {
      await records.batches.accept(newBatch('b'), T);
      const stale = await claim('b/0');
      await claim('b/0', T + 1_000);
      const entry = { step: 's', requestHash: 'r', value: { text: 'x' }, event: { type: 'model-answered' as const, data: {} } };
      await expect(records.runs.journal(stale, entry, [charge], T)).rejects.toMatchObject({ code: 'lease_lost' });
      expect(await records.runs.journalled('b/0', 's', 'r')).toBeUndefined();
      expect(await records.runs.spend('b/0')).toMatchObject({ calls: 1, costUsd: 0.000000001, models: ['a/b'], usage: { input: 7 } });
    });

    test('the end of a task takes the last entry of its journal with it', async () => {
      await records.batches.accept(newBatch('b'), T);
      const last = { entry: { step: 's', requestHash: 'r', value: { text: 'x' }, event: { type: 'model-answered' as const, data: { step: 's' } } }, charges: [charge, charge] };
      await records.runs.finish(await claim('b/0'), { status: 'dead', error: { code: 'c', kind: 'operational', message: 'm' } }, T + 5, last);
      await finish('b/1');
      expect((await records.tasks.events('b/0', 2)).map(({ seq, type, at, data }) => [seq, type, Date.parse(at), data])).toEqual([
        [3, 'model-answered', T + 5, { step: 's' }], [4, 'task-parked', T + 5, { attempt: 1, error: { code: 'c', kind: 'operational', message: 'm' } }],
      ]);
      expect(await records.batches.find('b')).toMatchObject({ status: 'ended', tasks: [{ status: 'dead', spend: { calls: 2 } }, { status: 'succeeded', spend: { calls: 0 } }] });
      await records.tasks.reopen('b/0', T + 6);
      expect(await records.runs.journalled('b/0', 's', 'r')).toEqual({ text: 'x' });
      await records.runs.finish(await claim('b/0', T + 6), { status: 'succeeded', result: {} }, T + 6, { ...last, charges: [] });
      expect((await records.tasks.events('b/0', 4)).map(({ seq, type }) => [seq, type])).toEqual([
        [5, 'task-accepted'], [6, 'task-started'], [7, 'model-answered'], [8, 'task-succeeded'],
      ]);
    });

    test('when the lease is lost, of an end with an entry only the charges stay', async () => {
      await records.batches.accept(newBatch('b'), T);
      const stale = await claim('b/0');
      const run = await claim('b/0', T + 1_000);
      const last = { entry: { step: 's', requestHash: 'r', value: 1, event: { type: 'model-answered' as const, data: {} } }, charges: [charge] };
      await expect(records.runs.finish(stale, { status: 'succeeded', result: {} }, T, last)).rejects.toMatchObject({ code: 'lease_lost' });
      expect(await records.runs.journalled('b/0', 's', 'r')).toBeUndefined();
      expect(await records.runs.spend('b/0')).toMatchObject({ calls: 1 });
      expect((await records.tasks.events('b/0', 0)).map(({ type }) => type)).toEqual(['task-accepted', 'task-started', 'task-started']);
      await records.runs.finish(run, { status: 'succeeded', result: {} }, T + 1_000, last);
      expect(await records.runs.spend('b/0')).toMatchObject({ calls: 2 });
    });

    test('an unknown cost makes the sum unknown, and counts against a limit with its worst case', async () => {
      await records.batches.accept(newBatch('b'), T);
      await records.runs.charge('b/0', [charge, { ...charge, costUsd: null, costStatus: 'unknown', worstCaseUsd: 0.000000002 }], T);
      expect(await records.runs.spend('b/0')).toMatchObject({ costUsd: null, costStatus: 'unknown', calls: 2 });
      expect(await records.runs.committedCostUsd('b/0')).toBe(0.000000003);
      expect(await records.runs.spend('b/1')).toMatchObject({ costUsd: 0, costStatus: 'free', calls: 0 });
    });

    test('events of a task are numbered without a gap', async () => {
      await records.batches.accept(newBatch('b'), T);
      const run = await claim('b/0');
      await Promise.all(['x', 'y', 'z'].map((message) => records.runs.event(run, 'progress', { message }, T)));
      await records.runs.finish(run, { status: 'succeeded', result: {} }, T);
      expect((await records.tasks.events('b/0', 0)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      expect((await records.tasks.events('b/0', 5)).map(({ type }) => type)).toEqual(['task-succeeded']);
    });

    test('a receipt belongs to one task while it runs, then to another, then it is done', async () => {
      await records.batches.accept(newBatch('b'), T);
      const [first, second] = [await claim('b/0'), await claim('b/1')];
      expect(await records.receipts.reserve(first, 'key', T)).toEqual({ state: 'reserved' });
      expect(await records.receipts.reserve(second, 'key', T)).toEqual({ state: 'busy', taskId: 'b/0' });
      await records.runs.release(first, T);
      expect(await records.receipts.reserve(second, 'key', T)).toEqual({ state: 'reserved' });
      await records.receipts.complete(second, 'key', { id: 3 }, T);
      expect(await records.receipts.reserve(second, 'key', T)).toEqual({ state: 'done', result: { id: 3 } });
    });

    test('what should be in the queue is found page by page', async () => {
      await records.batches.accept(newBatch('a'), T);
      await records.batches.accept(newBatch('b'), T + 10);
      await claim('a/0');
      const page = async (afterId: string, now: number) =>
        (await records.tasks.runnable({ dueBefore: now - 5, leaseEndsBefore: now, afterId, limit: 2 })).map(({ id }) => id);
      expect(await page('', T + 10)).toEqual(['a/1']);
      expect(await page('', T + 1_000)).toEqual(['a/0', 'a/1']);
      expect(await page('a/1', T + 1_000)).toEqual(['b/0', 'b/1']);
      const leased = await records.tasks.runnable({ dueBefore: 0, leaseEndsBefore: Number.MAX_SAFE_INTEGER, afterId: '', limit: 9 });
      expect(leased).toEqual([{ id: 'a/0', agent: 'smith', at: T + 1_000 }]);
      expect(await records.tasks.overdue(T + 60_000, 9)).toEqual([{ id: 'a/1', deadlineMs: 60_000, lastError: null }]);
    });

    test('those who watch hear what happened here at once, and what, or that something, happened elsewhere', async () => {
      const other = await bench.open();
      const changes: Change[] = [];
      const elsewhere = Promise.withResolvers<void>();
      records.watch((change) => void changes.push(change));
      const unwatch = other.watch((change) => ['elsewhere', 'batch-ended'].includes(change.type) && elsewhere.resolve());
      await records.batches.accept(newBatch('b'), T);
      await records.tasks.endQueued('b/0', { status: 'cancelled', error: { code: 'task_cancelled', kind: 'user', message: '' } }, T);
      await finish('b/1');
      expect(changes).toContainEqual({ type: 'task', taskId: 'b/0' });
      expect(changes.at(-1)).toEqual({ type: 'batch-ended', batchId: 'b' });
      await elsewhere.promise;
      unwatch();
    });
  });
}
