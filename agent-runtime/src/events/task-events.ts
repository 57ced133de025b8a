import { ENDED } from '../contract/task.ts';
import type { TaskEvent } from '../contract/event.ts';
import type { Records } from '../stores/records/records.ts';
import { createBell } from './bell.ts';

export interface TaskEventsOptions {
  readonly afterSeq: number;
  readonly signal: AbortSignal;
}

/** Events of a task that exists, as they come; ends after the last one of an ended task or when `signal` aborts. */
export async function* taskEvents(records: Records, taskId: string, { afterSeq, signal }: TaskEventsOptions): AsyncGenerator<TaskEvent> {
  const bell = createBell();
  const unwatch = records.watch((change) => {
    if (change.type === 'elsewhere' || (change.type === 'task' && change.taskId === taskId)) bell.ring();
  });
  try {
    for (let seq = afterSeq; !signal.aborted;) {
      // Before the events: once it has ended, all of them are there to be read.
      const status = await records.tasks.status(taskId);
      for (const event of await records.tasks.events(taskId, seq)) {
        yield event;
        seq = event.seq;
      }
      if (status === null || ENDED.has(status)) return;
      await bell.wait({ signal });
    }
  } finally {
    unwatch();
  }
}
