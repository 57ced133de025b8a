import type { Disposition } from '../stores/queue/queue.ts';

/**
 * One message is enough for a task that waits until something else leaves it a place. The sweep takes a message that waits for
 * a later delivery for lost, and publishes another: without this, each of them would come back by itself for ever.
 */
export interface Turns {
  /** What is to be done with a delivery of a task that waits here already, for a place or for its next try; null: it does not. */
  waiting(taskId: string): Disposition | null;
  /** It looks for a place; the answer is to be called when it has one or goes without. */
  seek(taskId: string): () => void;
  /** It found none and comes back after `delayMs`: what is to be done with its delivery. */
  later(taskId: string, delayMs: number): Disposition;
}

const MOST_KNOWN = 10_000;

export function createTurns(now: () => number): Turns {
  const seeking = new Set<string>();
  /** ms since 1970 at which its message comes back. */
  const backAt = new Map<string, number>();
  return {
    waiting(taskId) {
      const left = (backAt.get(taskId) ?? 0) - now();
      if (seeking.has(taskId) || left > 0) return { action: 'spare', delayMs: Math.max(left, 1) };
      backAt.delete(taskId);
      return null;
    },
    seek(taskId) {
      seeking.add(taskId);
      return () => void seeking.delete(taskId);
    },
    later(taskId, delayMs) {
      if (backAt.size >= MOST_KNOWN) for (const [id, at] of backAt) if (at <= now()) backAt.delete(id);
      if (backAt.size < MOST_KNOWN) backAt.set(taskId, now() + delayMs);
      return { action: 'retry', delayMs };
    },
  };
}
