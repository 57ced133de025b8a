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
  for (let afterId = ''; ;) {
    const tasks = await records.tasks.runnable({
      dueBefore: now() - graceMs, leaseEndsBefore: leased ? Number.MAX_SAFE_INTEGER : now(), afterId, limit: PAGE,
    });
    await Promise.all(tasks.map(({ id, at }) => queue.publish({ id, priority: 0 }, { delayMs: Math.max(0, at - now()) })));
    const last = tasks.at(-1);
    if (last === undefined || tasks.length < PAGE) return;
    afterId = last.id;
  }
}
