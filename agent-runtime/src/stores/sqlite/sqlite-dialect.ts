import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { SqliteDialect, type DatabaseConnection, type Dialect, type Driver } from 'kysely';
import { kyselyDatabase } from './kysely-database.ts';
import { isBusy, storeError } from './store-error.ts';

const LONGEST_WAIT_MS = 5_000;
const PAUSE_MS = 2;

/**
 * Kysely's SQLite dialect over `node:sqlite`. Another process that writes is waited for without blocking the event loop,
 * which SQLite's own busy timeout would do.
 */
export function sqliteDialect(database: DatabaseSync): Dialect {
  database.exec('PRAGMA busy_timeout = 0');
  const dialect = new SqliteDialect({ database: kyselyDatabase(database) });
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (kysely) => dialect.createIntrospector(kysely),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => patient(database, dialect.createDriver()),
  };
}

function patient(database: DatabaseSync, driver: Driver): Driver {
  const connections = new WeakMap<DatabaseConnection, DatabaseConnection>();
  return {
    init: () => driver.init(),
    async acquireConnection() {
      const connection = await driver.acquireConnection();
      let waiting = connections.get(connection);
      if (!waiting) {
        connections.set(connection, waiting = {
          executeQuery: (query) => waitWhileBusy(() => connection.executeQuery(query)),
          streamQuery: (query, size) => connection.streamQuery(query, size),
        });
      }
      return waiting;
    },
    beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    async rollbackTransaction(connection) {
      // A full disk makes SQLite roll back by itself; a second rollback would hide why.
      if (database.isTransaction) await driver.rollbackTransaction(connection);
    },
    releaseConnection: (connection) => driver.releaseConnection(connection),
    destroy: () => driver.destroy(),
  };
}

async function waitWhileBusy<Result>(query: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await query();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw storeError(error);
      await pause(PAUSE_MS);
    }
  }
}
