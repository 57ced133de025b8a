import { join } from 'node:path';
import { Kysely } from 'kysely';
import { storeError } from '../sqlite/store-error.ts';
import { createCommitSync } from '../sqlite/commit-sync.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { sqliteDialect } from '../sqlite/sqlite-dialect.ts';
import { watchForeignCommits } from '../sqlite/foreign-commits.ts';
import { createSqlRecords } from './sql/sql-records.ts';
import { migrate } from './sql/migrations.ts';
import type { Tables } from './sql/tables.ts';
import type { Records } from './records.ts';

export interface EmbeddedRecordsOptions {
  /** Folder of the database file; several processes on one machine may share it. */
  readonly folder: string;
}

/**
 * Records in a SQLite file, brought up to date. Every commit survives the death of the process; what was accepted, reserved
 * or ended survives a power failure before anybody is told.
 */
export async function createEmbeddedRecords(options: EmbeddedRecordsOptions): Promise<Records> {
  const file = join(options.folder, 'records.db');
  const sqlite = openDatabase(file);
  const sync = createCommitSync(file);
  const database = new Kysely<Tables>({ dialect: sqliteDialect(sqlite) });
  const foreign = watchForeignCommits(sqlite);
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw storeError(error);
  }
  let closed = false;
  return createSqlRecords({
    database,
    watchOthers: (listener) => foreign.listen(() => listener({ type: 'elsewhere' })),
    now: Date.now,
    settled: sync.settled,
    async close() {
      if (closed) return;
      closed = true;
      foreign.close();
      await sync.close();
      await database.destroy();
    },
  });
}
