import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError, WAIT_INDEFINITELY } from 'n8n-workflow';
import { failureItem, firstFailure, outcomeItem } from './output';
import type { ParameterNames } from './problems';
import type { Batch, TaskOutcome, TaskRequest } from './runtime-types';
import { parkSubmission } from './resume';
import { resumeUrl } from './resume-url';
import type { Submission } from './submission';
import { prepare, submit } from './submission';
import { callRuntime, runtimeUrl } from './transport';

export type Wait = 'suspend' | 'hold' | 'none';

interface RunOptions {
  wait: Wait;
  /** With `hold`: how long at most. */
  holdSeconds: number;
  parameterNames: ParameterNames;
}

/** The runtime holds an answer back for a minute at most; proxies often for less. */
const POLL_MS = 55_000;

/** Runs all input items as one batch and waits for its end in the way asked for. One output item for each input item. */
export async function runTasks(
  context: IExecuteFunctions,
  buildTask: (itemIndex: number) => TaskRequest,
  options: RunOptions,
): Promise<INodeExecutionData[][]> {
  requireSeconds(context, options);
  const submission = prepare(context, buildTask);
  // An AI Agent that runs its tools by itself, as versions before 3 do, would take the input of a suspended one for its answer.
  const suspends = options.wait === 'suspend' && !context.isToolExecution();
  if (suspends) return await suspend(context, submission, options);
  if (options.wait !== 'none') return await hold(context, submission, options);
  return await leave(context, submission, options);
}

async function suspend(context: IExecuteFunctions, submission: Submission, options: RunOptions): Promise<INodeExecutionData[][]> {
  const batch = await submit(context, submission, { callbackUrl: resumeUrl(context), parameterNames: options.parameterNames });
  if (batch === undefined) return [merge(submission, [])];
  parkSubmission(context, batch.id, submission);
  await context.putExecutionToWait(WAIT_INDEFINITELY);
  return [context.getInputData()];
}

async function hold(context: IExecuteFunctions, submission: Submission, options: RunOptions): Promise<INodeExecutionData[][]> {
  const deadline = Date.now() + options.holdSeconds * 1_000;
  const nextWait = () => Math.max(0, Math.min(deadline - Date.now(), POLL_MS));
  let batch = await submit(context, submission, { waitMs: nextWait(), parameterNames: options.parameterNames });
  while (batch?.status === 'running' && Date.now() < deadline) {
    batch = await callRuntime<Batch>(context, { method: 'GET', path: `/v1/batches/${batch.id}`, waitMs: nextWait() });
  }
  const tasks = batch?.tasks ?? [];
  const itemOf = (task: TaskOutcome) => submission.items[task.index] ?? 0;
  if (!context.continueOnFail()) {
    const unfinished = tasks.filter((task) => !ended(task));
    if (unfinished.length > 0) throw await stillRunning(context, unfinished, options.holdSeconds);
    const failure = firstFailure(context.getNode(), tasks, itemOf);
    if (failure !== undefined) throw failure;
  }
  return [merge(submission, tasks.map((task) => {
    if (ended(task)) return outcomeItem(task, itemOf(task));
    return failureItem({
      message: `Not finished after ${options.holdSeconds} seconds; the task goes on in the runtime`,
      details: { code: 'still_running', kind: 'operational', taskId: task.id, description: `GET /v1/tasks/${task.id} shows how it ends.` },
    }, itemOf(task));
  }))];
}

async function leave(context: IExecuteFunctions, submission: Submission, options: RunOptions): Promise<INodeExecutionData[][]> {
  const batch = await submit(context, submission, { parameterNames: options.parameterNames });
  const baseUrl = await runtimeUrl(context);
  return [merge(submission, (batch?.tasks ?? []).map((task) => {
    const url = `${baseUrl}/v1/tasks/${task.id}`;
    return {
      json: {
        taskId: task.id,
        batchId: batch?.id ?? null,
        status: task.status,
        links: { task: url, events: `${url}/events`, cancel: `${url}/cancel`, batch: `${baseUrl}/v1/batches/${batch?.id ?? ''}` },
      },
      pairedItem: { item: submission.items[task.index] ?? 0 },
    };
  }))];
}

function requireSeconds(context: IExecuteFunctions, { holdSeconds }: RunOptions): void {
  if (typeof holdSeconds === 'number' && holdSeconds > 0) return;
  throw new NodeOperationError(context.getNode(), `The parameter "Hold for Up To (Seconds)" is not a number above 0: ${String(holdSeconds)}`, {
    description: 'Give the number of seconds to wait at most, for example 300.',
  });
}

/** Results and failures in the order of the input items. */
function merge(submission: Submission, items: INodeExecutionData[]): INodeExecutionData[] {
  const failed = [...submission.failures].map(([itemIndex, failure]) => failureItem(failure, itemIndex));
  return [...items, ...failed].sort((a, b) => itemNumber(a) - itemNumber(b));
}

function itemNumber(item: INodeExecutionData): number {
  return typeof item.pairedItem === 'object' && !Array.isArray(item.pairedItem) ? item.pairedItem.item : 0;
}

function ended(task: TaskOutcome): boolean {
  return task.status !== 'queued' && task.status !== 'running';
}

async function stillRunning(context: IExecuteFunctions, tasks: readonly TaskOutcome[], seconds: number): Promise<NodeOperationError> {
  const ids = tasks.map((task) => task.id).join(', ');
  return new NodeOperationError(context.getNode(), `Not finished after ${seconds} seconds`, {
    description: `The work goes on in the runtime: ${await runtimeUrl(context)}/v1/tasks/<ID> shows it, with the ID ${ids}. Raise "Hold for Up To (Seconds)" or set Wait to "Suspend the Workflow".`,
  });
}
