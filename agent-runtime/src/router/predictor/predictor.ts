import { FEATURE_NAMES, readFeatures } from './features.ts';
import { kindOf, PROMPT_KINDS } from './kind.ts';
import type { PredictorWeights } from './predictor-weights.ts';
import { createRarity } from './rarity.ts';
import { WEIGHTS } from './weights.ts';

export interface Predictor {
  /** The predicted need of the strong model, 0 to 1: how likely the weak one fails where the strong one does not. */
  score(prompt: string): number;
  /** The same, with each feature's rank (-1 to 1), for what learns from outcomes: `CONTEXT_LENGTH` figures. */
  describe(prompt: string): { score: number; context: number[] };
}

/** Length of a description's context. */
export const CONTEXT_LENGTH = FEATURE_NAMES.length + 1 + PROMPT_KINDS.length;

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

/** Where a value stands among the knots, -1 to 1; a little beyond when it is outside them, so that the order is kept. */
export function rankAmong(knots: readonly number[], value: number): number {
  const last = knots.length - 1;
  let below = 0;
  while (below <= last && knots[below]! < value) below += 1;
  let through = below;
  while (through <= last && knots[through] === value) through += 1;
  if (below > last) return 1 + 0.2 * Math.min(1, (value - knots[last]!) / (Math.abs(knots[last]!) + 1));
  if (through > below) return (below + through - 1) / last - 1;
  if (below === 0) return -1;
  const part = (value - knots[below - 1]!) / (knots[below]! - knots[below - 1]!);
  return (2 * (below - 1 + part)) / last - 1;
}

/** Predicts from the prompt alone: no network, no key, no state. `weights` are the shipped ones unless given. */
export function createPredictor(weights: PredictorWeights = WEIGHTS): Predictor {
  if (weights.features.join() !== FEATURE_NAMES.join()) {
    throw new TypeError('The predictor\'s weights were fitted on other features: run `npm run router:fit`.');
  }
  const rarity = createRarity(weights.commonWords);
  const heads = new Map(PROMPT_KINDS.map((kind) => [kind, {
    ...weights.heads[kind],
    terms: FEATURE_NAMES.flatMap((name, index) => {
      const weight = weights.heads[kind].weights[name];
      return weight ? [{ index, weight, knots: weights.heads[kind].knots[index]! }] : [];
    }),
  }]));
  const read = (prompt: string) => {
    const features = readFeatures(prompt, rarity);
    const kind = kindOf(features);
    const head = heads.get(kind)!;
    let sum = 0;
    for (const { index, weight, knots } of head.terms) sum += weight * rankAmong(knots, features[index]!);
    return { features, kind, score: sigmoid(head.intercept + head.slope * sum) };
  };
  return {
    score: (prompt) => read(prompt).score,
    describe(prompt) {
      const { features, kind, score } = read(prompt);
      return { score, context: [1, ...PROMPT_KINDS.map((each) => Number(each === kind)), ...features.map((value, index) => rankAmong(weights.knots[index]!, value))] };
    },
  };
}
