import type { IDataObject, IExecuteData, IExecuteFunctions, ITaskMetadata, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { ItemFailure } from './output';
import { continuesOnFail, failureItem, firstFailure, outcomeItem } from './output';
import type { BatchOutcome, TaskOutcome } from './runtime-types';
import type { Submission } from './submission';

/** What a suspended run must know when it is woken, beside what the callback says. */
interface Parked {
  /** Item index of each task of the batch. */
  items: number[];
  /** Items that never became tasks. */
  failures: Array<[number, ItemFailure]>;
}

type ParkingMetadata = ITaskMetadata & { aios?: Parked };

/** Keeps what the wake-up needs in the suspended execution. Nothing to keep when every item became a task. */
export function parkSubmission(context: IExecuteFunctions, submission: Submission): void {
  if (submission.failures.size === 0) return;
  const metadata: ParkingMetadata = { aios: { items: submission.items, failures: [...submission.failures] } };
  context.setMetadata(metadata);
}

/** The node's webhook: takes the batch outcome that the runtime posts and turns it into the node's output, or its error. */
export function resume(context: IWebhookFunctions): IWebhookResponseData {
  const outcome = context.getBodyData();
  if (!isBatchOutcome(outcome)) {
    context.getResponseObject().status(400).json({ accepted: false, error: 'The body is not a batch outcome {batchId, tasks}.' });
    return { noWebhookResponse: true };
  }
  const node = context.getNode();
  const entry = suspendedEntry(context);
  const { items, failures } = (entry?.metadata as ParkingMetadata | undefined)?.aios ?? { items: [], failures: [] };
  const itemOf = (task: TaskOutcome) => items[task.index] ?? task.index;

  const output = [
    ...outcome.tasks.map((task) => outcomeItem(task, itemOf(task))),
    ...failures.map(([itemIndex, failure]) => failureItem(failure, itemIndex)),
  ].sort((a, b) => pairedIndex(a) - pairedIndex(b));

  const failure = continuesOnFail(node) ? undefined : firstFailure(node, outcome.tasks, itemOf);
  if (failure !== undefined) {
    if (entry === undefined) throw failure;
    entry.metadata = { ...entry.metadata, resumeError: failure };
  }
  return { webhookResponse: { accepted: true }, workflowData: [output] };
}

/**
 * The place of the suspended node on n8n's stack. n8n runs a woken node as disabled, so `execute` cannot throw any more;
 * `metadata.resumeError`, which n8n has for failed sub-workflows, makes it end in an error and keeps the data of the nodes
 * before it. The field is not in n8n's types: where it is missing, throwing is the fallback (the execution then ends in
 * the same error, without that data).
 */
function suspendedEntry(context: IWebhookFunctions): IExecuteData | undefined {
  return (context as IWebhookFunctions & { executeData?: IExecuteData }).executeData;
}

function isBatchOutcome(body: unknown): body is BatchOutcome & IDataObject {
  return typeof body === 'object' && body !== null && 'batchId' in body && 'tasks' in body && Array.isArray(body.tasks);
}

function pairedIndex(item: { pairedItem?: unknown }): number {
  return (item.pairedItem as { item: number }).item;
}
