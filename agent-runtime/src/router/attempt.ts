import { NO_USAGE } from '../contract/usage.ts';
import type { Cost } from '../contract/usage.ts';
import type { AiosError } from '../errors.ts';
import type { ModelResponse, Price } from '../providers/model.ts';
import { partialUsageOf } from '../providers/partial-usage.ts';
import type { Candidate } from './candidate.ts';
import { costOf } from './cost.ts';
import type { ModelAttempt } from './routed-model.ts';

/** What a call that answered is in the ledger. */
export function answeredAttempt(candidate: Candidate, response: ModelResponse, durationMs: number): ModelAttempt {
  return {
    ...identity(candidate), usage: response.usage, durationMs, errorCode: null,
    ...costOf(response.usage, candidate.price, response.usageKnown ?? true),
  };
}

/**
 * What a call that failed is in the ledger. One that the provider turned down cost nothing; one that broke off may have
 * cost more than was told, so its cost is unknown and `worstCaseUsd` is what it can have been.
 */
export function failedAttempt(candidate: Candidate, error: AiosError, durationMs: number): ModelAttempt {
  const usage = partialUsageOf(error);
  const cost = usage === null ? nothing(candidate.price) : costOf(usage, candidate.price, false);
  return {
    ...identity(candidate), usage: usage ?? NO_USAGE, durationMs, errorCode: error.code, ...cost,
    worstCaseUsd: usage === null ? 0 : candidate.worstCaseUsd,
  };
}

/** USD to take off what may still be spent. */
export function countedUsd(attempt: ModelAttempt): number {
  return attempt.costUsd ?? attempt.worstCaseUsd ?? 0;
}

function identity({ model, worstCaseUsd }: Candidate) {
  return { model: model.id, provider: model.provider, worstCaseUsd };
}

function nothing(price: Price): Cost {
  return { costUsd: 0, costStatus: price.status === 'free' ? 'free' : 'known' };
}
