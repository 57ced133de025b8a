import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Charge, ClaimedTask, Records } from '../../agent-runtime/src/stores/records/records.ts';
import { charge, newBatch, T, type RecordsBench } from './records-cases.ts';
import { kept } from './routing-records-cases.ts';

const PROCESSES = 4;

/** What every driver of the records must do when several processes do the same at once. */
export function describeRacingRecords(name: string, createBench: () => Promise<RecordsBench>): void {
  describe(name, () => {
    let bench: RecordsBench;
    let all: readonly Records[];
    let records: Records;
    beforeEach(async () => {
      bench = await createBench();
      all = await Promise.all(Array.from({ length: PROCESSES }, () => bench.open()));
      records = all[0]!;
    });
    afterEach(() => bench.close());

    const each = <Result>(work: (records: Records, index: number) => Promise<Result>) => Promise.all(all.map(work));
    const lease = (index: number, leaseUntil = T + 1_000) => ({ owner: `worker-${index}`, leaseUntil });
    const taskIds = (count: number) => Array.from({ length: count }, (_, index) => `b/${index.toString().padStart(3, '0')}`);
    const acceptMany = (count: number, callbackUrl: string | null = null) => records.batches.accept(
      newBatch('b', { callbackUrl, tasks: taskIds(count).map((id) => ({ ...newBatch('b').tasks[0]!, id })) }), T);

    async function claim(id: string, by = records, now = T): Promise<ClaimedTask> {
      const claimed = await by.runs.claim(id, lease(0, now + 1_000), now);
      if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
      return claimed.task;
    }

    test('one of those who use a key at once creates the batch, and the others find it', async () => {
      for (let round = 0; round < 10; round += 1) {
        const answers = await each((one, index) => one.batches.accept(newBatch(`${round}/${index}`, { idempotencyKey: `k${round}` }), T));
        expect(answers.filter(({ created }) => created)).toHaveLength(1);
        expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
        expect((await records.batches.find(answers[0]!.id))!.tasks).toHaveLength(2);
      }
    });

    test('one of those who claim a task at once gets it, first and when its lease has ended', async () => {
      await acceptMany(20);
      for (const [round, now] of [T, T + 1_000].entries()) {
        for (const id of taskIds(20)) {
          const claims = await each((one, index) => one.runs.claim(id, lease(index, now + 1_000), now));
          const won = claims.flatMap((one) => (one.outcome === 'claimed' ? [one.task] : []));
          expect(won).toMatchObject([{ fence: round + 1, attempt: 1, interruptions: round }]);
        }
      }
      expect((await records.tasks.events('b/000', 0)).map(({ seq, data }) => [seq, data])).toEqual([
        [1, { batchId: 'b' }], [2, { attempt: 1 }], [3, { attempt: 1, takenOver: true }],
      ]);
    });

    test('a lease that is renewed while somebody claims its task is either taken or kept', async () => {
      await acceptMany(30);
      for (const id of taskIds(30)) {
        await records.runs.claim(id, { owner: id, leaseUntil: T }, T - 1);
        const [held, claimed] = await Promise.all([all[1]!.runs.renew(id, T + 5_000), all[2]!.runs.claim(id, lease(2), T)]);
        expect([held.length, claimed.outcome]).toEqual(claimed.outcome === 'claimed' ? [expect.any(Number), 'claimed'] : [1, 'later']);
        const now = await all[3]!.runs.claim(id, lease(3), T + 500);
        expect(now.outcome).toBe('later');
        expect(await records.runs.renew(id, T + 5_000)).toHaveLength(claimed.outcome === 'claimed' ? 0 : 1);
      }
    });

    test('a batch whose tasks end at once ends once, with one callback', async () => {
      for (let round = 0; round < 5; round += 1) {
        const ids = taskIds(12).map((id) => `${round}${id}`);
        await records.batches.accept(newBatch(`b${round}`, { callbackUrl: 'http://n8n.test/x', tasks: ids.map((id) => ({ ...newBatch('b').tasks[0]!, id })) }), T);
        const runs = await Promise.all(ids.slice(1).map((id) => claim(id)));
        await Promise.all([
          ...runs.map((run, index) => all[index % PROCESSES]!.runs.finish(run, { status: 'succeeded', result: {} }, T)),
          records.tasks.endQueued(ids[0]!, { status: 'cancelled', error: { code: 'task_cancelled', kind: 'user', message: '' } }, T),
        ]);
        expect(await records.batches.find(`b${round}`)).toMatchObject({ status: 'ended', callback: { status: 'pending', attempts: 0 } });
      }
      expect(await records.callbacks.counts()).toEqual({ pending: 5, failed: 0 });
    });

    test('a task ends once, whoever ends it', async () => {
      await acceptMany(20);
      for (const id of taskIds(20)) {
        const error = { code: 'task_cancelled', kind: 'user' as const, message: '' };
        const [ended, claimed] = await Promise.all([
          all[1]!.tasks.endQueued(id, { status: 'cancelled', error }, T), all[2]!.runs.claim(id, lease(2), T),
        ]);
        expect([ended, claimed.outcome]).toEqual(ended ? [true, 'gone'] : [false, 'claimed']);
        if (claimed.outcome !== 'claimed') continue;
        const finish = (one: Records) => one.runs.finish(claimed.task, { status: 'succeeded', result: {} }, T).then(() => 1, () => 0);
        expect((await each(finish)).reduce((sum: number, one) => sum + one, 0)).toBe(1);
      }
      expect(await records.batches.find('b')).toMatchObject({ status: 'ended' });
    });

    test('events of one run from all sides have numbers without a gap, and the ledger has each charge', async () => {
      await acceptMany(1);
      const run = await claim('b/000');
      const entry = (step: string) => ({ step, requestHash: 'h', value: 1, event: { type: 'model-answered' as const, data: { step } } });
      await each(async (one, index) => {
        for (let step = 0; step < 5; step += 1) await one.runs.journal(run, entry(`${index}/${step}`), [charge], T);
      });
      expect((await records.tasks.events('b/000', 0)).map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
      expect(await records.runs.spend('b/000')).toMatchObject({ calls: 20 });
    });

    test('one of those who reserve an effect at once may do it, first and after its holder is gone', async () => {
      await acceptMany(PROCESSES);
      for (let round = 0; round < 10; round += 1) {
        const runs = await each((_, index) => claim(taskIds(PROCESSES)[index]!, records, T + round * 2_000));
        const take = () => each((one, index) => one.receipts.reserve(runs[index]!, `key${round}`, T + round * 2_000));
        const first = await take();
        expect(first.filter(({ state }) => state === 'reserved')).toHaveLength(1);
        expect(first.filter(({ state }) => state === 'busy')).toHaveLength(PROCESSES - 1);
        const holder = first.findIndex(({ state }) => state === 'reserved');
        await records.runs.release(runs[holder]!, T + round * 2_000);
        const others = await Promise.allSettled(all.map((one, index) => one.receipts.reserve(runs[index]!, `key${round}`, T + round * 2_000)));
        expect(others.map((one) => (one.status === 'rejected' ? one.reason.code : one.value.state)).toSorted())
          .toEqual(['busy', 'busy', 'lease_lost', 'reserved']);
      }
    });

    test('a callback is taken once, however many look for one', async () => {
      for (let index = 0; index < 20; index += 1) {
        await records.batches.accept(newBatch(`b${index}`, { callbackUrl: 'http://n8n.test/x' }), T);
        for (const id of [`b${index}/0`, `b${index}/1`]) await records.runs.finish(await claim(id), { status: 'succeeded', result: {} }, T);
      }
      const taken: string[] = [];
      await each(async (one) => {
        for (let found = await one.callbacks.take(T, T + 50, 3); found.length > 0; found = await one.callbacks.take(T, T + 50, 3)) {
          expect(found.every(({ outcome }) => outcome.tasks.length === 2)).toBe(true);
          taken.push(...found.map(({ batchId }) => batchId));
        }
      });
      expect(taken).toHaveLength(20);
      expect(new Set(taken).size).toBe(20);
    });

    test('a task reopened while its batch ends leaves the batch open, or opens it again', async () => {
      for (let round = 0; round < 10; round += 1) {
        const id = `r${round}`;
        await records.batches.accept(newBatch(id, { callbackUrl: 'http://n8n.test/x' }), T);
        const [failed, last] = [await claim(`${id}/0`), await claim(`${id}/1`)];
        await records.runs.finish(failed, { status: 'failed', error: { code: 'internal', kind: 'bug', message: '' } }, T);
        const [, ...reopened] = await Promise.all([
          all[1]!.runs.finish(last, { status: 'succeeded', result: {} }, T), ...all.slice(2).map((one) => one.tasks.reopen(`${id}/0`, T)),
        ]);
        expect(reopened.filter(Boolean)).toHaveLength(1);
        expect(await records.batches.find(id)).toMatchObject({ status: 'running', callback: { status: 'waiting' } });
        await records.runs.finish(await claim(`${id}/0`), { status: 'succeeded', result: {} }, T);
        expect(await records.batches.find(id)).toMatchObject({ status: 'ended', callback: { status: 'pending' } });
      }
    });

    test('a decision that all keep at once is kept once, with its charges', async () => {
      const decisions = Array.from({ length: 40 }, (_, index) => kept(`d${index}`));
      await each((one, index) => one.routing.keep(index % 2 ? decisions : decisions.toReversed()));
      expect(await records.routing.spend({ from: 0, to: Number.MAX_SAFE_INTEGER, groupBy: [] })).toMatchObject([{ calls: 40 }]);
    });

    test('batches are forgotten once, while tasks of others are reopened and ended', async () => {
      for (let index = 0; index < 20; index += 1) {
        await records.batches.accept(newBatch(`b${index}`), T);
        for (const id of [`b${index}/0`, `b${index}/1`]) {
          await records.runs.finish(await claim(id), { status: 'failed', error: { code: 'internal', kind: 'bug', message: '' } }, T);
        }
      }
      const [forgotten, reopened] = await Promise.all([
        Promise.all(all.slice(0, 3).map(async (one) => {
          let sum = 0;
          for (let count = 1; count > 0; sum += count) count = await one.retention.forgetBatches(T + 1, 3);
          return sum;
        })),
        Promise.all(Array.from({ length: 20 }, (_, index) => all[3]!.tasks.reopen(`b${index}/1`, T))),
      ]);
      const kept = reopened.filter(Boolean).length;
      const left = await Promise.all(Array.from({ length: 20 }, (_, index) => records.batches.find(`b${index}`)));
      expect(left.filter(Boolean)).toHaveLength(kept);
      expect(forgotten.reduce((sum, one) => sum + one, 0)).toBe(20 - kept);
      expect(left.every((batch) => batch === null || batch.tasks.length === 2)).toBe(true);
    });

    test('charges that are not guarded are all kept', async () => {
      await acceptMany(1);
      const many: Charge[] = Array.from({ length: 10 }, () => charge);
      await each((one) => one.runs.charge('b/000', many, T));
      expect(await records.runs.spend('b/000')).toMatchObject({ calls: 40 });
    });
  });
}
