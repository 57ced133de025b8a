import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createPostgresRecords } from '../../agent-runtime/src/stores/records/postgres.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { everyWrite } from './every-write.ts';
import { fillHistory } from './history.ts';
import { T } from './records-cases.ts';

const HISTORY = 30_000;
const TIMES = 12;
const missing = postgresMissing();
const onPostgres = missing === null ? test : test.skip;

let server: PostgresServer;
let client: pg.Client;
beforeAll(async () => {
  if (missing !== null) return;
  server = await startPostgres({ fsync: 'off' });
  client = new pg.Client({ connectionString: server.url });
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await server?.stop();
});

interface Reads {
  readonly sequential: number;
  readonly byIndex: number;
}

/** Rows read of all tables, once every other connection has reported what it did. */
async function reads(): Promise<Reads> {
  for (;;) {
    const others = await client.query(`SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
    if (others.rows.length === 0) break;
  }
  const { rows } = await client.query<Reads>(`SELECT sum(seq_tup_read)::float8 AS sequential, sum(idx_tup_fetch)::float8 AS "byIndex" FROM pg_stat_user_tables`);
  return rows[0]!;
}

onPostgres(`what a task and the sweepers read does not grow with history (${missing ?? `${HISTORY} tasks`})`, async () => {
  await (await createPostgresRecords({ url: server.url })).close();
  await fillHistory(server.url, HISTORY, T);
  const before = await reads();
  const records = await createPostgresRecords({ url: server.url });
  await everyWrite(records, T, TIMES);
  await records.close();
  const after = await reads();
  expect(after.sequential - before.sequential).toBeLessThan(HISTORY / 2);
  expect((after.byIndex - before.byIndex) / TIMES).toBeLessThan(1_000);
});

onPostgres('the count of ended tasks reads history once, and adds what ends here', async () => {
  const records = await createPostgresRecords({ url: server.url });
  const first = await records.tasks.counts();
  expect(first.succeeded).toBeGreaterThan(HISTORY / 2);
  expect(first.dead).toBe(HISTORY / 1_000);
  await records.batches.accept({
    id: 'counted', tenant: 't', idempotencyKey: null, requestHash: 'h', callbackUrl: null,
    tasks: [{ id: 'counted/0', agent: 'a', operation: 'o', input: {}, options: { deadlineMs: 60_000, maxAttempts: 1 } as never }],
  }, T);
  expect((await records.tasks.counts()).queued).toBe(first.queued + 1);
  await records.tasks.endQueued('counted/0', { status: 'cancelled', error: { code: 'task_cancelled', kind: 'user', message: '' } }, T);
  expect(await records.tasks.counts()).toEqual({ ...first, cancelled: first.cancelled + 1 });
  await records.close();
});
