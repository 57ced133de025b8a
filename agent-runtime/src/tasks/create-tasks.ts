import type { Batch } from '../contract/batch.ts';
import { ENDED } from '../contract/task.ts';
import { AiosError } from '../errors.ts';
import { taskEvents } from '../events/task-events.ts';
import type { Records } from '../stores/records/records.ts';
import type { Artifacts } from '../stores/artifacts/artifacts.ts';
import { cancelTask } from './cancel.ts';
import { listTaskArtifacts } from './task-artifacts.ts';
import { submitBatch, type SubmitDependencies } from './submit.ts';
import type { Owner, Tasks } from './tasks.ts';
import { waitForEnd, watchForEnd, type EndWatchOptions } from './wait.ts';

/**
 * A batch that ends sooner is brought to the disk once, with its end, as nobody was told of it before. One that takes
 * longer is brought there now.
 */
const DURABLE_AFTER_MS = 50;

export type TasksOptions = Omit<SubmitDependencies, 'now'> & {
  /** ms since 1970. */
  readonly now?: () => number;
  /** What a tenant's tasks have kept. */
  readonly artifacts: (tenant: string) => Artifacts;
};

/** The task service of one process. It holds nothing open; records and queue are closed by who made them. */
export function createTasks(options: TasksOptions): Tasks {
  const dependencies: SubmitDependencies = { ...options, now: options.now ?? Date.now };
  const { records, queue, now } = dependencies;

  async function found(id: string): Promise<Batch> {
    return await records.batches.find(id) ?? notFound('batch', id);
  }

  async function requireOwn(what: 'task' | 'batch', id: string, { tenant }: Owner = {}): Promise<void> {
    if (tenant === undefined) return;
    const owner = await (what === 'task' ? records.tasks.tenant(id) : records.batches.tenant(id));
    if (owner !== tenant) throw new AiosError('not_found', `There is no ${what} ${id} of this API key. Check its id, and with which key it was submitted.`);
  }

  const tasks: Tasks = {
    async submit(request, submitOptions) {
      const { waitMs = 0, signal } = submitOptions;
      if (waitMs <= 0) {
        const { id, created, durable } = await submitBatch(dependencies, request, submitOptions);
        await durable();
        return { batch: await found(id), created };
      }
      let id: string | undefined;
      const endedBefore = new Set<string>();
      const watch = watchForEnd(records, endOfBatch(records, () => id, endedBefore));
      try {
        const accepted = await submitBatch(dependencies, request, submitOptions);
        id = accepted.id;
        if (!accepted.created || endedBefore.has(id)) watch.look();
        const end = await watch.wait({ waitMs: Math.min(waitMs, DURABLE_AFTER_MS), signal });
        if (end !== 'told') await accepted.durable();
        if (end === 'not-yet' && waitMs > DURABLE_AFTER_MS) await watch.wait({ waitMs: waitMs - DURABLE_AFTER_MS, signal });
        return { batch: await found(id), created: accepted.created };
      } finally {
        watch.stop();
      }
    },

    async batch(id, { waitMs = 0, signal, ...owner } = {}) {
      await requireOwn('batch', id, owner);
      if (waitMs > 0) await waitForEnd(records, endOfBatch(records, () => id), { waitMs, signal });
      return found(id);
    },

    async task(id, { waitMs = 0, signal, ...owner } = {}) {
      await requireOwn('task', id, owner);
      if (waitMs > 0) {
        await waitForEnd(records, {
          meaning: (change) => (change.type === 'task' && change.taskId === id ? 'look' : 'nothing'),
          isOver: async () => hasEnded(await records.tasks.status(id)),
        }, { waitMs, signal });
      }
      return await records.tasks.find(id) ?? notFound('task', id);
    },

    async list({ cursor, tenant, ...filter }) {
      const page = await records.tasks.list({
        ...filter, limit: filter.limit + 1, ...tenant !== undefined && { tenant }, ...cursor !== undefined && { after: cursor },
      });
      const shown = page.slice(0, filter.limit);
      return { tasks: shown, nextCursor: page.length > shown.length ? shown.at(-1)?.id ?? null : null };
    },

    async *events(taskId, eventsOptions) {
      if (await records.tasks.status(taskId) === null) notFound('task', taskId);
      yield* taskEvents(records, taskId, eventsOptions);
    },

    async cancel(id, owner) {
      await requireOwn('task', id, owner);
      await cancelTask(records, id, now);
      return tasks.task(id);
    },

    async retry(id, owner) {
      await requireOwn('task', id, owner);
      if (!await records.tasks.reopen(id, now())) {
        const { status } = await tasks.task(id);
        throw new AiosError('task_state_conflict', `The task is ${status}; only a failed, dead or cancelled one can be retried.`);
      }
      const task = await tasks.task(id);
      await queue.publish({ id, agent: task.agent, priority: 0 });
      return task;
    },

    async artifacts(id, owner) {
      await requireOwn('task', id, owner);
      return listTaskArtifacts(records, options.artifacts, id);
    },

    async statistics() {
      const [byStatus, callbacks] = await Promise.all([records.tasks.counts(), records.callbacks.counts()]);
      return { byStatus, callbacksPending: callbacks.pending, callbacksFailed: callbacks.failed };
    },
  };
  return tasks;
}

/** `idOf` answers undefined while the batch is being accepted; batches that end meanwhile are put into `endedBefore`. */
function endOfBatch(records: Records, idOf: () => string | undefined, endedBefore?: Set<string>): EndWatchOptions {
  return {
    meaning(change) {
      if (change.type !== 'batch-ended') return 'nothing';
      const id = idOf();
      if (id === undefined) endedBefore?.add(change.batchId);
      return change.batchId === id ? 'over' : 'nothing';
    },
    async isOver() {
      const id = idOf();
      return id === undefined ? false : await records.batches.hasEnded(id) ?? true;
    },
  };
}

function hasEnded(status: Parameters<typeof ENDED.has>[0] | null): boolean {
  return status === null || ENDED.has(status);
}

function notFound(what: 'task' | 'batch', id: string): never {
  throw new AiosError('not_found', `There is no ${what} ${id}. Check its id.`);
}
