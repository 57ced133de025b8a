import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { TaskOutcome } from './runtime-types';

/** Why an item has no result, as the error output shows it. */
export interface ItemFailure {
  message: string;
  details: { code: string; kind: string; taskId: string | null; description: string };
}

/** The result of a task as an item, or its failure as `{error, details}`. */
export function outcomeItem(task: TaskOutcome, itemIndex: number): INodeExecutionData {
  if (task.status === 'succeeded') {
    return { json: { ...(task.result as IDataObject), taskId: task.id }, pairedItem: { item: itemIndex } };
  }
  return failureItem(taskFailure(task), itemIndex);
}

/** n8n moves an item with just these keys to the error output, when the node has one. */
export function failureItem(failure: ItemFailure, itemIndex: number): INodeExecutionData {
  return { json: { error: failure.message, details: failure.details }, pairedItem: { item: itemIndex } };
}

function taskFailure(task: TaskOutcome): ItemFailure {
  const error = task.error ?? { code: 'task_cancelled', kind: 'user' as const, message: 'The task was cancelled.' };
  return {
    message: error.message,
    details: { code: error.code, kind: error.kind, taskId: task.id, description: `Task ${task.id} ${ENDING[task.status]} (${error.code}).` },
  };
}

const ENDING: Record<TaskOutcome['status'], string> = {
  queued: 'has not ended yet',
  running: 'has not ended yet',
  succeeded: 'succeeded',
  failed: 'failed and is not tried again by itself: change what the message names and run the node again',
  dead: 'was tried as often as it may be and is parked: when the cause is gone, POST /v1/tasks/{id}/retry runs it again',
  cancelled: 'was cancelled',
};

/** The first failure among the outcomes as the node's error, for a node that stops on errors; undefined when all succeeded. */
export function firstFailure(node: INode, tasks: readonly TaskOutcome[], itemOf: (task: TaskOutcome) => number): NodeOperationError | undefined {
  const failed = tasks.filter((task) => task.status !== 'succeeded');
  const [first] = failed;
  if (first === undefined) return undefined;
  const failure = taskFailure(first);
  const others = failed.length > 1 ? ` ${failed.length} of ${tasks.length} tasks failed; this is the first one.` : '';
  return new NodeOperationError(node, failure.message, {
    itemIndex: itemOf(first),
    description: `${failure.details.description}${others}`,
  });
}

/** Whether the node goes on with failed items, by whichever setting says so. */
export function continuesOnFail(node: INode): boolean {
  return node.continueOnFail === true || node.onError === 'continueRegularOutput' || node.onError === 'continueErrorOutput';
}
