import type { Usage } from '../../../contract/usage.ts';
import type { FinishReason } from '../../../providers/model.ts';
import type { RoutedResponse } from '../../../router/routed-model.ts';
import { factsOf } from '../answer-facts.ts';
import { toThinkingBlocks } from './thinking-blocks.ts';

export const FINISH_REASONS: Readonly<Record<FinishReason, string>> = {
  'stop': 'stop', 'length': 'length', 'refused': 'content_filter', 'tool-calls': 'tool_calls',
};

/** What `refusal` says when a model declined; its own words, if there were any, stand in `content`. */
export const REFUSAL = 'The model declined to answer.';

export function chatId(decisionId: string): string {
  return `chatcmpl-${decisionId}`;
}

export function now(): number {
  return Math.floor(Date.now() / 1_000);
}

/** The body of an answer that is not streamed, as JSON text. */
export function toChatCompletion(response: RoutedResponse): string {
  return JSON.stringify({
    id: chatId(response.decisionId),
    object: 'chat.completion',
    created: now(),
    model: response.model,
    choices: [{ index: 0, message: toMessage(response), logprobs: null, finish_reason: FINISH_REASONS[response.finishReason] }],
    usage: toChatUsage(response.usage),
    aios: factsOf(response),
  });
}

function toMessage({ text, toolCalls, reasoning, finishReason }: RoutedResponse) {
  const calls = toolCalls !== undefined && toolCalls.length > 0;
  const message: Record<string, unknown> = {
    role: 'assistant',
    content: text === '' && (calls || finishReason === 'refused') ? null : text,
    refusal: finishReason === 'refused' ? REFUSAL : null,
  };
  if (calls) message['tool_calls'] = toolCalls.map(({ id, name, argumentsText }) => ({ id, type: 'function', function: { name, arguments: argumentsText } }));
  if (reasoning !== undefined && reasoning.length > 0) {
    message['reasoning_content'] = reasoning.map((part) => part.text).join('');
    const blocks = toThinkingBlocks(reasoning);
    if (blocks !== undefined) message['thinking_blocks'] = blocks;
  }
  return message;
}

export function toChatUsage({ input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning }: Usage) {
  const written = cacheWrite5m + cacheWrite1h;
  const prompt = input + cacheRead + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: written },
    completion_tokens_details: { reasoning_tokens: reasoning },
  };
}
