import type { ChatResponse } from 'ollama';
import type { Usage } from '../../contract/usage.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import { usableUsage } from '../usable-usage.ts';

/** Ollama counts the whole prompt, cached or not, and does not tell thinking from answering. What was told for nought is nothing. */
export function toUsage(response: Partial<ChatResponse>): Usage {
  return usableUsage({ ...NO_USAGE, input: response.prompt_eval_count ?? 0, output: response.eval_count ?? 0 }) ?? NO_USAGE;
}

/** An answer without counts: older servers leave the prompt's out when it was cached. */
export function isUsageKnown(response: Partial<ChatResponse>): boolean {
  const { prompt_eval_count: input, eval_count: output } = response;
  return input !== undefined && output !== undefined && usableUsage({ ...NO_USAGE, input, output }) !== null;
}
