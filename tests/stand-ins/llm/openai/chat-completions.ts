import { randomUUID } from 'node:crypto';
import { argumentsOf, countOf, piecesOf, textOfAnswer, usageOf } from '../behaviour.ts';
import type { Answer, ScriptedThought } from '../behaviour.ts';
import { contentHashOf, isRecord, textOf } from '../call.ts';
import type { CallImage, CallTool, LlmCall } from '../call.ts';
import type { Renderer } from '../perform.ts';
import { openAiError } from './errors.ts';
import { toolPieces } from './tool-pieces.ts';

export function toCompletionCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const raw = body.messages as { role: string; content: unknown }[];
  const all = raw.map(({ role, content }) => ({ role, content: textOf(content) }));
  const isSystem = ({ role }: { role: string }) => role === 'system' || role === 'developer';
  const format = isRecord(body.response_format) ? body.response_format.json_schema : undefined;
  const parts = {
    model: String(body.model),
    system: all.filter(isSystem).map(({ content }) => content).join('\n'),
    messages: all.filter((message) => !isSystem(message)),
    images: raw.flatMap(imagesOf),
    tools: toolsOf(body.tools),
    schema: isRecord(format) && isRecord(format.schema) ? format.schema : null,
  };
  const limit = body.max_completion_tokens ?? body.max_tokens;
  return { ...parts, path, headers, body, stream: body.stream === true, maxTokens: typeof limit === 'number' ? limit : null, contentHash: contentHashOf(parts) };
}

function imagesOf({ role, content }: { readonly role: string; readonly content: unknown }): CallImage[] {
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: unknown) => (isRecord(part) && isRecord(part.image_url) ? [{ role, url: String(part.image_url.url) }] : []));
}

function toolsOf(tools: unknown): CallTool[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((tool: unknown) => (isRecord(tool) && isRecord(tool.function)
    ? [{ name: String(tool.function.name), schema: isRecord(tool.function.parameters) ? tool.function.parameters : {} }] : []));
}

const FINISH_REASONS = { stop: 'stop', length: 'length', refused: 'stop', paused: 'stop', 'context-full': 'length' } as const;

function finishOf(answer: Answer): string {
  return answer.finish ? FINISH_REASONS[answer.finish] : (answer.toolCalls?.length ?? 0) > 0 ? 'tool_calls' : 'stop';
}

export const CHAT_COMPLETIONS: Renderer = {
  streamType: 'text/event-stream; charset=utf-8',
  whole(answer, call) {
    const thought = (answer.thoughts ?? []).map(textOfThought).join('');
    const text = textOfAnswer(answer);
    const refused = answer.finish === 'refused';
    const message = {
      role: 'assistant', content: refused || (text === '' && answer.toolCalls) ? null : text, refusal: refused ? text : null,
      ...(thought === '' ? {} : { reasoning_content: thought }),
      ...(answer.toolCalls ? {
        tool_calls: answer.toolCalls.map((toolCall, index) => ({ id: toolCall.id ?? `call_${index + 1}`, type: 'function', function: { name: toolCall.name, arguments: argumentsOf(toolCall) } })),
      } : {}),
    };
    return {
      ...identity('chat.completion', call),
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishOf(answer), ...stopReason(answer) }],
      ...(answer.usage === 'none' ? {} : { usage: toUsage(answer, call) }),
    };
  },
  lines(answer, call) {
    const id = identity('chat.completion.chunk', call);
    const wantsUsage = isRecord(call.body.stream_options) && call.body.stream_options.include_usage === true && answer.usage !== 'none';
    const usage = wantsUsage ? { usage: answer.usageOnEveryChunk === true ? toUsage(answer, call) : null } : {};
    const chunk = (delta: unknown, finish: object = { finish_reason: null }) => data({ ...id, choices: [{ index: 0, delta, logprobs: null, ...finish }], ...usage });
    const field = answer.finish === 'refused' ? 'refusal' : 'content';
    return {
      head: [chunk({ role: 'assistant', content: '', refusal: null })],
      pieces: [
        ...(answer.thoughts ?? []).flatMap((thought) => piecesOf(textOfThought(thought)).map((text) => chunk({ reasoning_content: text }))),
        ...piecesOf(textOfAnswer(answer)).map((text) => chunk({ [field]: text })),
        ...toolPieces(answer).map((piece) => chunk({ tool_calls: [piece] })),
      ],
      tail: [
        chunk({}, { finish_reason: finishOf(answer), ...stopReason(answer) }),
        ...(wantsUsage ? [data({ ...id, choices: [], usage: toUsage(answer, call) })] : []),
        'data: [DONE]\n\n',
      ],
    };
  },
  error: openAiError,
  errorLine: (kind) => data(openAiError(kind).body),
  brokenLine: 'data: {"id":"chatcmpl-1","choices":[{"delta"\n\n',
};

/** vLLM's field. */
function stopReason({ stopSequence }: Answer) {
  return stopSequence === undefined ? {} : { stop_reason: stopSequence };
}

function textOfThought(thought: ScriptedThought): string {
  return 'text' in thought ? thought.text : '';
}

function identity(object: string, call: LlmCall) {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1_000), model: call.model, service_tier: 'default' };
}

/** OpenAI counts cached tokens and reasoning as parts of the whole. */
export function toUsage(answer: Answer, call: LlmCall) {
  const usage = usageOf(answer, countOf(call.system) + call.messages.reduce((sum, { content }) => sum + countOf(content), 0));
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite5m;
  return {
    prompt_tokens: prompt, completion_tokens: usage.output, total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite5m, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: usage.reasoning, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
