import type { ISupplyDataFunctions } from 'n8n-workflow';
import type { Decision } from '../shared/runtime-types';
import { callRuntime } from '../shared/transport';
import { nameStreamFailure } from './failed-attempt';

/** What n8n's client gives to its callbacks at the end of a call, as far as it is used. */
interface CallEnd {
  readonly generations: ReadonlyArray<ReadonlyArray<{ generationInfo?: object; readonly message?: { readonly id?: string } }>>;
  readonly llmOutput?: { readonly tokenUsage?: { cost?: number } };
}

/** The callback of n8n that shows a call, its tokens and its failure at the model's node. */
interface Tracing {
  handleLLMEnd?: (end: CallEnd, ...more: unknown[]) => Promise<void>;
  handleLLMError?: (error: unknown, ...more: unknown[]) => Promise<void>;
}

const ANSWER_ID = 'chatcmpl-';
/** The answer is there already; what it cost is worth no long wait. */
const LONGEST_WAIT_MS = 3_000;

/**
 * Puts what a call cost, which model answered and why to what n8n shows of it. n8n's client passes on nothing of an
 * answer but what OpenAI has in it, so this is asked for by the answer's id.
 */
export function tellDecisions(context: ISupplyDataFunctions, model: unknown): void {
  const { callbacks } = model as { callbacks?: unknown };
  for (const callback of Array.isArray(callbacks) ? callbacks as Tracing[] : []) {
    const handleLLMEnd = callback.handleLLMEnd?.bind(callback);
    const handleLLMError = callback.handleLLMError?.bind(callback);
    if (handleLLMEnd === undefined || handleLLMError === undefined) continue;
    callback.handleLLMError = async (error, ...more) => {
      nameStreamFailure(error);
      await handleLLMError(error, ...more);
    };
    callback.handleLLMEnd = async (end, ...more) => {
      await tellDecision(context, end);
      await handleLLMEnd(end, ...more);
    };
  }
}

async function tellDecision(context: ISupplyDataFunctions, { generations, llmOutput }: CallEnd): Promise<void> {
  const generation = generations[0]?.[0];
  const id = generation?.message?.id;
  if (generation === undefined || !id?.startsWith(ANSWER_ID)) return;
  const decisionId = id.slice(ANSWER_ID.length);
  try {
    const { model, reason, costUsd, costStatus, usage, cache } = await callRuntime<Decision>(context, {
      method: 'GET', path: `/v1/router/decisions/${encodeURIComponent(decisionId)}`, timeoutMs: LONGEST_WAIT_MS,
    });
    generation.generationInfo = { ...generation.generationInfo, routing: { model, reason, costUsd, costStatus, tokens: usage, cache, decisionId } };
    if (llmOutput?.tokenUsage !== undefined && costUsd !== null) llmOutput.tokenUsage.cost = costUsd;
  } catch (error) {
    context.logger.warn(`The cost of ${decisionId} is not shown: ${(error as Error).message}`);
  }
}
