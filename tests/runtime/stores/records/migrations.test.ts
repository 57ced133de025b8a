import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Kysely } from 'kysely';
import { createEmbeddedRecords } from '../../../../agent-runtime/src/stores/records/embedded.ts';
import { migrate } from '../../../../agent-runtime/src/stores/records/sql/migrations.ts';
import type { Tables } from '../../../../agent-runtime/src/stores/records/sql/tables.ts';
import { openDatabase } from '../../../../agent-runtime/src/stores/sqlite/open-database.ts';
import { sqliteDialect } from '../../../../agent-runtime/src/stores/sqlite/sqlite-dialect.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'aios-migration-')); });
afterEach(() => rm(folder, { recursive: true }));

/** A file as the first version left it, with a task that has spent. */
async function makeFirstVersion(): Promise<void> {
  const sqlite = openDatabase(join(folder, 'records.db'));
  const database = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) });
  await migrate(database, '001-tasks');
  sqlite.exec(`
    INSERT INTO batches VALUES ('b', 'web', NULL, 'h', NULL, 1000, NULL, 1);
    INSERT INTO tasks VALUES ('t', 'b', 0, 'cto', 'ask', 'running', 2, 5, 0, 1000, 1000, NULL, 1000, 9000, 2, 'me', 2000, 0, 1, NULL, NULL, NULL, NULL);
    INSERT INTO inputs VALUES ('t', '{}', '{}');
    INSERT INTO ledger VALUES (7, 't', 1500, 's', 1, 'a/one', 'a', 0, 1, 2, 3, 4, 5, 6, 250000000, 250000000, 'known', 1.5, NULL);
    INSERT INTO ledger VALUES (9, 't', 1600, 's', 2, 'a/one', 'a', 0, 10, 0, 0, 0, 50, 0, NULL, 500000000, 'unknown', 2.5, 'model_stream_cut');`);
  await database.destroy();
}

test('the ledger of the first version is kept, with the key and agent of its tasks', async () => {
  await makeFirstVersion();
  const records = await createEmbeddedRecords({ folder });
  expect(await records.runs.spend('t')).toEqual({
    models: ['a/one'], calls: 2, costUsd: null, costStatus: 'unknown', offline: false,
    usage: { input: 11, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 55, reasoning: 6 },
  });
  expect(await records.runs.committedCostUsd('t')).toBe(0.75);
  expect(await records.routing.spend({ from: 0, to: 9_000, groupBy: ['tenant', 'agent', 'workflow', 'task'] })).toMatchObject([{
    group: { tenant: 'web', agent: 'cto', workflow: null, task: 't' }, calls: 2, failedCalls: 1, costUsd: 0.25, unknownCostCalls: 1, worstCaseUsd: 0.5,
  }]);
  await records.close();
  await (await createEmbeddedRecords({ folder })).close();
  const sqlite = new DatabaseSync(join(folder, 'records.db'));
  expect(sqlite.prepare('SELECT name FROM migrations ORDER BY name').all().map((row) => row['name']).slice(0, 2)).toEqual(['001-tasks', '002-routing']);
  expect(sqlite.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  expect(sqlite.prepare('SELECT id FROM ledger').all().map((row) => row['id'])).toEqual([7, 9]);
  sqlite.close();
});

test('processes that start at once on a file of the first version migrate it once', async () => {
  await makeFirstVersion();
  const opened = await Promise.all([1, 2, 3].map(() => createEmbeddedRecords({ folder })));
  for (const records of opened) expect((await records.runs.spend('t')).calls).toBe(2);
  await Promise.all(opened.map((records) => records.close()));
});

test('a migration that fails half-way leaves nothing behind, and is done at the next start', async () => {
  await makeFirstVersion();
  const file = join(folder, 'records.db');
  const execute = (statement: string) => {
    const sqlite = new DatabaseSync(file);
    sqlite.exec(statement);
    sqlite.close();
  };
  const names = () => {
    const sqlite = new DatabaseSync(file);
    const found = sqlite.prepare("SELECT name FROM sqlite_schema UNION ALL SELECT name FROM migrations ORDER BY name").all().map((row) => row['name']);
    sqlite.close();
    return found;
  };
  execute('CREATE TABLE receipts_by_time (obstacle TEXT)');
  const before = names();
  await expect(createEmbeddedRecords({ folder })).rejects.toThrow('receipts_by_time');
  expect(names()).toEqual(before);
  execute('DROP TABLE receipts_by_time');
  await (await createEmbeddedRecords({ folder })).close();
  expect(names()).toContain('003-growth');
});

test('a newer schema is used where it only adds, and refused where an older version would spoil it', async () => {
  await (await createEmbeddedRecords({ folder })).close();
  const sqlite = new DatabaseSync(join(folder, 'records.db'));
  sqlite.exec("INSERT INTO migrations (name) VALUES ('999-adds-something')");
  await (await createEmbeddedRecords({ folder })).close();
  sqlite.exec("INSERT INTO migrations (name, breaking) VALUES ('999-turns-all-over', 1)");
  await expect(createEmbeddedRecords({ folder })).rejects.toMatchObject({
    code: 'store_unavailable', message: expect.stringMatching(/999-turns-all-over.*restore the backup/),
  });
  sqlite.close();
});

test('reports and lists are read through an index', async () => {
  await (await createEmbeddedRecords({ folder })).close();
  const sqlite = new DatabaseSync(join(folder, 'records.db'));
  const plan = (query: string) => sqlite.prepare(`EXPLAIN QUERY PLAN ${query}`).all(...Array.from({ length: query.split('?').length - 1 }, () => 1))
    .map((row) => row['detail']).join('; ');
  for (const column of ['model', 'tenant', 'team', 'agent', 'workflow']) {
    expect(plan(`SELECT SUM(output) FROM ledger WHERE at >= ? AND at < ? AND ${column} = ?`)).toContain('ledger_by_time');
  }
  expect(plan('SELECT SUM(output) FROM ledger WHERE at >= ? AND at < ? GROUP BY at / 86400000, agent')).toContain('ledger_by_time');
  expect(plan('SELECT * FROM ledger WHERE task_id = ? ORDER BY id')).toContain('ledger_by_task');
  expect(plan('SELECT * FROM ledger WHERE task_id IN (?, ?) ORDER BY id')).toContain('ledger_by_task');
  expect(plan('SELECT decision FROM decisions WHERE tenant = ? AND (at, id) < (SELECT at, id FROM decisions WHERE id = ?) ORDER BY at DESC, id DESC LIMIT 5'))
    .toContain('decisions_by_tenant (tenant=? AND at<?)');
  expect(plan('SELECT decision FROM decisions WHERE id < (SELECT id FROM decisions WHERE id = ?) ORDER BY id DESC LIMIT 5'))
    .toContain('sqlite_autoindex_decisions_1 (id<?)');
  expect(plan('SELECT decision FROM decisions WHERE task = ? ORDER BY at DESC, id DESC LIMIT 5')).toContain('decisions_by_task');
  sqlite.close();
});
