import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

export interface HostLock {
  release(): void;
}

const TRY_EVERY_MS = 50;

/**
 * Takes a lock that one process of the host holds at a time, or answers null when another one has it. SQLite's write lock on an
 * empty database: the kernel frees it when its holder dies, however it dies and in whatever container, so there is no pid or
 * lease to judge.
 */
export function tryLock(file: string): HostLock | null {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    // 5: SQLITE_BUSY.
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === 5) return null;
    throw error;
  }
  let held = true;
  return {
    release() {
      if (held) database.close();
      held = false;
    },
  };
}

/** Waits until the lock is free. Throws the signal's reason. */
export async function waitForLock(file: string, signal?: AbortSignal): Promise<HostLock> {
  for (;;) {
    signal?.throwIfAborted();
    const lock = tryLock(file);
    if (lock) return lock;
    await pause(TRY_EVERY_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}
