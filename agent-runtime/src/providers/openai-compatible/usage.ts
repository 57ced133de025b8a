import type { Usage } from '../../contract/usage.ts';
import { usableUsage } from '../usable-usage.ts';
import type { WireUsage } from './wire.ts';

/** OpenAI counts cached tokens inside the prompt's and reasoning inside the completion's; ours are disjoint. Null: not both were told, or nothing of use. */
export function toUsage(usage: WireUsage | null | undefined): Usage | null {
  if (typeof usage?.prompt_tokens !== 'number' || typeof usage.completion_tokens !== 'number') return null;
  const { prompt_tokens: prompt, completion_tokens: output } = usage;
  const cacheRead = Math.min(usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0, prompt);
  const cacheWrite5m = Math.min(usage.prompt_tokens_details?.cache_write_tokens ?? 0, prompt - cacheRead);
  return usableUsage({
    input: prompt - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output,
    reasoning: Math.min(usage.completion_tokens_details?.reasoning_tokens ?? 0, output),
  });
}
