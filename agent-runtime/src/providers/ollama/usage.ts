import type { ChatResponse } from 'ollama';
import type { Usage } from '../../contract/usage.ts';

/** Ollama counts the whole prompt, cached or not, and does not tell thinking from answering. */
export function toUsage(response: Partial<ChatResponse>): Usage {
  return {
    input: response.prompt_eval_count ?? 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: response.eval_count ?? 0, reasoning: 0,
  };
}

/** An answer without counts: older servers leave the prompt's out when it was cached. */
export function isUsageKnown(response: Partial<ChatResponse>): boolean {
  return response.prompt_eval_count !== undefined && response.eval_count !== undefined;
}
