import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Kysely } from 'kysely';
import pg from 'pg';
import { createPostgresRecords } from '../../agent-runtime/src/stores/records/postgres.ts';
import { migrate } from '../../agent-runtime/src/stores/records/sql/migrations.ts';
import type { Tables } from '../../agent-runtime/src/stores/records/sql/tables.ts';
import { postgresDialect } from '../../agent-runtime/src/stores/postgres/postgres-dialect.ts';
import { postgresSettings } from '../../agent-runtime/src/stores/postgres/postgres-options.ts';
import { createPool } from '../../agent-runtime/src/stores/postgres/postgres-pool.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { newBatch, T } from './records-cases.ts';

const missing = postgresMissing();
const onPostgres = missing === null ? test : test.skip;

let server: PostgresServer;
let url: string;
let client: pg.Client;
beforeAll(async () => { if (missing === null) server = await startPostgres(); });
beforeEach(async () => {
  if (missing !== null) return;
  url = await server.createSchema();
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterEach(async () => { await client?.end(); });
afterAll(async () => { await server?.stop(); });

async function migrateTo(name: string): Promise<void> {
  const settings = postgresSettings({ url });
  const database = new Kysely<Tables>({ dialect: postgresDialect(await createPool(settings), settings.server) });
  await migrate(database, name);
  await database.destroy();
}

const names = async () => (await client.query<{ name: string }>('SELECT name FROM migrations ORDER BY name')).rows.map(({ name }) => name);
const tables = async () => (await client.query(`SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace`)).rows.length;

onPostgres('processes that start at once on an older schema bring it up to date once, and find what was there', async () => {
  await migrateTo('001-tasks');
  await client.query(`
    INSERT INTO batches VALUES ('b', 'web', NULL, 'h', NULL, 1000, NULL, 1);
    INSERT INTO tasks VALUES ('t', 'b', 0, 'cto', 'ask', 'running', 2, 5, 0, 1000, 1000, NULL, 1000, 9000, 2, 'me', 2000, 0, 1, NULL, NULL, NULL, NULL);
    INSERT INTO inputs VALUES ('t', '{}', '{}');
    INSERT INTO ledger VALUES (7, 't', 1500, 's', 1, 'a/one', 'a', 0, 1, 2, 3, 4, 5, 6, 250000000, 250000000, 'known', 1.5, NULL)`);
  const opened = await Promise.all([1, 2, 3, 4].map(() => createPostgresRecords({ url, poolSize: 2 })));
  for (const records of opened) expect(await records.runs.spend('t')).toMatchObject({ calls: 1, costUsd: 0.25 });
  await Promise.all(opened.map((records) => records.close()));
  expect(new Set(await names()).size).toBe((await names()).length);
});

onPostgres('a migration that fails half-way leaves nothing behind, and is done at the next start', async () => {
  await migrateTo('002-routing');
  await client.query('CREATE TABLE receipts_by_time (obstacle TEXT)');
  const before = await tables();
  await expect(createPostgresRecords({ url })).rejects.toThrow('receipts_by_time');
  expect(await tables()).toBe(before);
  expect(await names()).toEqual(['001-tasks', '002-routing']);
  await client.query('DROP TABLE receipts_by_time');
  await (await createPostgresRecords({ url })).close();
  expect(await names()).toContain('003-growth');
});

onPostgres('the previous version works on beside a process that brings the schema up to date', async () => {
  const old = await createPostgresRecords({ url, poolSize: 8 });
  await old.batches.accept(newBatch('a'), T);
  const run = await old.runs.claim('a/0', { owner: 'me', leaseUntil: T + 1_000 }, T);
  if (run.outcome !== 'claimed') throw new Error(run.outcome);
  // Until each connection has prepared what it asks.
  const ask = () => Promise.all(Array.from({ length: 24 }, async () => [await old.tasks.find('a/0'), await old.receipts.reserve(run.task, 'key', T)]));
  const before = await ask();
  await client.query(`ALTER TABLE receipts ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'`);
  await client.query(`INSERT INTO migrations (name) VALUES ('999-adds-something'); ALTER TABLE tasks ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'`);
  expect(await ask()).toEqual(before);
  const younger = await createPostgresRecords({ url });
  await old.batches.accept(newBatch('b'), T);
  const claimed = await younger.runs.claim('b/0', { owner: 'me', leaseUntil: T + 1 }, T);
  if (claimed.outcome !== 'claimed') throw new Error(claimed.outcome);
  await old.runs.finish(claimed.task, { status: 'succeeded', result: {} }, T);
  expect((await younger.tasks.find('b/0'))!.status).toBe('succeeded');
  await Promise.all([old.close(), younger.close()]);
});

onPostgres('a schema that a newer version has changed too much is refused, with what to do', async () => {
  await (await createPostgresRecords({ url })).close();
  await client.query(`INSERT INTO migrations (name, breaking) VALUES ('999-turns-all-over', 1)`);
  await expect(createPostgresRecords({ url })).rejects.toMatchObject({
    code: 'store_unavailable', message: expect.stringMatching(/999-turns-all-over.*Start the newer version again, or restore the backup/),
  });
});

onPostgres('a database that has tables of somebody else is left as it is, and it is said what to do', async () => {
  await client.query('CREATE TABLE tasks (id TEXT)');
  const before = await tables();
  await expect(createPostgresRecords({ url, poolSize: 2 })).rejects.toMatchObject({
    code: 'store_unavailable', message: expect.stringMatching(/AIOS_POSTGRES_URL has tables that this runtime did not make.*"tasks" already exists.*a database of its own/),
  });
  expect(await tables()).toBe(before);
});
