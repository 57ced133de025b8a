import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { ItemFailure } from './output';
import type { ParameterNames } from './problems';
import { refusedTasks } from './problems';
import type { Batch, BatchRequest, TaskRequest } from './runtime-types';
import { callRuntime } from './transport';

/** What the runtime takes in one batch. */
const MAX_TASKS = 1_000;

/** The items of one run of a node: those that became tasks, in order, and those that could not. */
export interface Submission {
  /** Item index of each task of the batch. */
  items: number[];
  tasks: TaskRequest[];
  failures: Map<number, ItemFailure>;
}

/** Makes a task of each input item. An item whose parameters are wrong fails the node, or only itself when the node continues. */
export function prepare(context: IExecuteFunctions, buildTask: (itemIndex: number) => TaskRequest): Submission {
  const submission: Submission = { items: [], tasks: [], failures: new Map() };
  const count = context.getInputData().length;
  if (count > MAX_TASKS) {
    throw new NodeOperationError(context.getNode(), `${count} items are too many for one run`, {
      description: `The runtime takes up to ${MAX_TASKS} at once. Put the node "Loop Over Items" before this one.`,
    });
  }
  for (let itemIndex = 0; itemIndex < count; itemIndex += 1) {
    try {
      submission.tasks.push(buildTask(itemIndex));
      submission.items.push(itemIndex);
    } catch (error) {
      if (!context.continueOnFail()) throw new NodeOperationError(context.getNode(), error as Error, { itemIndex });
      submission.failures.set(itemIndex, localFailure(error));
    }
  }
  return submission;
}

/**
 * Submits the tasks as one batch. When the node continues on errors, tasks that the runtime refuses are moved to the
 * failures and the others are submitted without them; undefined when none is left.
 */
export async function submit(
  context: IExecuteFunctions,
  submission: Submission,
  options: { callbackUrl?: string; waitMs?: number; parameterNames: ParameterNames },
): Promise<Batch | undefined> {
  if (submission.tasks.length === 0) return undefined;
  const body: BatchRequest = { tasks: submission.tasks, ...(options.callbackUrl === undefined ? {} : { callbackUrl: options.callbackUrl }) };
  try {
    return await callRuntime<Batch>(context, {
      method: 'POST',
      path: '/v1/batches',
      body,
      // Of this submission alone: its repeated requests make one batch, and a node that n8n runs again makes a new one.
      idempotencyKey: `n8n:${randomUUID()}`,
      ...(options.waitMs === undefined ? {} : { waitMs: options.waitMs }),
      parameterNames: options.parameterNames,
    });
  } catch (error) {
    const refused = refusedTasks(error, options.parameterNames);
    if (!context.continueOnFail() || refused.size === 0) throw new NodeApiError(context.getNode(), error as JsonObject);
    for (const [task, message] of refused) {
      const itemIndex = submission.items[task];
      if (itemIndex !== undefined) submission.failures.set(itemIndex, refusal(message));
    }
    submission.tasks = submission.tasks.filter((_, task) => !refused.has(task));
    submission.items = submission.items.filter((_, task) => !refused.has(task));
    return await submit(context, submission, options);
  }
}

function localFailure(error: unknown): ItemFailure {
  const message = error instanceof Error ? error.message : String(error);
  const description = error instanceof NodeOperationError ? error.description ?? '' : '';
  return { message, details: { code: 'invalid_parameter', kind: 'user', taskId: null, description } };
}

function refusal(message: string): ItemFailure {
  return { message, details: { code: 'invalid_request', kind: 'user', taskId: null, description: 'The agent runtime refused the item.' } };
}
