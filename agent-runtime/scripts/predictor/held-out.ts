import { createPredictor } from '../../src/router/predictor/predictor.ts';
import { fitPredictor } from './fit.ts';
import { gapRecovered, type GapRecovered } from './gap-recovered.ts';
import { seeded, shuffled } from './random.ts';
import type { ManyRow, PairRow } from './routing-data.ts';

/** What came of fitting on some subjects and scoring the prompts of the others. */
export interface HeldOut { seed: number; subjects: string[]; prompts: number; predictor: GapRecovered; length: GapRecovered; random: GapRecovered }
/** What came of scoring every subject by a fit that never saw it: all prompts together, and each part's subjects alone. */
interface Folded { seed: number; folds: string[][]; all: HeldOut; each: HeldOut[] }

const subjectsOf = (pairs: readonly PairRow[]) => [...new Set(pairs.map(({ subject }) => subject))].sort();

function measure(seed: number, test: readonly PairRow[], scores: readonly number[], random: () => number): HeldOut {
  const recovered = (values: readonly number[]) => gapRecovered(values, test.map(({ weak }) => weak), test.map(({ strong }) => strong));
  return {
    seed, subjects: subjectsOf(test), prompts: test.length,
    predictor: recovered(scores), length: recovered(test.map(({ prompt }) => prompt.length)), random: recovered(test.map(() => random())),
  };
}

/** Fits without the subjects, and scores their prompts. */
function scoreUnseen(pairs: readonly PairRow[], many: readonly ManyRow[], subjects: readonly string[]): { test: PairRow[]; scores: number[] } {
  const test = pairs.filter(({ subject }) => subjects.includes(subject));
  const { score } = createPredictor(fitPredictor(pairs.filter(({ subject }) => !subjects.includes(subject)), many));
  return { test, scores: test.map(({ prompt }) => score(prompt)) };
}

/** Fits on half of the subjects, and measures on the other half, once for each seed. */
export function measureHeldOut(pairs: readonly PairRow[], many: readonly ManyRow[], seeds: readonly number[]): HeldOut[] {
  const all = subjectsOf(pairs);
  return seeds.map((seed) => {
    const random = seeded(seed);
    const { test, scores } = scoreUnseen(pairs, many, shuffled(all, random).slice(0, Math.floor(all.length / 2)));
    return measure(seed, test, scores, random);
  });
}

/** Parts the subjects into `count`, and scores each part by a fit on the others, once for each seed. */
export function measureFolds(pairs: readonly PairRow[], many: readonly ManyRow[], seeds: readonly number[], count: number): Folded[] {
  const all = subjectsOf(pairs);
  return seeds.map((seed) => {
    const random = seeded(seed);
    const order = shuffled(all, random);
    const folds = Array.from({ length: count }, (_, fold) => order.filter((__, at) => at % count === fold).sort());
    const scored = folds.map((subjects) => scoreUnseen(pairs, many, subjects));
    return {
      seed, folds, all: measure(seed, scored.flatMap(({ test }) => test), scored.flatMap(({ scores }) => scores), random),
      each: scored.map(({ test, scores }) => measure(seed, test, scores, random)),
    };
  });
}

/** Mean and standard deviation over splits. */
export function meanAndSpread(values: readonly number[], places = 3): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
  return `${mean.toFixed(places)} ± ${spread.toFixed(places)}`;
}
