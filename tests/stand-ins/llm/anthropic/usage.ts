import { countOf, usageOf } from '../behaviour.ts';
import type { Answer } from '../behaviour.ts';
import { isRecord } from '../call.ts';
import type { LlmCall } from '../call.ts';

/**
 * What an answer reports. A system text of more than a thousand tokens that is marked for the cache is written to it by
 * the first call and read from it by later ones; `cached` is that cache.
 */
export function usageFor(answer: Answer, call: LlmCall, cached: Set<string>): Readonly<Record<string, unknown>> {
  const block: unknown = Array.isArray(call.body.system) ? call.body.system.at(-1) : undefined;
  const system = countOf(call.system);
  const isMarked = isRecord(block) && block.cache_control !== undefined && system >= 1_000;
  const key = `${call.model}\n${call.system}`;
  const cache = isMarked ? { [cached.has(key) ? 'cacheRead' : 'cacheWrite5m']: system } : {};
  if (isMarked) cached.add(key);
  const rest = call.messages.reduce((sum, { content }) => sum + countOf(content), 0);
  const usage = usageOf({ ...answer, usage: answer.usage === 'none' ? {} : { ...cache, ...answer.usage } }, isMarked ? rest : rest + system);
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h },
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.reasoning },
    service_tier: 'standard',
  };
}
