import type { ModelPolicy } from '../contract/task.ts';
import type { Candidate } from './candidate.ts';
import type { PolicySettings } from './catalogue/policy-settings.ts';
import { byCostQuality } from './cost-quality.ts';
import { standingOf } from './quality.ts';
import type { Ordered, PolicyContext, Ranked } from './ranked.ts';

export type { Ordered, PolicyContext, Ranked };

/** Puts the candidates, at least one, into the order in which the policy would try them. */
export function orderBy(policy: ModelPolicy, candidates: readonly Candidate[], context: PolicyContext): Ordered {
  if (context.cheapenedBy !== undefined) {
    return by(candidates, cost, `the cheapest of ${named(candidates)}, because the budget "${context.cheapenedBy}" is nearly used up`);
  }
  switch (policy) {
    case 'cheapest': return by(candidates, cost, `the cheapest of ${named(candidates)}`);
    case 'fastest': return by(candidates, wait, `the fastest of ${named(candidates)} by recent answers`);
    case 'best': return by(candidates, badness, `the best of ${named(candidates)}${basisOfQuality(candidates)}`);
    case 'balanced': return balanced(candidates, context.settings.balanced);
    case 'cost-quality': return byCostQuality(candidates, context);
  }
}

/** Dearer than all that is known. */
const UNKNOWN_COST = 1e9;

/** By the price of a usual answer; free ones first, unknown prices last. */
const cost = ({ expectedUsd }: Candidate) => expectedUsd ?? UNKNOWN_COST;

/** By measured latency; what was not measured lately goes first, so that it gets measured. */
const wait = ({ latencyMs }: Candidate) => latencyMs ?? -1;

const badness = ({ quality, entry }: Candidate) => 1 - (quality ?? standingOf(entry));

/**
 * Weighs cost, latency and quality, each from 0 for the best candidate to 1 for the worst. Squares make a model that is
 * middling in all win over one that is first in one and last in another. Latency counts once all have been measured.
 */
function balanced(candidates: readonly Candidate[], weights: PolicySettings['balanced']): Ordered {
  const costs = spread(candidates, cost);
  const waits = candidates.every(({ latencyMs }) => latencyMs !== null) ? spread(candidates, wait) : null;
  const qualities = spread(candidates, badness);
  const score = (candidate: Candidate) => weights.cost * costs(candidate) ** 2
    + (waits === null ? 0 : weights.latency * waits(candidate) ** 2) + weights.quality * qualities(candidate) ** 2;
  const measured = waits === null ? 'cost and quality' : 'cost, latency and quality';
  return by(candidates, score, `the best balance of ${measured} among ${named(candidates)}${basisOfQuality(candidates)}`);
}

/** A figure from 0 for the lowest to 1 for the highest, and 1 for what is not known. */
function spread(candidates: readonly Candidate[], figure: (candidate: Candidate) => number): (candidate: Candidate) => number {
  let least = Infinity;
  let most = -Infinity;
  for (const candidate of candidates) {
    const value = figure(candidate);
    if (value < least) least = value;
    if (value > most && value < UNKNOWN_COST) most = value;
  }
  return (candidate) => {
    const value = figure(candidate);
    if (value >= UNKNOWN_COST) return 1;
    return most > least ? (value - least) / (most - least) : 0;
  };
}

function by(candidates: readonly Candidate[], figure: (candidate: Candidate) => number, explanation: string): Ordered {
  const ordered = candidates.map((candidate) => ({
    candidate, score: figure(candidate), quality: candidate.quality ?? candidate.entry.quality, suffices: true,
  }));
  ordered.sort((a, b) => a.score - b.score);
  return { ordered, need: null, loss: null, explanation };
}

function named(candidates: readonly Candidate[]): string {
  return candidates.length === 1 ? '1 model' : `${candidates.length} models`;
}

function basisOfQuality(candidates: readonly Candidate[]): string {
  return candidates.every(({ quality, entry }) => quality === null && entry.quality === null) ? ', with the price standing for quality' : '';
}
