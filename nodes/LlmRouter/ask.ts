import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Routing } from '../shared/routing';
import { readRouting, ROUTING_NAMES, routingHeaders } from '../shared/routing';
import type { ChatAnswer, ChatRequest } from '../shared/runtime-types';
import { callRuntime } from '../shared/transport';
import type { JsonSchema } from './json-schema';
import { isClosed, problemBySchema } from './json-schema';

/** Above what the runtime takes for all its attempts, so that its own error arrives. */
const LONGEST_CALL_MS = 900_000;

interface Question {
  readonly system?: string;
  readonly prompt: string;
}

interface Answered {
  readonly text: string;
  /** Who answered, what it took and why: what every output of the node carries. */
  readonly routing: IDataObject;
}

/** One call through the router. Throws when it is refused or the model declines. */
export async function ask(context: IExecuteFunctions, itemIndex: number, question: Question): Promise<Answered> {
  return toAnswered(context, itemIndex, await call(context, itemIndex, question));
}

/** The same with an answer that is JSON by the schema. Throws for one that is not. */
export async function askBySchema(
  context: IExecuteFunctions, itemIndex: number, question: Question, schema: JsonSchema,
): Promise<{ readonly output: unknown; readonly routing: IDataObject }> {
  const answer = await call(context, itemIndex, question, {
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: isClosed(schema), schema } },
  });
  const { text, routing } = toAnswered(context, itemIndex, answer);
  if (routing.finishReason === 'length') {
    throw new NodeOperationError(context.getNode(), 'The answer was cut off before its JSON was complete', {
      itemIndex, description: `${String(routing.model)} reached the maximum number of tokens. Raise the option "Maximum Number of Tokens".`,
    });
  }
  const output = parse(text);
  const problem = output === undefined ? 'it is not JSON' : problemBySchema(output, schema, schema);
  if (problem === undefined) return { output, routing };
  throw new NodeOperationError(context.getNode(), `The model's answer does not fit the schema: ${problem}`, {
    itemIndex,
    description: `${String(routing.model)} answered: ${text.slice(0, 300)}${text.length > 300 ? '…' : ''} – Name a more capable model or the policy "Best", or describe more plainly what is wanted. The decision is ${String(routing.decisionId)}.`,
  });
}

async function call(context: IExecuteFunctions, itemIndex: number, { system, prompt }: Question, more: Partial<ChatRequest> = {}) {
  const routing = readRouting(context, itemIndex);
  const began = Date.now();
  const answer = await callRuntime<ChatAnswer>(context, {
    method: 'POST', path: '/v1/chat/completions',
    headers: routingHeaders(routing, { agent: context.getNode().name, workflow: context.getWorkflow().name }),
    body: toBody(routing, [...(system === undefined ? [] : [{ role: 'system' as const, content: system }]), { role: 'user', content: prompt }], more),
    once: true, signal: context.getExecutionCancelSignal(), timeoutMs: LONGEST_CALL_MS, parameterNames: ROUTING_NAMES,
  });
  return { answer, durationMs: Date.now() - began };
}

function toBody({ model, maxTokens, temperature }: Routing, messages: ChatRequest['messages'], more: Partial<ChatRequest>): ChatRequest {
  return {
    model, messages,
    ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
    ...(temperature === undefined ? {} : { temperature }),
    ...more,
  };
}

function toAnswered(context: IExecuteFunctions, itemIndex: number, { answer, durationMs }: { answer: ChatAnswer; durationMs: number }): Answered {
  const { aios, choices: [choice] } = answer;
  const text = typeof choice?.message.content === 'string' ? choice.message.content : '';
  if (choice?.finish_reason === 'content_filter') {
    throw new NodeOperationError(context.getNode(), `${aios.model} declined to answer`, {
      itemIndex, description: `${text === '' ? '' : `${text} – `}Change the prompt, or name another model. The decision is ${aios.decision_id}.`,
    });
  }
  return {
    text,
    routing: {
      model: aios.model, reason: aios.reason ?? null, costUsd: aios.cost_usd, costStatus: aios.cost_status, tokens: tokensOf(answer.usage),
      durationMs, cached: aios.cached ?? false, finishReason: choice?.finish_reason ?? null, decisionId: aios.decision_id,
    },
  };
}

/** Tokens in disjoint classes; reasoning is a part of the output. */
function tokensOf(usage: ChatAnswer['usage']): IDataObject {
  const detail = (group: string, name: string) => Number((usage[group] as IDataObject | undefined)?.[name] ?? 0);
  const cacheRead = detail('prompt_tokens_details', 'cached_tokens');
  const cacheWrite = detail('prompt_tokens_details', 'cache_write_tokens');
  return {
    input: usage.prompt_tokens - cacheRead - cacheWrite, cacheRead, cacheWrite, output: usage.completion_tokens,
    reasoning: detail('completion_tokens_details', 'reasoning_tokens'), total: usage.total_tokens,
  };
}

/** JSON that a model may have put between fences; undefined when it is none. */
function parse(text: string): unknown {
  const bare = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}
