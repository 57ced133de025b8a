import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createServerClock } from '../../agent-runtime/src/stores/postgres/server-clock.ts';
import type { Claim, Records } from '../../agent-runtime/src/stores/records/records.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { postgresBench } from './postgres-bench.ts';
import { newBatch } from './records-cases.ts';

const TWO_MINUTES = 120_000;
const LEASE_MS = 1_000;
const missing = postgresMissing();
const onPostgres = missing === null ? test : test.skip;

let server: PostgresServer;
beforeAll(async () => { if (missing === null) server = await startPostgres(); });
afterAll(async () => { await server?.stop(); });

const claim = (records: Records, owner: string): Promise<Claim> =>
  records.runs.claim('b/0', { owner, leaseUntil: records.now() + LEASE_MS }, records.now());

onPostgres.each([['ahead', TWO_MINUTES, 0], ['behind', 0, TWO_MINUTES]])(
  'a worker whose clock is two minutes %s has its lease for its time, renewed or not, and no longer', async (_name, holderAhead, otherAhead) => {
    const bench = await postgresBench(server);
    const [holder, other] = [await bench.open(holderAhead), await bench.open(otherAhead)];
    expect(Math.abs(holder.now() - other.now())).toBeLessThan(1_000);
    await holder.batches.accept(newBatch('b'), holder.now());
    expect(await claim(holder, 'holder')).toMatchObject({ outcome: 'claimed', task: { fence: 1 } });
    const early = await claim(other, 'other');
    expect(early.outcome).toBe('later');
    if (early.outcome === 'later') expect(early.at - other.now()).toBeLessThanOrEqual(LEASE_MS);
    // As long as three leases, of which two are over.
    const renewedUntil = performance.now() + 3 * LEASE_MS;
    let died = 0;
    while (performance.now() < renewedUntil) {
      died = performance.now();
      expect(await holder.runs.renew('holder', holder.now() + LEASE_MS)).toHaveLength(1);
      expect((await claim(other, 'other')).outcome).toBe('later');
    }
    let taken: Claim;
    do taken = await claim(other, 'other'); while (taken.outcome === 'later');
    expect(taken).toMatchObject({ outcome: 'claimed', task: { fence: 2, interruptions: 1 } });
    expect(performance.now() - died).toBeGreaterThan(LEASE_MS - 150);
    expect(performance.now() - died).toBeLessThan(LEASE_MS + 1_000);
    await bench.close();
  });

test('the server\'s clock is followed when it is set, but not for what a slow answer makes of it', async () => {
  let host = 1_000_000;
  let ahead = 5_000;
  let answerMs = 2;
  const clock = await createServerClock(async () => {
    host += answerMs;
    return host + ahead - answerMs / 2;
  }, () => host);
  expect(clock.now() - host).toBe(5_000);
  const measured = async () => {
    host += 31_000;
    clock.now();
    await new Promise(setImmediate);
    return clock.now() - host;
  };
  answerMs = 3_000;
  ahead = 6_000;
  expect(await measured()).toBe(5_000);
  answerMs = 2;
  expect(await measured()).toBe(6_000);
});
