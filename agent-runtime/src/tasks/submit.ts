import type { z } from 'zod';
import type { Operation } from '../agents/agent.ts';
import type { BatchRequest } from '../contract/batch.ts';
import type { TaskRequest } from '../contract/task.ts';
import { AiosError, type FieldIssue } from '../errors.ts';
import { requireAllowedOrigin } from '../events/callback-origin.ts';
import type { Logger } from '../events/logger.ts';
import type { Queue } from '../stores/queue/queue.ts';
import type { Records } from '../stores/records/records.ts';
import { newIds } from './new-id.ts';
import type { LocalWorker, Place } from './place.ts';
import { requestHash } from './request-hash.ts';
import type { SubmitOptions } from './tasks.ts';

/** The agents as tasks need them. `find` throws `unknown_agent`. */
export interface OperationFinder {
  find(agent: string, operation: string): Operation;
}

/** What is needed of an agent to take a task for it. `find` throws `unknown_agent`. */
export interface InputFinder {
  find(agent: string, operation: string): Pick<Operation, 'inputSchema'>;
}

export interface SubmitDependencies {
  readonly records: Records;
  readonly queue: Queue;
  readonly registry: InputFinder;
  readonly callbackOrigins: readonly string[];
  readonly logger: Logger;
  readonly now: () => number;
  /** Asked at each submission; undefined where this process has no worker. */
  readonly localWorker?: () => LocalWorker | undefined;
}

/**
 * Checks and stores a batch once. Its tasks go to the worker of this process as far as that has places for them, the
 * others into the queue. `durable` resolves when the batch is safe; nobody is to be told of it before.
 */
export async function submitBatch(
  dependencies: SubmitDependencies, request: BatchRequest, options: SubmitOptions,
): Promise<{ readonly id: string; readonly created: boolean; durable(): Promise<void> }> {
  const { records, queue, registry, callbackOrigins, logger, now } = dependencies;
  if (request.callbackUrl !== undefined) requireAllowedOrigin(request.callbackUrl, callbackOrigins);
  const inputs = checkInputs(request.tasks, registry, (index) => (options.single ? 'input' : `tasks.${index}.input`));
  const acceptedAt = now();
  const ids = newIds('task', request.tasks.length, acceptedAt);
  const hash = requestHash(request);
  const agentOf = new Map(request.tasks.map(({ agent }, index) => [ids[index] as string, agent]));
  const places = reservePlaces(dependencies, agentOf);
  try {
    const queued = [...agentOf].filter(([id]) => !places.has(id));
    queue.admit(new Set(queued.map(([, agent]) => agent)));
    const accepted = await records.batches.accept({
      id: newIds('batch', 1, acceptedAt)[0] as string,
      tenant: options.tenant,
      idempotencyKey: options.idempotencyKey ?? null,
      requestHash: hash,
      callbackUrl: request.callbackUrl === undefined ? null : new URL(request.callbackUrl).href,
      tasks: request.tasks.map((task, index) => ({
        id: ids[index] as string, agent: task.agent, operation: task.operation, options: task.options, input: inputs[index] ?? {},
      })),
    }, acceptedAt, new Map([...places].map(([id, { lease }]) => [id, lease])));
    if (!accepted.created && accepted.requestHash !== hash) {
      throw new AiosError('idempotency_conflict',
        `The idempotency key was used before for another request (batch ${accepted.id}). Use a new key for a new request.`);
    }
    if (!accepted.created) return accepted;
    // At once, so that the work begins while the disk is written. The sweeper publishes what is lost here.
    for (const task of accepted.claimed) {
      places.get(task.taskId)?.start(task);
      places.delete(task.taskId);
    }
    Promise.all(queued.map(([id, agent]) => queue.publish({ id, agent, priority: 0 })))
      .catch((error: unknown) => logger.warn({ batchId: accepted.id, reason: String(error) }, 'publishing failed; the sweeper will repeat it'));
    return accepted;
  } finally {
    for (const place of places.values()) place.giveBack();
  }
}

/** By task. In order, so that the first tasks begin first. */
function reservePlaces({ localWorker }: SubmitDependencies, agentOf: ReadonlyMap<string, string>): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const [id, agent] of agentOf) {
    const place = localWorker?.()?.reserve({ id, agent });
    if (place) places.set(id, place);
  }
  return places;
}

/** The inputs with their defaults filled in. Throws `invalid_request` with the path of each wrong field. */
export function checkInputs(
  tasks: readonly TaskRequest[], registry: InputFinder, pathOf: (index: number) => string,
): readonly Record<string, unknown>[] {
  const issues: FieldIssue[] = [];
  const inputs = tasks.map((task, index) => {
    const parsed = registry.find(task.agent, task.operation).inputSchema.safeParse(task.input);
    if (parsed.success) return parsed.data as Record<string, unknown>;
    issues.push(...parsed.error.issues.map((issue) => fieldIssue(pathOf(index), issue)));
    return {};
  });
  if (issues.length === 0) return inputs;
  const first = issues.slice(0, 5).map((issue) => `${issue.path}: ${issue.message}`).join('; ');
  throw new AiosError('invalid_request', `The input does not fit the operation: ${first}.`, { issues });
}

function fieldIssue(prefix: string, issue: z.core.$ZodIssue): FieldIssue {
  return { path: [prefix, ...issue.path].join('.'), message: issue.message };
}
