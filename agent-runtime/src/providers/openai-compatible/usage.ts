import type { Usage } from '../../contract/usage.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import type { WireUsage } from './wire.ts';

/** OpenAI counts cached tokens inside the prompt's and reasoning inside the completion's; ours are disjoint. */
export function toUsage(usage: WireUsage | null | undefined): Usage {
  if (!usage) return NO_USAGE;
  const prompt = usage.prompt_tokens ?? 0;
  const cacheRead = Math.min(usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0, prompt);
  const cacheWrite5m = Math.min(usage.prompt_tokens_details?.cache_write_tokens ?? 0, prompt - cacheRead);
  const output = usage.completion_tokens ?? 0;
  return {
    input: prompt - cacheRead - cacheWrite5m,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h: 0,
    output,
    reasoning: Math.min(usage.completion_tokens_details?.reasoning_tokens ?? 0, output),
  };
}
