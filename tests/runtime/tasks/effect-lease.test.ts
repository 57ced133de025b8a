import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Records } from '../../../agent-runtime/src/stores/records/records.ts';
import { createWorkshop, gate, requestOf, testClock, type Workshop } from './workshop.ts';

const LEASE_MS = 3_000;
let clock: ReturnType<typeof testClock>;
let workshop: Workshop;
beforeEach(async () => {
  clock = testClock();
  workshop = await createWorkshop({ now: clock.now, leaseMs: LEASE_MS });
});
afterEach(() => workshop.close());

/** The records of a process that cannot renew: those of its connections that would are dead. */
function cutOff(records: Records): Records {
  return { ...records, runs: { ...records.runs, renew: () => new Promise(() => undefined) } };
}

test('a worker whose lease may have ended does nothing outward any more', async () => {
  const posted: string[] = [];
  const looked = gate();
  const found = gate();
  let run = 0;
  workshop.onWork(async (_input, { effect }) => {
    const number = run += 1;
    await effect({
      key: 'post',
      async find() {
        if (number > 1) return posted[0] ?? null;
        // Its question was answered before the other worker posted, and the answer is long on its way.
        looked.resolve();
        await found.promise;
        return null;
      },
      async perform() {
        posted.push(`run ${number}`);
        return `run ${number}`;
      },
    });
    return { said: `run ${number}` };
  });
  await workshop.worker({ records: cutOff(workshop.records) });
  const { id } = (await workshop.tasks.submit(requestOf(['a']), { tenant: 't' })).batch.tasks[0]!;
  await looked.promise;
  clock.advance(LEASE_MS);
  const other = await workshop.elsewhere();
  await workshop.worker({ records: other.records, queue: other.queue });
  expect(await workshop.tasks.task(id, { waitMs: 10_000 })).toMatchObject({ status: 'succeeded', result: { said: 'run 2' } });
  found.resolve();
  await workshop.close();
  expect(posted).toEqual(['run 2']);
});

test('a worker whose lease ends while it writes is stopped', async () => {
  const writing = gate();
  const stopped = gate<unknown>();
  workshop.onWork(async (_input, { effect, signal }) => {
    await effect({
      key: 'post',
      find: async () => null,
      async perform() {
        signal.addEventListener('abort', () => stopped.resolve(signal.reason));
        writing.resolve();
        throw await stopped.promise;
      },
    });
    return { said: 'never' };
  });
  await workshop.worker({ records: cutOff(workshop.records) });
  await workshop.tasks.submit(requestOf(['a']), { tenant: 't' });
  await writing.promise;
  clock.advance(LEASE_MS);
  expect(await stopped.promise).toMatchObject({ code: 'lease_lost' });
});

test('an effect that comes late in a lease is done once the lease is renewed', async () => {
  const posted: string[] = [];
  workshop.onWork(async ({ word }, { effect }) => {
    await effect({
      key: 'post',
      async find() {
        clock.advance(LEASE_MS - 1);
        return null;
      },
      async perform() {
        posted.push(word);
        return word;
      },
    });
    return { said: word };
  });
  await workshop.worker();
  const { id } = (await workshop.tasks.submit(requestOf(['a']), { tenant: 't' })).batch.tasks[0]!;
  expect(await workshop.tasks.task(id, { waitMs: 10_000 })).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(posted).toEqual(['a']);
});
