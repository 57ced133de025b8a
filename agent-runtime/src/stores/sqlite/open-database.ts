import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from './store-error.ts';

/**
 * Opens a SQLite file that several processes may share; its folder is made when it is missing. A commit survives the
 * death of the process; to survive a power failure too it needs a `CommitSync`. Throws `store_unavailable`.
 */
export function openDatabase(file: string): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: 5_000 });
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec('PRAGMA foreign_keys = ON');
    return database;
  } catch (error) {
    throw storeError(error);
  }
}
