import { createPredictor } from '../../src/router/predictor/predictor.ts';
import { fitPredictor } from './fit.ts';
import { gapRecovered, type GapRecovered } from './gap-recovered.ts';
import { seeded, shuffled } from './random.ts';
import type { ManyRow, PairRow } from './routing-data.ts';

/** What came of fitting on some subjects and scoring the prompts of the others. */
export interface HeldOut { seed: number; subjects: string[]; prompts: number; predictor: GapRecovered; length: GapRecovered; random: GapRecovered }

/** Fits on half of the subjects, and measures on the other half, once for each seed. */
export function measureHeldOut(pairs: readonly PairRow[], many: readonly ManyRow[], seeds: readonly number[]): HeldOut[] {
  const all = [...new Set(pairs.map(({ subject }) => subject))].sort();
  return seeds.map((seed) => {
    const random = seeded(seed);
    const subjects = shuffled(all, random).slice(0, Math.floor(all.length / 2)).sort();
    const test = pairs.filter(({ subject }) => subjects.includes(subject));
    const { score } = createPredictor(fitPredictor(pairs.filter(({ subject }) => !subjects.includes(subject)), many));
    const recovered = (scoreOf: (prompt: string) => number) => gapRecovered(test.map(({ prompt }) => scoreOf(prompt)), test.map(({ weak }) => weak), test.map(({ strong }) => strong));
    return { seed, subjects, prompts: test.length, predictor: recovered(score), length: recovered((prompt) => prompt.length), random: recovered(() => random()) };
  });
}

/** Mean and standard deviation over splits. */
export function meanAndSpread(values: readonly number[], places = 3): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
  return `${mean.toFixed(places)} ± ${spread.toFixed(places)}`;
}
