import type { IDataObject, IExecuteFunctions, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { failureItem } from '../shared/output';
import { classify } from './classify';
import { complete } from './complete';
import { explain } from './explain';
import { extract } from './extract';
import { usage } from './usage';

type Operation = (context: IExecuteFunctions, itemIndex: number) => Promise<IDataObject | IDataObject[]>;

const OPERATIONS: Readonly<Record<string, Operation>> = { classify, complete, explain, extract, usage };
const ITEMS_AT_ONCE = 5;

/** Works on all input items, some at a time, and gives their outputs in the order of the items. Begins none after one that failed. */
export async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
  const count = context.getInputData().length;
  const outputs: INodeExecutionData[][] = [];
  const failures: Array<{ readonly error: unknown; readonly itemIndex: number }> = [];
  let next = 0;
  const worker = async () => {
    while (next < count && failures.length === 0) {
      const itemIndex = next;
      next += 1;
      try {
        outputs[itemIndex] = await runItem(context, itemIndex);
      } catch (error) {
        if (context.continueOnFail()) outputs[itemIndex] = [failureItem(toFailure(error), itemIndex)];
        else failures.push({ error, itemIndex });
      }
    }
  };
  const { itemsAtOnce } = context.getNodeParameter('options', 0, {}) as { itemsAtOnce?: unknown };
  const workers = Math.min(count, Math.max(1, Math.floor(Number(itemsAtOnce) || ITEMS_AT_ONCE)));
  await Promise.all(Array.from({ length: workers }, worker));
  const [failure] = failures;
  if (failure === undefined) return outputs.flat();
  if (failure.error instanceof NodeApiError) {
    failure.error.context.itemIndex = failure.itemIndex;
    throw new NodeApiError(context.getNode(), failure.error as unknown as JsonObject);
  }
  throw new NodeOperationError(context.getNode(), failure.error as Error, { itemIndex: failure.itemIndex });
}

async function runItem(context: IExecuteFunctions, itemIndex: number): Promise<INodeExecutionData[]> {
  const operation = context.getNodeParameter('operation', itemIndex) as string;
  const output = await OPERATIONS[operation]?.(context, itemIndex) ?? [];
  return (Array.isArray(output) ? output : [output]).map((json) => ({ json, pairedItem: { item: itemIndex } }));
}

function toFailure(error: unknown): Parameters<typeof failureItem>[0] {
  const { message } = error as Error;
  const description = error instanceof NodeApiError || error instanceof NodeOperationError ? error.description ?? '' : '';
  const problem = error instanceof NodeApiError ? error.context.problem as { code: string; kind: string } | undefined : undefined;
  return { message, details: { code: problem?.code ?? 'invalid_parameter', kind: problem?.kind ?? 'user', taskId: null, description } };
}
