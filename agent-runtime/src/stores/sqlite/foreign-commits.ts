import type { DatabaseSync } from 'node:sqlite';

const POLL_MS = 100;

/** Tells when another process has committed to the database. It reads no table, so it costs next to nothing. */
export interface ForeignCommits {
  /** Polls while there is a listener, without keeping the process alive. */
  listen(listener: () => void): () => void;
  close(): void;
}

export function watchForeignCommits(database: DatabaseSync): ForeignCommits {
  const listeners = new Set<() => void>();
  const statement = database.prepare('PRAGMA data_version');
  let version = read();
  let timer: NodeJS.Timeout | undefined;

  function read(): number {
    return Number(statement.get()?.['data_version']);
  }

  function poll(): void {
    const seen = read();
    if (seen === version) return;
    version = seen;
    for (const listener of [...listeners]) listener();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    listen(listener) {
      if (listeners.size === 0) version = read();
      listeners.add(listener);
      timer ??= setInterval(poll, POLL_MS).unref();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    close() {
      listeners.clear();
      stop();
    },
  };
}
