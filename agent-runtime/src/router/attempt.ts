import { NO_USAGE } from '../contract/usage.ts';
import type { Usage } from '../contract/usage.ts';
import type { AiosError } from '../errors.ts';
import type { ModelResponse, Price } from '../providers/model.ts';
import { partialUsageOf } from '../providers/partial-usage.ts';
import type { Candidate } from './candidate.ts';
import { costOf, inputOf } from './cost.ts';
import type { ModelAttempt } from './routed-model.ts';

/** What a call that answered is in the ledger. */
export function answeredAttempt(candidate: Candidate, response: ModelResponse, durationMs: number): ModelAttempt {
  const { usage, usageKnown = true } = response;
  return { ...identity(candidate), usage, durationMs, errorCode: null, ...costOf(usage, candidate.entry.price, usageKnown && isPlausible(usage, candidate)) };
}

/** No prompt has no tokens. */
function isPlausible(usage: Usage, candidate: Candidate): boolean {
  return inputOf(usage) > 0 && isWithinReason(usage, candidate);
}

/** Servers count pictures and rare scripts in their own ways, but not as several times of what the model takes. */
function isWithinReason(usage: Usage, { entry: { model } }: Candidate): boolean {
  return inputOf(usage) + usage.output <= 4 * model.contextWindow;
}

/** What a call had brought when it failed. */
export interface Received {
  readonly error: AiosError;
  readonly durationMs: number;
  /** Tokens of what was streamed until then. */
  readonly outputTokens: number;
  /** Whether anything had come. */
  readonly begun: boolean;
}

/**
 * What a call that failed is in the ledger. One that the provider turned down cost nothing. One that broke off in its
 * answer is charged for what was sent and received. Of one that ended before its first part it is not known what it cost:
 * `worstCaseUsd` is the most that can have been.
 */
export function failedAttempt(candidate: Candidate, { error, durationMs, outputTokens, begun }: Received): ModelAttempt {
  const given = partialUsageOf(error);
  const told = given === null || isWithinReason(given, candidate) ? given : NO_USAGE;
  const base = { ...identity(candidate), durationMs, errorCode: error.code };
  const free = candidate.entry.price.status === 'free';
  if (told === null && !begun) return { ...base, usage: NO_USAGE, costUsd: 0, costStatus: free ? 'free' : 'known', worstCaseUsd: 0 };
  const usage = estimated(told ?? NO_USAGE, candidate, outputTokens, begun);
  if (free) return { ...base, usage, costUsd: 0, costStatus: 'free', worstCaseUsd: 0 };
  if (!begun) return { ...base, usage, costUsd: null, costStatus: 'unknown' };
  return { ...base, usage, ...estimate(usage, candidate.entry.price) };
}

/** USD to take off what may still be spent. */
export function countedUsd(attempt: ModelAttempt): number {
  return attempt.costUsd ?? attempt.worstCaseUsd ?? 0;
}

function estimated(told: Usage, candidate: Candidate, outputTokens: number, begun: boolean): Usage {
  if (!begun) return told;
  return {
    ...told,
    input: inputOf(told) > 0 ? told.input : candidate.promptTokens,
    output: Math.max(told.output, outputTokens),
  };
}

function estimate(usage: Usage, price: Price) {
  const cost = costOf(usage, price, true);
  return cost.costUsd === null ? cost : { ...cost, costStatus: 'estimated' as const };
}

function identity({ entry: { model }, worstCaseUsd }: Candidate) {
  return { model: model.id, provider: model.provider, worstCaseUsd };
}
