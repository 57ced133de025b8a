import type { Model, Price } from '../providers/model.ts';
import { expectedUsd, worstCaseUsd } from './cost.ts';

/** A model considered for one request. */
export interface Candidate {
  readonly model: Model;
  readonly price: Price;
  /** Counted once a request; other tokenizers may count more. */
  readonly promptTokens: number;
  /** What the model may answer: the request's limit or its own. */
  readonly maxOutputTokens: number;
  /** USD; null when the price is unknown. */
  readonly worstCaseUsd: number | null;
  readonly expectedUsd: number | null;
}

export function toCandidate(model: Model, price: Price, promptTokens: number, maxOutputTokens: number): Candidate {
  const limit = Math.min(maxOutputTokens, model.maxOutputTokens);
  return {
    model, price, promptTokens, maxOutputTokens: limit,
    worstCaseUsd: worstCaseUsd(price, promptTokens, limit),
    expectedUsd: expectedUsd(price, promptTokens, limit),
  };
}
