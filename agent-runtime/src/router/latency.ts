import { createHistogram } from './decayed-histogram.ts';
import type { DecayedHistogram } from './decayed-histogram.ts';

/** What one call told of a model's speed. */
export interface LatencySample {
  /** Null: the answer was not streamed. */
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
  readonly outputTokens: number;
}

export interface LatencySummary {
  readonly firstTokenMs: { readonly p50: number; readonly p95: number };
  /** `p95`: what 19 of 20 answers were faster than. */
  readonly tokensPerSecond: { readonly p50: number; readonly p95: number };
}

/** How fast models answered lately, by decayed histograms. What was not called for an hour is not known. */
export interface Latency {
  record(modelId: string, sample: LatencySample): void;
  /** A call that failed counts as a slow one, so that a broken model does not stay the fastest. */
  recordFailure(modelId: string, durationMs: number): void;
  /** Expected duration of an answer of that length in ms, failures counted in; null when nothing recent is known. */
  expectedMs(modelId: string, outputTokens: number): number | null;
  summary(modelId: string): LatencySummary | null;
}

const FORGOTTEN_AFTER_MS = 60 * 60_000;
const LEAST_FAILURE_MS = 10_000;
/** Assumed of a model until it has streamed an answer: how the time of an answer in one piece divides. */
const USUAL_FIRST_TOKEN_MS = 500;
const USUAL_MS_A_TOKEN = 15;

interface Known {
  readonly firstToken: DecayedHistogram;
  readonly perToken: DecayedHistogram;
  at: number;
}

/** `now`: milliseconds of any clock that does not go back. */
export function createLatency(now: () => number): Latency {
  const known = new Map<string, Known>();

  function recent(modelId: string): Known | null {
    const entry = known.get(modelId);
    return entry === undefined || now() - entry.at > FORGOTTEN_AFTER_MS ? null : entry;
  }

  function forRecord(modelId: string): Known {
    const entry = recent(modelId) ?? { firstToken: createHistogram(), perToken: createHistogram(), at: 0 };
    entry.at = now();
    known.set(modelId, entry);
    return entry;
  }

  return {
    record(modelId, { firstTokenMs, durationMs, outputTokens }) {
      const entry = forRecord(modelId);
      if (firstTokenMs === null) {
        const first = entry.firstToken.mean() ?? USUAL_FIRST_TOKEN_MS;
        const perToken = entry.perToken.mean() ?? USUAL_MS_A_TOKEN;
        // Whatever made it faster or slower than expected is taken to have done so evenly.
        const ratio = durationMs / (first + perToken * outputTokens);
        entry.firstToken.record(first * ratio, entry.at);
        if (outputTokens > 0) entry.perToken.record(perToken * ratio, entry.at);
        return;
      }
      entry.firstToken.record(firstTokenMs, entry.at);
      if (outputTokens > 1) entry.perToken.record(Math.max(0, durationMs - firstTokenMs) / (outputTokens - 1), entry.at);
    },
    recordFailure(modelId, durationMs) {
      const entry = forRecord(modelId);
      entry.firstToken.record(Math.max(durationMs, LEAST_FAILURE_MS, 2 * (entry.firstToken.mean() ?? 0)), entry.at);
    },
    expectedMs(modelId, outputTokens) {
      const entry = recent(modelId);
      if (entry === null) return null;
      return entry.firstToken.mean()! + outputTokens * (entry.perToken.mean() ?? USUAL_MS_A_TOKEN);
    },
    summary(modelId) {
      const entry = recent(modelId);
      if (entry === null) return null;
      const speed = (share: number) => 1_000 / (entry.perToken.quantile(share) ?? USUAL_MS_A_TOKEN);
      return {
        firstTokenMs: { p50: entry.firstToken.quantile(0.5)!, p95: entry.firstToken.quantile(0.95)! },
        tokensPerSecond: { p50: speed(0.5), p95: speed(0.95) },
      };
    },
  };
}
