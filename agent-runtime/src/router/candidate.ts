import type { PrivacyTreatment } from '../contract/privacy.ts';
import type { CatalogueEntry } from './catalogue/catalogue.ts';
import { expectedUsd, worstCaseUsd } from './cost.ts';
import type { PromptSize } from './tokens.ts';

/** A model considered for one request. */
export interface Candidate {
  readonly entry: CatalogueEntry;
  readonly prompt: PromptSize;
  /** Of `prompt`: counted, or estimated where nothing asked for a count. */
  readonly promptTokens: number;
  /** What the model may answer: the request's limit or its own. */
  readonly maxOutputTokens: number;
  /** USD; null when the price is unknown. */
  readonly worstCaseUsd: number | null;
  readonly expectedUsd: number | null;
  /** What the privacy policy does to the text on its way to this model. */
  readonly treatment: PrivacyTreatment;
  /** Expected from what was measured; null: nothing was measured lately. */
  readonly latencyMs: number | null;
  /** For `cost-quality` the expected chance that its answer is good enough, else its standing and what was learnt of it; null: not known. */
  readonly quality: number | null;
}

/** What is known of a model for one request besides its price. */
export interface CandidateFacts {
  readonly maxOutputTokens: number;
  readonly treatment: PrivacyTreatment;
  readonly latencyMs: number | null;
  readonly quality: number | null;
}

/** `facts.maxOutputTokens` is what the request allows. */
export function toCandidate(entry: CatalogueEntry, prompt: PromptSize, facts: CandidateFacts): Candidate {
  const maxOutputTokens = Math.min(facts.maxOutputTokens, entry.model.maxOutputTokens);
  return {
    entry,
    prompt,
    promptTokens: prompt.tokens,
    maxOutputTokens,
    worstCaseUsd: worstCaseUsd(entry.price, prompt, maxOutputTokens),
    expectedUsd: expectedUsd(entry.price, prompt.tokens, maxOutputTokens),
    treatment: facts.treatment,
    latencyMs: facts.latencyMs,
    quality: facts.quality,
  };
}
