import type { MessageDeltaUsage, Usage as AnthropicUsage } from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { Usage } from '../../contract/usage.ts';

/** Anthropic's input classes are disjoint already; a write whose lifetime is not told is a five-minute one, the default. Null: not both were told. */
export function toUsage(usage: Partial<AnthropicUsage> | null | undefined): Usage | null {
  if (typeof usage?.input_tokens !== 'number' || typeof usage.output_tokens !== 'number') return null;
  const cacheWrite1h = usage.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    input: usage.input_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite5m: usage.cache_creation?.ephemeral_5m_input_tokens ?? Math.max(0, (usage.cache_creation_input_tokens ?? 0) - cacheWrite1h),
    cacheWrite1h,
    output: usage.output_tokens,
    reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
  };
}

/** Usage after a `message_delta`, whose figures are totals so far; how long cache writes live was told by `message_start`. */
export function withDelta(usage: Usage, delta: Partial<MessageDeltaUsage> | null | undefined): Usage {
  if (!delta) return usage;
  const written = delta.cache_creation_input_tokens ?? usage.cacheWrite5m + usage.cacheWrite1h;
  const cacheWrite1h = Math.min(usage.cacheWrite1h, written);
  return {
    input: delta.input_tokens ?? usage.input,
    cacheRead: delta.cache_read_input_tokens ?? usage.cacheRead,
    cacheWrite5m: written - cacheWrite1h,
    cacheWrite1h,
    output: delta.output_tokens ?? usage.output,
    reasoning: delta.output_tokens_details?.thinking_tokens ?? usage.reasoning,
  };
}
