import { sql } from 'kysely';
import { storeError } from '../../sqlite/store-error.ts';
import type { Change, Records } from '../records.ts';
import type { Commits } from './commits.ts';
import { batchRecords } from './batches.ts';
import { callbackRecords } from './callbacks.ts';
import { receiptRecords } from './receipts.ts';
import { routingRecords } from './routing.ts';
import { runRecords } from './runs.ts';
import { taskRecords } from './tasks.ts';
import type { Database } from './tables.ts';

export interface SqlRecordsOptions {
  readonly database: Database;
  /** Calls back when another process may have written. */
  readonly watchElsewhere: (listener: () => void) => () => void;
  /** Resolves when all commits so far survive a power failure. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Records in any SQL database that Kysely speaks to. */
export function createSqlRecords({ database, watchElsewhere, settled, close }: SqlRecordsOptions): Records {
  const listeners = new Set<(change: Change) => void>();
  let unwatch: (() => void) | undefined;

  function announce(...changes: readonly Change[]): void {
    for (const change of changes) for (const listener of [...listeners]) listener(change);
  }

  const commits: Commits = { announce, settled };
  return {
    batches: batchRecords(database, commits),
    tasks: taskRecords(database, commits),
    runs: runRecords(database, commits),
    receipts: receiptRecords(database, commits),
    callbacks: callbackRecords(database),
    routing: routingRecords(database),
    watch(listener) {
      listeners.add(listener);
      unwatch ??= watchElsewhere(() => announce({ type: 'elsewhere' }));
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        unwatch?.();
        unwatch = undefined;
      };
    },
    async ping() {
      try {
        await sql`SELECT 1`.execute(database);
      } catch (error) {
        throw storeError(error);
      }
    },
    close,
  };
}
