import type { Experiment, ExperimentArm, Metric, MetricComparison, MetricEstimate } from '../../contract/experiment.ts';
import { boundedDifference, boundedInterval, logEvidenceOfDifference } from './bounded-mean.ts';
import type { ArmRule, ExperimentRule } from './schema.ts';
import { armId } from './split.ts';
import { sumOf } from './tally.ts';
import type { Moments, Tally } from './tally.ts';
import type { TallyBook } from './tally-book.ts';
import { logEvidenceOfUnequalMeans, unboundedDifference, unboundedInterval } from './unbounded-mean.ts';
import { verdictOf } from './verdict.ts';

const BOUNDED: ReadonlySet<Metric> = new Set(['quality', 'success']);
const MOST_EVIDENCE = 1e12;

/** An experiment with its results as far as the book has them. */
export function toReport(rule: ExperimentRule, book: Pick<TallyBook, 'total' | 'switchOf'>): Experiment {
  const { id, control, metric, stop: { alpha } } = rule;
  const stopped = book.switchOf(id);
  const arms = rule.arms.map((arm) => toArm(rule, arm, book));
  const status = !rule.enabled ? 'disabled' : stopped?.state === 'stopped' ? 'stopped' : 'running';
  const reason = status === 'disabled' ? 'The router file disables it.' : stopped?.reason ?? null;
  return { id, status, reason, control, metric, alpha, arms, verdict: verdictOf(rule, arms, reason) };
}

function toArm(rule: ExperimentRule, arm: ArmRule, book: Pick<TallyBook, 'total' | 'switchOf'>): ExperimentArm {
  const id = armId(rule.id, arm);
  const tally = book.total(id);
  const stop = book.switchOf(id);
  const isStopped = stop?.state === 'stopped';
  const control = rule.arms.find(({ name }) => name === rule.control)!;
  const other = arm === control ? null : book.total(armId(rule.id, control));
  const { minSamples, alpha } = rule.stop;
  // Each comparison gets its share of the chance to be wrong.
  const share = alpha / (rule.arms.length - 1);
  return {
    name: arm.name,
    role: arm === control ? 'control' : arm.shadow ? 'shadow' : 'variant',
    weight: arm.weight,
    model: arm.model ?? null,
    policy: arm.policy ?? null,
    status: isStopped ? 'stopped' : 'running',
    reason: isStopped ? stop.reason : null,
    stoppedAt: isStopped ? new Date(stop.at).toISOString() : null,
    requests: tally.success.n,
    spentUsd: Math.round(sumOf(tally.cost) * 1e9) / 1e9,
    unknownCostRequests: tally.unknownCosts,
    metrics: byMetric((metric) => estimateOf(metric, tally, alpha, minSamples)),
    comparedWithControl: other === null ? null : byMetric((metric) => comparisonOf(metric, tally, other, share, minSamples, arm.shadow)),
  };
}

function estimateOf(metric: Metric, tally: Tally, alpha: number, minSamples: number): MetricEstimate {
  const values = tally[metric];
  const none = { n: values.n, mean: values.n === 0 ? null : values.mean, low: null, high: null };
  if (values.n === 0 || (!BOUNDED.has(metric) && values.n < minSamples)) return none;
  if (BOUNDED.has(metric)) return { ...none, ...boundedInterval(values, alpha) };
  const { low, high } = unboundedInterval(values, alpha);
  return { ...none, low: Math.max(0, low), high };
}

function comparisonOf(metric: Metric, tally: Tally, control: Tally, alpha: number, minSamples: number, paired: boolean): MetricComparison {
  const [one, other] = [tally[metric], control[metric]];
  if (one.n === 0 || other.n === 0) return { difference: null, low: null, high: null, eValue: null };
  const difference = one.mean - other.mean;
  if (Math.min(one.n, other.n) < minSamples) return { difference, low: null, high: null, eValue: null };
  const { interval, logEvidence } = evidenceOf(BOUNDED.has(metric), one, other, alpha, paired);
  return { difference, ...interval, eValue: Math.min(MOST_EVIDENCE, Math.exp(logEvidence)) };
}

function evidenceOf(isBounded: boolean, one: Moments, other: Moments, alpha: number, paired: boolean) {
  return isBounded
    ? { interval: boundedDifference(one, other, alpha, paired), logEvidence: logEvidenceOfDifference(one, other, 0, paired) }
    : { interval: unboundedDifference(one, other, alpha, paired), logEvidence: logEvidenceOfUnequalMeans(one, other, alpha, paired) };
}

function byMetric<Value>(of: (metric: Metric) => Value): Record<Metric, Value> {
  return { quality: of('quality'), cost: of('cost'), latency: of('latency'), success: of('success') };
}
