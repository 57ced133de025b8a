import { randomUUID } from 'node:crypto';
import { countOf, piecesOf, usageOf } from '../behaviour.ts';
import type { Answer } from '../behaviour.ts';
import { contentHashOf, isRecord, textOf } from '../call.ts';
import type { LlmCall } from '../call.ts';
import type { Renderer } from '../perform.ts';
import { openAiError } from './errors.ts';

export function toCompletionCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const all = (body.messages as { role: string; content: unknown }[]).map(({ role, content }) => ({ role, content: textOf(content) }));
  const isSystem = ({ role }: { role: string }) => role === 'system' || role === 'developer';
  const format = isRecord(body.response_format) ? body.response_format.json_schema : undefined;
  const parts = {
    model: String(body.model),
    system: all.filter(isSystem).map(({ content }) => content).join('\n'),
    messages: all.filter((message) => !isSystem(message)),
    schema: isRecord(format) && isRecord(format.schema) ? format.schema : null,
  };
  const limit = body.max_completion_tokens ?? body.max_tokens;
  return { ...parts, path, headers, body, stream: body.stream === true, maxTokens: typeof limit === 'number' ? limit : null, contentHash: contentHashOf(parts) };
}

const FINISH_REASONS = { stop: 'stop', length: 'length', refused: 'stop' } as const;

export const CHAT_COMPLETIONS: Renderer = {
  streamType: 'text/event-stream; charset=utf-8',
  whole(answer, call) {
    const message = answer.finish === 'refused' ? { role: 'assistant', content: null, refusal: answer.text } : { role: 'assistant', content: answer.text, refusal: null };
    return {
      ...identity('chat.completion', call),
      choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH_REASONS[answer.finish ?? 'stop'] }],
      ...(answer.usage === 'none' ? {} : { usage: toUsage(answer, call) }),
    };
  },
  lines(answer, call) {
    const id = identity('chat.completion.chunk', call);
    const wantsUsage = isRecord(call.body.stream_options) && call.body.stream_options.include_usage === true && answer.usage !== 'none';
    const chunk = (delta: unknown, finish_reason: string | null = null) => data({ ...id, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...(wantsUsage ? { usage: null } : {}) });
    const field = answer.finish === 'refused' ? 'refusal' : 'content';
    return {
      head: [chunk({ role: 'assistant', content: '', refusal: null })],
      pieces: piecesOf(answer.text).map((text) => chunk({ [field]: text })),
      tail: [
        chunk({}, FINISH_REASONS[answer.finish ?? 'stop']),
        ...(wantsUsage ? [data({ ...id, choices: [], usage: toUsage(answer, call) })] : []),
        'data: [DONE]\n\n',
      ],
    };
  },
  error: openAiError,
  errorLine: (kind) => data(openAiError(kind).body),
  brokenLine: 'data: {"id":"chatcmpl-1","choices":[{"delta"\n\n',
};

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
