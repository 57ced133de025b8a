import { sql } from 'kysely';
import type { Change, Records } from '../records.ts';
import { acceptBatch } from './accept-batch.ts';
import { appendEvent } from './append-event.ts';
import { readBatch } from './read-batch.ts';
import { claimTask } from './claim-task.ts';
import type { Commits } from './commits.ts';
import { endTask } from './end-task.ts';
import { batchRecords } from './batches.ts';
import { callbackRecords } from './callbacks.ts';
import { createTaskCounts } from './counts.ts';
import { receiptRecords } from './receipts.ts';
import { retentionRecords } from './retention.ts';
import { routingRecords } from './routing.ts';
import { runRecords } from './runs.ts';
import { scheduleRecords } from './schedules.ts';
import { taskRecords } from './tasks.ts';
import type { Database } from './tables.ts';
import type { TaskWrites } from './task-writes.ts';

export interface SqlRecordsOptions {
  readonly database: Database;
  /** Default: statement by statement. */
  readonly writes?: TaskWrites;
  /** Calls back with what other processes have written. */
  readonly watchOthers: (listener: (change: Change) => void) => () => void;
  /** Tells other processes what this one has written. */
  readonly publish?: (changes: readonly Change[]) => void;
  /** The clock that all processes share. */
  readonly now: () => number;
  /** Resolves when all commits so far survive a power failure. */
  readonly settled: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Records in any SQL database that Kysely speaks to. */
export function createSqlRecords({ database, writes = stepwise(database), watchOthers, publish, now, settled, close }: SqlRecordsOptions): Records {
  const listeners = new Set<(change: Change) => void>();
  let unwatch: (() => void) | undefined;

  function announce(...changes: readonly Change[]): void {
    tell(changes);
    publish?.(changes);
  }

  function tell(changes: readonly Change[]): void {
    for (const change of changes) for (const listener of [...listeners]) listener(change);
  }

  const counts = createTaskCounts(database);
  const commits: Commits = { announce, settled, ended: counts.ended };
  return {
    batches: batchRecords(database, writes, commits),
    tasks: taskRecords(database, writes, commits, counts),
    runs: runRecords(database, writes, commits),
    receipts: receiptRecords(database, commits),
    callbacks: callbackRecords(database),
    routing: routingRecords(database),
    schedules: scheduleRecords(database, commits),
    retention: retentionRecords(database),
    now,
    watch(listener) {
      listeners.add(listener);
      unwatch ??= watchOthers((change) => tell([change]));
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        unwatch?.();
        unwatch = undefined;
      };
    },
    async ping() {
      await sql`SELECT 1`.execute(database);
    },
    close,
  };
}

function stepwise(database: Database): TaskWrites {
  return { accept: acceptBatch(database), claim: claimTask(database), end: endTask(database), append: appendEvent(database), readBatch: readBatch(database) };
}
