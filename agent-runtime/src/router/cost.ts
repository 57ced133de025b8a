import type { Cost, Usage } from '../contract/usage.ts';
import type { Price, Rates } from '../providers/model.ts';
import type { PromptSize } from './tokens.ts';

const MILLION = 1_000_000;
/** An answer is rarely longer than this, however much the caller allows. */
const USUAL_ANSWER = 1_000;

/** What a call cost, by its usage. `usageKnown` false: the usage is only a lower bound, so the cost is unknown. */
export function costOf(usage: Usage, price: Price, usageKnown: boolean): Cost {
  if (price.status === 'free') return { costUsd: 0, costStatus: 'free' };
  if (price.status === 'unknown' || !usageKnown) return { costUsd: null, costStatus: 'unknown' };
  const rates = ratesFor(price, inputOf(usage));
  const costUsd = (usage.input * rates.inputPerMillion + usage.cacheRead * rates.cacheReadPerMillion
    + usage.cacheWrite5m * rates.cacheWrite5mPerMillion + usage.cacheWrite1h * rates.cacheWrite1hPerMillion
    + usage.output * rates.outputPerMillion) / MILLION;
  return { costUsd, costStatus: 'known' };
}

/** The most a call can cost in USD: all input written to the cache, all output used. Null when the price is unknown. */
export function worstCaseUsd(price: Price, prompt: PromptSize, maxOutputTokens: number): number | null {
  if (price.status === 'unknown') return null;
  if (price.status === 'free') return 0;
  const rates = ratesFor(price, prompt.most);
  return (prompt.most * Math.max(rates.inputPerMillion, rates.cacheWrite5mPerMillion) + maxOutputTokens * rates.outputPerMillion) / MILLION;
}

/** What a usual call costs in USD: no cache, and an answer of `expectedOutputTokens`. Null when the price is unknown. */
export function expectedUsd(price: Price, promptTokens: number, maxOutputTokens: number): number | null {
  if (price.status === 'unknown') return null;
  if (price.status === 'free') return 0;
  const rates = ratesFor(price, promptTokens);
  return (promptTokens * rates.inputPerMillion + expectedOutputTokens(maxOutputTokens) * rates.outputPerMillion) / MILLION;
}

/** A quarter of what the caller allows, but no more than a usual answer has. */
export function expectedOutputTokens(maxOutputTokens: number): number {
  return Math.min(USUAL_ANSWER, maxOutputTokens / 4);
}

/** Rates of a request with that many input tokens, cached ones included. */
export function ratesFor(price: Extract<Price, { status: 'known' }>, inputTokens: number): Rates {
  return price.tiers?.findLast((tier) => inputTokens > tier.aboveInputTokens) ?? price;
}

export function inputOf(usage: Usage): number {
  return usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
}
