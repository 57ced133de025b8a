import type { ChatRequest, Message as OllamaMessage, Tool } from 'ollama';
import { textOf } from '../content.ts';
import type { MessagePart, ModelRequest } from '../model.ts';
import type { KnownModel } from './known-models.ts';

/** Sizes a context may have: few, because Ollama loads the model anew when the size changes. */
const SMALLEST_CONTEXT = 8_192;

/**
 * Local models cut text into other tokens than the counter, so a prompt is taken to be a third longer than counted.
 * What would still not fit is refused by the server: `truncate` and `shift` are off, so nothing is dropped in silence.
 */
const TOKENIZER_MARGIN = 4 / 3;
/** What common models make of one image. */
const TOKENS_AN_IMAGE = 1_500;

export type OllamaChatRequest = ChatRequest & { readonly truncate: false; readonly shift: false };

export interface ChatTarget {
  readonly modelId: string;
  /** The most that the model can hold. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly capabilities: KnownModel['capabilities'];
}

/** `promptTokens`: as counted of `promptText`. Ollama cannot be told that a tool must be called: a named one is the only one offered. */
export function toChatRequest(target: ChatTarget, messages: OllamaMessage[], promptTokens: number, request: ModelRequest): OllamaChatRequest {
  const numPredict = Math.min(request.maxOutputTokens, target.maxOutputTokens);
  const tools = toTools(request);
  const think = toThink(target, request);
  const format = request.outputSchema?.jsonSchema ?? (request.jsonObject === true ? 'json' : undefined);
  const needed = (promptTokens + TOKENS_AN_IMAGE * imagesIn(request)) * TOKENIZER_MARGIN + numPredict;
  return {
    model: target.modelId,
    messages,
    ...(tools.length > 0 ? { tools } : {}),
    ...(think === undefined ? {} : { think }),
    ...(format === undefined ? {} : { format }),
    options: defined({
      num_ctx: contextSize(needed, target.contextWindow),
      num_predict: numPredict,
      temperature: request.temperature,
      top_p: request.topP,
      top_k: request.topK,
      seed: request.seed,
      presence_penalty: request.presencePenalty,
      frequency_penalty: request.frequencyPenalty,
      stop: request.stopSequences !== undefined && request.stopSequences.length > 0 ? [...request.stopSequences] : undefined,
    }),
    truncate: false,
    shift: false,
  };
}

/** All text of a request that becomes tokens. */
export function promptText({ system, messages, tools }: ModelRequest): string {
  return [system, ...messages.map(({ content }) => (typeof content === 'string' ? content : content.map(textOfPart).join('\n'))), ...(tools ? [JSON.stringify(tools)] : [])].join('\n');
}

function textOfPart(part: MessagePart): string {
  switch (part.type) {
    case 'text': return part.text;
    case 'tool-call': return `${part.name} ${part.argumentsText}`;
    case 'tool-result': return textOf(part.content);
    default: return '';
  }
}

function imagesIn({ messages }: ModelRequest): number {
  const parts = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  return parts.flatMap((part): readonly MessagePart[] => (part.type === 'tool-result' && typeof part.content !== 'string' ? part.content : [part]))
    .filter(({ type }) => type === 'image').length;
}

function toTools({ tools = [], toolChoice }: ModelRequest): Tool[] {
  if (toolChoice?.type === 'none') return [];
  const offered = toolChoice?.type === 'tool' ? tools.filter(({ name }) => name === toolChoice.name) : tools;
  return offered.map(({ name, description, inputSchema }): Tool => ({
    type: 'function', function: { name, ...(description === undefined ? {} : { description }), parameters: inputSchema as NonNullable<Tool['function']['parameters']> },
  }));
}

/** Models that cannot think refuse to be told how; gpt-oss knows degrees, and cannot leave it, others only whether. */
function toThink({ modelId, capabilities }: ChatTarget, { reasoning }: ModelRequest): ChatRequest['think'] {
  if (reasoning === undefined || !capabilities?.includes('thinking')) return undefined;
  const effort = 'effort' in reasoning ? reasoning.effort : reasoning.budgetTokens <= 2_048 ? 'low' : reasoning.budgetTokens <= 8_192 ? 'medium' : 'high';
  if (/gpt-oss/.test(modelId)) return effort === 'none' ? 'low' : effort;
  return effort !== 'none';
}

function contextSize(needed: number, contextWindow: number): number {
  let size = SMALLEST_CONTEXT;
  while (size < needed) size *= 2;
  return Math.min(size, contextWindow);
}

function defined<T extends object>(fields: T): { [Key in keyof T]: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [Key in keyof T]: NonNullable<T[Key]> };
}
