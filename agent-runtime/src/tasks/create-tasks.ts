import { ENDED } from '../contract/task.ts';
import { AiosError } from '../errors.ts';
import { taskEvents } from '../events/task-events.ts';
import { cancelTask } from './cancel.ts';
import { submitBatch, type SubmitDependencies } from './submit.ts';
import type { Tasks } from './tasks.ts';
import { waitFor } from './wait.ts';

export type TasksOptions = Omit<SubmitDependencies, 'now'> & {
  /** ms since 1970. */
  readonly now?: () => number;
};

/** The task service of one process. It holds nothing open; records and queue are closed by who made them. */
export function createTasks(options: TasksOptions): Tasks {
  const dependencies: SubmitDependencies = { ...options, now: options.now ?? Date.now };
  const { records, queue, now } = dependencies;

  const tasks: Tasks = {
    async submit(request, submitOptions) {
      const { id, created } = await submitBatch(dependencies, request, submitOptions);
      return { batch: await tasks.batch(id, submitOptions), created };
    },

    async batch(id, { waitMs = 0, signal } = {}) {
      if (waitMs > 0) {
        await waitFor(records, {
          relevant: (change) => change.type === 'batch-ended' && change.batchId === id,
          isOver: async () => await records.batches.hasEnded(id) ?? true,
          waitMs,
          ...signal && { signal },
        });
      }
      return await records.batches.find(id) ?? notFound('batch', id);
    },

    async task(id, { waitMs = 0, signal } = {}) {
      if (waitMs > 0) {
        await waitFor(records, {
          relevant: (change) => change.type === 'task' && change.taskId === id,
          isOver: async () => hasEnded(await records.tasks.status(id)),
          waitMs,
          ...signal && { signal },
        });
      }
      return await records.tasks.find(id) ?? notFound('task', id);
    },

    async list({ cursor, ...filter }) {
      const page = await records.tasks.list({ ...filter, limit: filter.limit + 1, ...cursor !== undefined && { after: cursor } });
      const shown = page.slice(0, filter.limit);
      return { tasks: shown, nextCursor: page.length > shown.length ? shown.at(-1)?.id ?? null : null };
    },

    async *events(taskId, eventsOptions) {
      if (await records.tasks.status(taskId) === null) notFound('task', taskId);
      yield* taskEvents(records, taskId, eventsOptions);
    },

    async cancel(id) {
      await cancelTask(records, id, now);
      return tasks.task(id);
    },

    async retry(id) {
      if (!await records.tasks.reopen(id, now())) {
        const { status } = await tasks.task(id);
        throw new AiosError('task_state_conflict', `The task is ${status}; only a failed, dead or cancelled one can be retried.`);
      }
      await queue.publish({ id, priority: 0 });
      return tasks.task(id);
    },

    async statistics() {
      const [byStatus, callbacks] = await Promise.all([records.tasks.counts(), records.callbacks.counts()]);
      return { byStatus, callbacksPending: callbacks.pending, callbacksFailed: callbacks.failed };
    },
  };
  return tasks;
}

function hasEnded(status: Parameters<typeof ENDED.has>[0] | null): boolean {
  return status === null || ENDED.has(status);
}

function notFound(what: 'task' | 'batch', id: string): never {
  throw new AiosError('not_found', `There is no ${what} ${id}. Check its id.`);
}
