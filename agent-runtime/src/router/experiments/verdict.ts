import type { ExperimentArm, Metric } from '../../contract/experiment.ts';
import type { ExperimentRule } from './schema.ts';

const LESS_IS_BETTER: ReadonlySet<Metric> = new Set(['cost', 'latency']);

/** What the primary metric allows to be said now, an arm a sentence. */
export function verdictOf(rule: ExperimentRule, arms: readonly ExperimentArm[], reason: string | null): string {
  const control = arms.find(({ role }) => role === 'control')!;
  const sentences = arms.filter((arm) => arm !== control).map((arm) => sentenceOf(rule, arm, control));
  return [...(reason === null ? [] : [reason]), ...sentences].join(' ');
}

function sentenceOf({ metric, stop: { minSamples, alpha } }: ExperimentRule, arm: ExperimentArm, control: ExperimentArm): string {
  const stopped = arm.status === 'stopped' ? ` ${arm.name} was stopped: ${arm.reason}` : '';
  const { difference, low, high } = arm.comparedWithControl![metric];
  if (difference === null || low === null || high === null) {
    const [mine, its] = [arm.metrics[metric].n, control.metrics[metric].n];
    return `${arm.name}: too few results for ${metric} yet (${mine}, and ${its} of ${control.name}; ${minSamples} are needed of each).${stopped}`;
  }
  const between = `${inUnits(metric, low)} to ${inUnits(metric, high)}`;
  if (low <= 0 && high >= 0) return `${arm.name}: no difference in ${metric} to ${control.name} is shown yet (${between}).${stopped}`;
  const better = LESS_IS_BETTER.has(metric) === difference < 0;
  const sure = `${+((1 - alpha) * 100).toFixed(2)} % sure, however often one looks`;
  return `${arm.name} is ${better ? 'better' : 'worse'} than ${control.name} in ${metric}: ${inUnits(metric, difference)} (${between}; ${sure}).${stopped}`;
}

function inUnits(metric: Metric, value: number): string {
  const text = `${value > 0 ? '+' : ''}${Number(value.toPrecision(3))}`;
  return metric === 'cost' ? `${text} USD` : metric === 'latency' ? `${text} ms` : text;
}
