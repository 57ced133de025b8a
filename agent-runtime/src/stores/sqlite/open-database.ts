import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from './store-error.ts';

export interface OpenOptions {
  /** Of a file that is made. Default SQLite's, 4,096. */
  readonly pageBytes?: number;
  /** Lets an extension be loaded until it is forbidden again. Default false. */
  readonly allowExtension?: boolean;
}

/**
 * Opens a SQLite file that several processes of one user may share and no other user may read; its folder is made when
 * it is missing. A commit survives the death of the process; to survive a power failure too it needs a `CommitSync`.
 * Throws `store_unavailable`.
 */
export function openDatabase(file: string, { pageBytes, allowExtension = false }: OpenOptions = {}): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    makePrivate(file);
    const database = new DatabaseSync(file, { timeout: 5_000, allowExtension });
    if (pageBytes !== undefined) database.exec(`PRAGMA page_size = ${pageBytes}`);
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA foreign_keys = ON');
    return database;
  } catch (error) {
    throw storeError(error);
  }
}

/** SQLite gives the files it makes beside the database the mode of the database. */
function makePrivate(file: string): void {
  try {
    // Never opens a file that exists: to close it again would end the locks that this process has on it.
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      chmodSync(`${file}${suffix}`, 0o600);
    } catch (error) {
      // EPERM: another user owns the files and has chosen who may read them.
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EPERM') throw error;
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}
