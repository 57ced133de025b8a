import { edgeOf, leastOf } from './interval.ts';
import type { Interval } from './interval.ts';
import { logBeta } from './log-gamma.ts';
import { sumOf } from './tally.ts';
import type { Moments } from './tally.ts';

/**
 * Confidence sequences for means of values from 0 to 1 (success, quality), exact at every sample size and at every time
 * that one looks. For the true mean p, the mixture of likelihood ratios ∫ Π (q/p)^x ((1−q)/(1−p))^(1−x) dBeta(q; ½, ½)
 * is a nonnegative supermartingale that starts at 1: for 0/1 values it is Robbins' beta-binomial mixture (Howard, Ramdas,
 * McAuliffe & Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021)),
 * and for values between, each factor is convex in x and so at most as large in expectation. By Ville's inequality it ever
 * exceeds 1/alpha with a chance of at most alpha. It depends on count and sum alone, so tallies of several processes add up.
 */
const PRIOR = 0.5;
const { exp, log, log1p, max, min } = Math;
const LOG_PRIOR_BETA = logBeta(PRIOR, PRIOR);

/** Logarithm of the evidence against the mean being p. */
export function logEvidence(values: Moments, p: number): number {
  return evidenceIn(values)(p);
}

function evidenceIn(values: Moments): (p: number) => number {
  const ones = min(values.n, max(0, sumOf(values)));
  const logMarginal = logBeta(PRIOR + ones, PRIOR + values.n - ones) - LOG_PRIOR_BETA;
  return (p) => logMarginal - logLikelihood(ones, values.n - ones, p);
}

export function boundedInterval(values: Moments, alpha: number): Interval {
  const evidence = evidenceIn(values);
  const isInside = (p: number) => evidence(p) < -log(alpha);
  return { low: edgeOf(values.mean, 0, isInside), high: edgeOf(values.mean, 1, isInside) };
}

/** Whether the mean is surely above p, at whatever time this is asked. */
export function isSurelyAbove(values: Moments, p: number, alpha: number): boolean {
  return values.mean > p && logEvidence(values, p) >= -log(alpha);
}

/**
 * Logarithm of the evidence against one mean being `difference` above the other: the least over all pairs of means that
 * far apart. Arms with requests of their own multiply their evidence; those that share requests (`paired`: shadow runs)
 * may depend on each other, so only its average counts.
 */
export function logEvidenceOfDifference(one: Moments, other: Moments, difference: number, paired: boolean): number {
  const [ofOne, ofOther] = [evidenceIn(one), evidenceIn(other)];
  if (difference === 0 && !paired) {
    // The least is where the pooled results are likeliest.
    const pooled = (sumOf(one) + sumOf(other)) / max(1, one.n + other.n);
    return ofOne(clamped(pooled)) + ofOther(clamped(pooled));
  }
  const evidence = (p: number) => {
    const [first, second] = [ofOne(clamped(p + difference)), ofOther(p)];
    if (!paired) return first + second;
    const most = max(first, second);
    return most === Infinity ? Infinity : most + log((exp(first - most) + exp(second - most)) / 2);
  };
  return leastOf(max(0, -difference), min(1, 1 - difference), evidence);
}

export function boundedDifference(one: Moments, other: Moments, alpha: number, paired: boolean): Interval {
  const isInside = (difference: number) => logEvidenceOfDifference(one, other, difference, paired) < -log(alpha);
  const estimate = one.mean - other.mean;
  return { low: edgeOf(estimate, -1, isInside), high: edgeOf(estimate, 1, isInside) };
}

function logLikelihood(ones: number, zeros: number, p: number): number {
  return (ones > 0 ? ones * log(p) : 0) + (zeros > 0 ? zeros * log1p(-p) : 0);
}

function clamped(p: number): number {
  return min(1, max(0, p));
}
