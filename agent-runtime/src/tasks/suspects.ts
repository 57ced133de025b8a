import type { ClaimedTask } from '../stores/records/records.ts';

/**
 * A task whose workers died so often may be what kills them: one that only ran beside it is seldom there so many times. Fewer
 * would make suspects of long tasks that a few outages of the records went through.
 */
const SUSPICIOUS = 5;
/** Whoever has lived for so long beside it is not kept waiting for it any more. */
const ALONE_MS = 60_000;
const MOST_KNOWN = 10_000;

type Suspect = Pick<ClaimedTask, 'taskId' | 'interruptions'>;

/**
 * Lets one suspicious task at a time begin in this process, beside all others: so those that were only there when another killed
 * their worker are not there the next time, and only that one is parked in the end.
 */
export interface Suspects {
  /** False: it is known as one, and another one is alone. */
  mayClaim(taskId: string): boolean;
  /** Null: it is one, and another one is alone, so that it is to be given back. Else what is to be called when it ends. */
  enter(task: Suspect): (() => void) | null;
}

export function createSuspects(now: () => number): Suspects {
  const known = new Set<string>();
  let alone: { readonly task: Suspect; readonly until: number } | null = null;

  const isAlone = () => alone !== null && now() < alone.until;
  return {
    mayClaim: (taskId) => !isAlone() || !known.has(taskId),
    enter(task) {
      if (task.interruptions < SUSPICIOUS) {
        known.delete(task.taskId);
        return () => undefined;
      }
      if (isAlone()) {
        if (known.size >= MOST_KNOWN) known.clear();
        known.add(task.taskId);
        return null;
      }
      const entry = { task, until: now() + ALONE_MS };
      alone = entry;
      return () => {
        if (alone === entry) alone = null;
        known.delete(task.taskId);
      };
    },
  };
}
