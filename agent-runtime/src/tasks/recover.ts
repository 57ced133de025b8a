import { AiosError } from '../errors.ts';
import type { Queue } from '../stores/queue/queue.ts';
import type { Records } from '../stores/records/records.ts';
import { deadlineExceeded } from './finish.ts';
import { taskErrorOf } from './task-error.ts';

const PAGE = 500;

export interface SweepOptions {
  readonly records: Records;
  readonly queue: Queue;
  readonly now: () => number;
  /** Tasks that became due within these last ms are left to their own publication. */
  readonly graceMs: number;
  /** Also those that run, for when their leases end: whoever ran them may have died with what it had not published. */
  readonly leased?: boolean;
}

/** Publishes what the queue may have lost, and ends queued tasks whose deadline has passed. */
export async function sweep({ records, queue, now, graceMs, leased = false }: SweepOptions): Promise<void> {
  for (const { id, deadlineMs, lastError } of await records.tasks.overdue(now(), PAGE)) {
    const error = deadlineExceeded(deadlineMs, lastError ?? 'no worker had time for it.');
    await records.tasks.endQueued(id, { status: 'failed', error: taskErrorOf(error) }, now());
  }
  const lostBefore = new Map<string, Promise<number>>();
  const full = new Set<string>();
  for (let afterId = ''; ;) {
    const tasks = await records.tasks.runnable({
      dueBefore: now() - graceMs, leaseEndsBefore: leased ? Number.MAX_SAFE_INTEGER : now(), afterId, limit: PAGE,
    });
    await Promise.all(tasks.map(async ({ id, agent, at }) => {
      if (!lostBefore.has(agent)) lostBefore.set(agent, queue.lostBefore(agent));
      if (full.has(agent) || at >= (await lostBefore.get(agent) ?? 0)) return;
      await queue.publish({ id, agent, priority: 0 }, { delayMs: Math.max(0, at - now()) }).catch((error: unknown) => {
        if (!(error instanceof AiosError) || error.code !== 'queue_full') throw error;
        full.add(agent); // the others' messages still have room; these are for a later sweep
      });
    }));
    const last = tasks.at(-1);
    if (last === undefined || tasks.length < PAGE) return;
    afterId = last.id;
  }
}
