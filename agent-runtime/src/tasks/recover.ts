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
}

/** Publishes what the queue may have lost, and ends queued tasks whose deadline has passed. */
export async function sweep({ records, queue, now, graceMs }: SweepOptions): Promise<void> {
  for (const { id, deadlineMs, lastError } of await records.tasks.overdue(now(), PAGE)) {
    const error = deadlineExceeded(deadlineMs, lastError ?? 'no worker had time for it.');
    await records.tasks.endQueued(id, { status: 'failed', error: taskErrorOf(error) }, now());
  }
  for (let afterId = ''; ;) {
    const ids = await records.tasks.runnable({ now: now(), dueBefore: now() - graceMs, afterId, limit: PAGE });
    await Promise.all(ids.map((id) => queue.publish({ id, priority: 0 })));
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return;
    afterId = last;
  }
}
