import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Kysely } from 'kysely';
import { migrate } from '../../../../agent-runtime/src/stores/records/sql/migrations.ts';
import { createSqlRecords } from '../../../../agent-runtime/src/stores/records/sql/sql-records.ts';
import type { Tables } from '../../../../agent-runtime/src/stores/records/sql/tables.ts';
import { openDatabase } from '../../../../agent-runtime/src/stores/sqlite/open-database.ts';
import { sqliteDialect } from '../../../../agent-runtime/src/stores/sqlite/sqlite-dialect.ts';
import { everyWrite } from '../../../contract/every-write.ts';
import { T } from '../../../contract/records-cases.ts';

test('SQLite reads nothing of a task, and nothing that sweepers look for, without an index', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'aios-plans-'));
  const sqlite = openDatabase(join(folder, 'records.db'));
  const statements = new Set<string>();
  const database = new Kysely<Tables>({
    dialect: sqliteDialect(sqlite), log: (event) => void statements.add(event.query.sql),
  });
  await migrate(database);
  statements.clear();
  const records = createSqlRecords({ database, watchOthers: () => () => undefined, now: () => T, settled: async () => undefined, close: () => database.destroy() });
  await everyWrite(records, T, 1);
  const plans = [...statements].filter((text) => /^(select|update|delete)/i.test(text)).map((text) => ({
    text, plan: sqlite.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array.from({ length: text.split('?').length - 1 }, () => 1)).map((row) => String(row['detail'])),
  }));
  await records.close();
  await rm(folder, { recursive: true });
  expect(plans.length).toBeGreaterThan(25);
  // Pages of a list walk along the key, and parts of the union are as long as a page.
  const scans = plans.filter(({ text, plan }) => !/order by "id" desc limit \?$/.test(text)
    && plan.some((step) => /^SCAN (?!queued$|running$)/.test(step) && !step.includes('_not_')));
  expect(scans).toEqual([]);
  const open = plans.filter(({ text }) => /"(lease_until|deadline_at)" <=|where "lease_owner" =/.test(text));
  expect(open).toHaveLength(3);
  for (const { plan } of open) expect(plan.join()).toContain('tasks_not_succeeded (status=?');
});
