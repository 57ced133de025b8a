import { open, type FileHandle } from 'node:fs/promises';
import { storeError } from './store-error.ts';

/** Brings commits to the disk without blocking the event loop, many with one sync. */
export interface CommitSync {
  /** Resolves when all that was committed before the call survives a power failure. */
  settled(): Promise<void>;
  /** Before the database is closed. */
  close(): Promise<void>;
}

/**
 * For a database in WAL mode with `synchronous = normal`, whose commits are written to the log at once and synced by us.
 * SQLite's own `full` syncs in the middle of the commit and stops the process for as long as the disk takes.
 */
export function createCommitSync(databaseFile: string): CommitSync {
  let log: Promise<FileHandle> | undefined;
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function sync(): Promise<void> {
    // The log exists from the first commit on and is kept as long as a connection is open. Windows syncs only what is writable.
    log ??= open(`${databaseFile}-wal`, 'r+');
    try {
      await (await log).datasync();
    } catch (error) {
      throw storeError(error);
    }
  }

  function start(): Promise<void> {
    next = undefined;
    const running = sync().finally(() => {
      if (current === running) current = undefined;
    });
    return current = running;
  }

  return {
    // A sync under way may have begun before the caller's commit: the caller waits for the one after it.
    settled: () => (current ? next ??= current.then(start, start) : start()),
    async close() {
      await Promise.allSettled([current, next]);
      await (await log)?.close();
    },
  };
}
