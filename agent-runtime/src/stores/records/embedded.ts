import { join } from 'node:path';
import { Kysely } from 'kysely';
import { storeError } from '../sqlite/store-error.ts';
import { createCommitSync } from '../sqlite/commit-sync.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { sqliteDialect } from '../sqlite/sqlite-dialect.ts';
import { watchForeignCommits } from '../sqlite/foreign-commits.ts';
import { createBackgroundWriter } from '../sqlite/background-writer.ts';
import { keepInserts } from './sql/routing-keep.ts';
import { createSqlRecords } from './sql/sql-records.ts';
import { migrate } from './sql/migrations.ts';
import type { Tables } from './sql/tables.ts';
import type { Records } from './records.ts';

/** Pages of the write-ahead log from which on a commit of this thread brings them into the database itself. */
const CHECKPOINT_PAGES = 4_000;

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
  // The thread that writes decisions does it sooner, where the disk stops nobody.
  sqlite.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  let closed = false;
  const background = createBackgroundWriter(file);
  const records = createSqlRecords({
    database,
    watchOthers: (listener) => foreign.listen(() => listener({ type: 'elsewhere' })),
    now: Date.now,
    settled: sync.settled,
    async close() {
      if (closed) return;
      closed = true;
      foreign.close();
      await background.close();
      await sync.close();
      await database.destroy();
    },
  });
  return {
    ...records,
    routing: {
      ...records.routing,
      /** Nobody waits for it, and there can be thousands a second: not on the thread that answers them. */
      async keep(decisions) {
        if (decisions.length === 0) return;
        const rows = decisions.reduce((sum, { charges }) => sum + 1 + charges.length, 0);
        // Some are there already, which is rare: the usual way leaves out just those.
        if (!await background.write(keepInserts(database, decisions), rows)) await records.routing.keep(decisions);
      },
    },
  };
}
