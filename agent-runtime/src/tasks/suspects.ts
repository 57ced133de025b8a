import type { ClaimedTask } from '../stores/records/records.ts';

/** A task whose workers died so often may be what kills them: one that only ran beside it is seldom there twice. */
const SUSPICIOUS = 2;
const MOST_KNOWN = 10_000;

/**
 * Lets one suspicious task at a time run in this process, beside all others: so those that were only there when another killed
 * their worker are not there the next time, and only that one is parked in the end.
 */
export interface Suspects {
  /** False: it is known as one, and another one runs. */
  mayClaim(taskId: string): boolean;
  /** False: it is one, and another one runs, so that it is to be given back. */
  enter(task: Pick<ClaimedTask, 'taskId' | 'interruptions'>): boolean;
  leave(taskId: string): void;
}

export function createSuspects(): Suspects {
  const known = new Set<string>();
  let running: string | null = null;
  return {
    mayClaim: (taskId) => running === null || !known.has(taskId),
    enter({ taskId, interruptions }) {
      if (interruptions < SUSPICIOUS) return true;
      if (running === null) {
        running = taskId;
        return true;
      }
      if (known.size >= MOST_KNOWN) known.clear();
      known.add(taskId);
      return false;
    },
    leave(taskId) {
      if (running !== taskId) return;
      running = null;
      known.delete(taskId);
    },
  };
}
