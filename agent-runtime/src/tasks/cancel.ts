import { ENDED } from '../contract/task.ts';
import { AiosError } from '../errors.ts';
import type { Records } from '../stores/records/records.ts';
import { taskErrorOf } from './task-error.ts';
import { waitForEnd } from './wait.ts';

/** How long an answer waits for the worker to stop; one in another process sees the request within a poll. */
const WAIT_FOR_WORKER_MS = 1_000;

export function cancelled(): AiosError {
  return new AiosError('task_cancelled', 'The task was cancelled. Retry it to run it again.');
}

/** Ends a queued task, or asks the worker of a running one to stop and waits for it a moment. */
export async function cancelTask(records: Records, id: string, now: () => number): Promise<void> {
  for (;;) {
    const status = await records.tasks.status(id);
    if (status === null) throw new AiosError('not_found', `There is no task ${id}. Check its id.`);
    if (ENDED.has(status)) throw new AiosError('task_state_conflict', `The task has ended already: it is ${status}.`);
    if (status === 'queued' && await records.tasks.endQueued(id, { status: 'cancelled', error: taskErrorOf(cancelled()) }, now())) return;
    if (status === 'running' && await records.tasks.requestCancel(id)) {
      return waitForEnd(records, {
        meaning: (change) => (change.type === 'task' && change.taskId === id ? 'look' : 'nothing'),
        isOver: async () => ENDED.has(await records.tasks.status(id) ?? 'cancelled'),
      }, { waitMs: WAIT_FOR_WORKER_MS });
    }
    // It changed between the two looks: look again.
  }
}
