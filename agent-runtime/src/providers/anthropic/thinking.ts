import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { ModelRequest } from '../model.ts';
import { thinkingByDefault, thinkingOf } from './known-models.ts';

type Thinking = Pick<MessageCreateParamsBase, 'thinking' | 'output_config'>;

const BUDGETS = { low: 2_048, medium: 8_192, high: 16_384 } as const;
/** Anthropic's least. */
const LEAST_BUDGET = 1_024;

/** How the model is told to think, if the request says anything of it. */
export function toThinking(modelId: string, maxTokens: number, request: ModelRequest): Thinking {
  const { reasoning, toolChoice } = request;
  if (reasoning === undefined) return {};
  const way = thinkingOf(modelId);
  // A tool that must be called leaves no room for thinking.
  const forced = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
  if ('effort' in reasoning && reasoning.effort === 'none') {
    if (way !== 'effort') return {};
    const usual = thinkingByDefault(modelId);
    return usual === 'on' ? { thinking: { type: 'disabled' } } : usual === 'always' ? { output_config: { effort: 'low' } } : {};
  }
  const asked = 'effort' in reasoning ? reasoning.effort as keyof typeof BUDGETS : reasoning.budgetTokens;
  if (way === 'effort') {
    const effort = typeof asked === 'string' ? asked : asked <= BUDGETS.low ? 'low' : asked <= BUDGETS.medium ? 'medium' : 'high';
    return { output_config: { effort }, ...(forced ? {} : { thinking: { type: 'adaptive', display: 'summarized' } }) };
  }
  if (way === 'none' || forced || !mayGoOnThinking(request)) return {};
  const budget = Math.min(typeof asked === 'string' ? BUDGETS[asked] : asked, maxTokens - Math.min(LEAST_BUDGET, Math.floor(maxTokens / 2)));
  return budget < LEAST_BUDGET ? {} : { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** A turn that called tools without thinking, as one of another model, cannot be gone on with by thinking. */
function mayGoOnThinking({ messages }: ModelRequest): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant');
  if (last === undefined || typeof last.content === 'string') return true;
  const called = last.content.some(({ type }) => type === 'tool-call');
  return !called || last.content.some((part) => part.type === 'reasoning' && (part.signature !== undefined || part.redactedData !== undefined));
}
