import { z } from 'zod';
import type { ArmObservation } from './experiments.ts';

const momentsSchema = z.object({ n: z.number().int().nonnegative(), mean: z.number(), m2: z.number().nonnegative() });
/** Count, mean, and sum of the squared distances from the mean: all that the intervals need, and it adds up. */
export type Moments = Readonly<z.infer<typeof momentsSchema>>;

/** What is known of one arm. `success` has one entry a request. */
export const tallySchema = z.object({
  quality: momentsSchema, cost: momentsSchema, latency: momentsSchema, success: momentsSchema,
  unknownCosts: z.number().int().nonnegative(),
});
export type Tally = z.infer<typeof tallySchema>;

const NONE: Moments = { n: 0, mean: 0, m2: 0 };

export function emptyTally(): Tally {
  return { quality: NONE, cost: NONE, latency: NONE, success: NONE, unknownCosts: 0 };
}

/** Adds one request. The time that a failure took says nothing about how fast answers come, so it is left out. */
export function addObservation(tally: Tally, { costUsd, latencyMs, succeeded, quality }: ArmObservation): void {
  tally.success = withValue(tally.success, succeeded ? 1 : 0);
  if (succeeded && Number.isFinite(latencyMs)) tally.latency = withValue(tally.latency, latencyMs);
  if (costUsd !== null && Number.isFinite(costUsd)) tally.cost = withValue(tally.cost, costUsd);
  else tally.unknownCosts += 1;
  if (quality !== null) addQuality(tally, quality);
}

/** The bounds of the intervals hold for judgements from 0 to 1 only. */
export function addQuality(tally: Tally, quality: number): void {
  if (Number.isFinite(quality)) tally.quality = withValue(tally.quality, Math.min(1, Math.max(0, quality)));
}

export function mergedTally(one: Tally, other: Tally): Tally {
  return {
    quality: merged(one.quality, other.quality), cost: merged(one.cost, other.cost),
    latency: merged(one.latency, other.latency), success: merged(one.success, other.success),
    unknownCosts: one.unknownCosts + other.unknownCosts,
  };
}

export function sumOf({ n, mean }: Moments): number {
  return n * mean;
}

/** Welford's update: exact where sums of squares would cancel out. */
function withValue({ n, mean, m2 }: Moments, value: number): Moments {
  const distance = value - mean;
  const next = mean + distance / (n + 1);
  return { n: n + 1, mean: next, m2: m2 + distance * (value - next) };
}

function merged(one: Moments, other: Moments): Moments {
  if (one.n === 0) return other;
  if (other.n === 0) return one;
  const n = one.n + other.n;
  const distance = other.mean - one.mean;
  return { n, mean: one.mean + (distance * other.n) / n, m2: one.m2 + other.m2 + (distance * distance * one.n * other.n) / n };
}
