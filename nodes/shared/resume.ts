import type { IDataObject, IExecuteData, IExecuteFunctions, ITaskMetadata, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { ItemFailure } from './output';
import { continuesOnFail, failureItem, firstFailure, outcomeItem } from './output';
import type { BatchOutcome, TaskOutcome } from './runtime-types';
import type { Submission } from './submission';

/** What a suspended run must know when it is woken, beside what the callback says. */
interface Parked {
  /** The only batch whose end wakes this run: the address is the same for each run of a node in a loop. */
  batchId: string;
  /** Item index of each task of the batch. */
  items: number[];
  /** Items that never became tasks. */
  failures: Array<[number, ItemFailure]>;
}

type ParkingMetadata = ITaskMetadata & { aios?: Parked };

/** Keeps what the wake-up needs in the suspended execution. */
export function parkSubmission(context: IExecuteFunctions, batchId: string, submission: Submission): void {
  const metadata: ParkingMetadata = { aios: { batchId, items: submission.items, failures: [...submission.failures] } };
  context.setMetadata(metadata);
  // n8n wakes a node by disabling the node of the first entry on its stack. Other runs of this node that wait there for
  // their turn have the same object, and would be skipped.
  const entry = suspendedEntry(context);
  if (entry !== undefined) entry.node = { ...entry.node };
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
  const parked = (entry?.metadata as ParkingMetadata | undefined)?.aios;
  if (parked !== undefined && parked.batchId !== outcome.batchId) {
    // The runtime takes 409 with these words for a callback that needs no repetition.
    context.getResponseObject().status(409).json({ accepted: false, error: `The wait for batch ${outcome.batchId} has finished already.` });
    return { noWebhookResponse: true };
  }
  const { items, failures } = parked ?? { items: [], failures: [] };
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
function suspendedEntry(context: IWebhookFunctions | IExecuteFunctions): IExecuteData | undefined {
  return (context as { executeData?: IExecuteData }).executeData;
}

function isBatchOutcome(body: unknown): body is BatchOutcome & IDataObject {
  return typeof body === 'object' && body !== null && 'batchId' in body && 'tasks' in body && Array.isArray(body.tasks);
}

function pairedIndex(item: { pairedItem?: unknown }): number {
  return (item.pairedItem as { item: number }).item;
}
