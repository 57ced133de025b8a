import { isSurelyAbove } from './bounded-mean.ts';
import type { ExperimentRule } from './schema.ts';
import type { Baseline } from './saved-state.ts';
import { sumOf } from './tally.ts';
import type { Moments, Tally } from './tally.ts';

/** Sums of many small costs are not exact. */
const ROUNDING_USD = 1e-9;

/** What an arm has done so far, in the words of its stop rules. */
export function baselineOf({ success, cost }: Tally): Baseline {
  return { requests: success.n, failures: success.n - Math.round(sumOf(success)), spentUsd: sumOf(cost) };
}

/** Why an arm must be stopped now, counting from the baseline. Null: it may go on. */
export function reasonToStop({ stop }: ExperimentRule, tally: Tally, since: Baseline | null): string | null {
  const { maxCostUsd, maxFailureRate, minSamples, alpha } = stop;
  const now = baselineOf(tally);
  const spentUsd = now.spentUsd - (since?.spentUsd ?? 0);
  if (maxCostUsd !== undefined && spentUsd > maxCostUsd + ROUNDING_USD) {
    return `It spent ${spentUsd.toFixed(4)} USD, more than the ${maxCostUsd} USD that an arm may spend.`;
  }
  const requests = now.requests - (since?.requests ?? 0);
  if (maxFailureRate === undefined || requests < minSamples) return null;
  const failed = now.failures - (since?.failures ?? 0);
  const failures: Moments = { n: requests, mean: failed / requests, m2: 0 };
  if (!isSurelyAbove(failures, maxFailureRate, alpha)) return null;
  return `${failed} of ${requests} requests failed: the failure rate is surely above ${maxFailureRate}.`;
}
