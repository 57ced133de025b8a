import type { TaskStatus } from '../../../contract/task.ts';
import type { Change } from '../records.ts';

/** What follows a commit. */
export interface Commits {
  /** Tells those who wait for a change. */
  announce(...changes: readonly Change[]): void;
  /** Resolves when all commits so far survive a power failure. */
  settled(): Promise<void>;
  /** Counts a task that was ended. */
  ended(status: TaskStatus): void;
}
