import type { ModelPolicy } from '../contract/task.ts';
import type { Candidate } from './candidate.ts';
import type { Latency } from './latency.ts';

type Order = (candidates: readonly Candidate[], latency: Latency) => readonly Candidate[];

/** A stable sort: equals stay in the order of the configuration. */
function sortBy(candidates: readonly Candidate[], figure: (candidate: Candidate) => number): readonly Candidate[] {
  return candidates.toSorted((a, b) => {
    const [left, right] = [figure(a), figure(b)];
    return left === right ? 0 : left - right;
  });
}

/** By the price of a usual answer; free ones first, unknown prices last. */
const cheapest: Order = (candidates) => sortBy(candidates, ({ expectedUsd }) => expectedUsd ?? Infinity);

/** List prices stand for quality: the dearest first, then what is free or unknown in the order of the configuration. */
const best: Order = (candidates) => sortBy(candidates, ({ price }) => (price.status === 'known' ? -price.outputPerMillion : 1));

/** By measured latency; what was not measured lately goes first, so that it gets measured. */
const fastest: Order = (candidates, latency) => sortBy(candidates, ({ model }) => latency.of(model.id) ?? -1);

/**
 * Weighs the places in the other orders. Squares make a model that is middling in all win over one that is first in one
 * and last in another.
 */
const balanced: Order = (candidates, latency) => {
  const measured = candidates.every(({ model }) => latency.of(model.id) !== null);
  const orders = [cheapest(candidates, latency), best(candidates, latency), ...(measured ? [fastest(candidates, latency)] : [])];
  return sortBy(candidates, (candidate) => orders.reduce((sum, order) => sum + order.indexOf(candidate) ** 2, 0));
};

const ORDERS: Readonly<Record<ModelPolicy, Order>> = { balanced, cheapest, best, fastest };

export function orderBy(policy: ModelPolicy, candidates: readonly Candidate[], latency: Latency): readonly Candidate[] {
  return ORDERS[policy](candidates, latency);
}
