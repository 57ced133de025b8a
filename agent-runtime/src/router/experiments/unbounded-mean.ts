import type { Interval } from './interval.ts';
import type { Moments } from './tally.ts';

/**
 * Confidence sequences for means of values without a bound (cost, latency): the asymptotic ones of Waudby-Smith, Arbour,
 * Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52
 * (2024): Robbins' normal mixture with the estimated variance. Nothing can hold exactly for values that may
 * be as large as they like; these hold in the limit, as a t-interval does, but for all times at once, so they are only
 * asked after some samples.
 */
interface MeanOfCount {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of one value. */
  readonly deviation: number;
}

/** The number of values at which the interval is made to be shortest. */
const SHORTEST_AT = 500;
const { log, sqrt } = Math;

export function unboundedInterval(values: Moments, alpha: number): Interval {
  return around({ n: values.n, mean: values.mean, deviation: sqrt(varianceOf(values)) }, alpha);
}

export function unboundedDifference(one: Moments, other: Moments, alpha: number, paired: boolean): Interval {
  return around(differenceOf(one, other, paired), alpha);
}

/** Logarithm of the evidence against the two means being equal. It exceeds log(1/alpha) just when the interval excludes 0. */
export function logEvidenceOfUnequalMeans(one: Moments, other: Moments, alpha: number, paired: boolean): number {
  const { n, mean, deviation } = differenceOf(one, other, paired);
  if (mean === 0) return 0;
  if (deviation === 0) return Infinity;
  const square = tuning(alpha);
  const spread = n * square + 1;
  const sum = (n * mean) / deviation;
  return (sum * sum * square) / (2 * spread) - log(spread) / 2;
}

function around({ n, mean, deviation }: MeanOfCount, alpha: number): Interval {
  const square = tuning(alpha);
  const spread = n * square + 1;
  const radius = deviation * sqrt(((2 * spread) / (n * n * square)) * log(sqrt(spread) / alpha));
  return { low: mean - radius, high: mean + radius };
}

/**
 * The difference of two means as the mean of one value a request, whose influence is that of the request's arm: its variance
 * is the sum of those of the two means. Of arms that share requests nothing is known of how they vary together, so the
 * worst is taken.
 */
function differenceOf(one: Moments, other: Moments, paired: boolean): MeanOfCount {
  const n = one.n + other.n;
  const [first, second] = [varianceOf(one) / one.n, varianceOf(other) / other.n];
  const error = paired ? sqrt(first) + sqrt(second) : sqrt(first + second);
  return { n, mean: one.mean - other.mean, deviation: error * sqrt(n) };
}

function varianceOf({ n, m2 }: Moments): number {
  return n > 1 ? m2 / (n - 1) : 0;
}

/** The square of the mixture's ρ, as the paper's appendix chooses it. */
function tuning(alpha: number): number {
  const evidence = -2 * log(alpha);
  return (evidence + log(evidence + 1)) / SHORTEST_AT;
}
