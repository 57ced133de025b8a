import type { DatabaseSync } from 'node:sqlite';

/** What the parts of the embedded state are made of. */
export interface StateDatabase {
  readonly database: DatabaseSync;
  /** Runs `work` in a transaction that it may share with others. */
  write<Result>(work: () => Result): Promise<Result>;
  /** Runs `work` now, outside of one. */
  read<Result>(work: () => Result): Promise<Result>;
}
