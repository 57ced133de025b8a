import { FEATURE_NAMES, readFeatures, vocabularyOf, type FeatureName } from '../../src/router/predictor/features.ts';
import type { PredictorHead, PredictorWeights } from '../../src/router/predictor/predictor-weights.ts';
import { rankAmong } from '../../src/router/predictor/predictor.ts';
import { kindOf, type PromptKind } from '../../src/router/predictor/kind.ts';
import { createRarity, RARITY_STEPS } from '../../src/router/predictor/rarity.ts';
import type { ManyRow, PairRow } from './routing-data.ts';

const KNOTS = 33;
/** A word in fewer than one prompt in so many is not common. */
const COMMON = 150;
/** A kind of prompt that has fewer is fitted on all of them. */
const FEWEST = 50;
/** The pair of the nine-model set that is nearest to a cheap and a strong model of one generation. */
const WEAK = ['mistral-7b-instruct-v0.3'];
const STRONG = ['llama-3.1-nemotron-51b-instruct', 'llama-3.3-nemotron-super-49b-v1'];

type Signs = Partial<Record<FeatureName, number>>;

/**
 * What speaks for (+) and against (-) the strong model, and how much before any data: fitting may change how much, never
 * the direction, which is what keeps it from learning the subjects it saw. With options: work to be done (length, quantities,
 * conditions, which way something changes, several judgements at once, options that repeat each other's words) against a
 * name to be recalled (rare words in the options of a short question, definitions) and exact sums, at which both models fail alike.
 */
const CHOSEN: Signs = {
  words: 1, story: 0.5, sentences: 0.5, hypothetical: 1, superlative: 0.5, second: 0.5, person: 0.5, quotes: 0.5, numbers: 0.5, units: 0.5,
  recall: -1, optionRepeats: 0.5, optionOverlap: 0.5, optionQuantities: 1, optionReasons: 0.5, optionDirections: 1, optionPairs: 0.5,
  definition: -1, longWords: -0.5, where: -0.5, who: -0.5, shortDecimals: -0.5, optionDecimals: -0.5,
};
/** A sum told in words: the longer the story and the more quantities are named and compared, the more steps there are to go wrong. */
const COUNTED: Signs = { words: 1, length: 1, comparison: 1, quantities: 0.7, sentences: 0.3 };
/** Anything else: work to be done (length, code, conditions) against a fact to be recalled. */
const OPEN: Signs = {
  words: 2, sentences: 0.5, comparison: 0.5, numbers: 0.5, hypothetical: 0.5, commas: 0.3, calculation: 0.5,
  code: 0.5, write: 0.5, latex: 0.3, negation: 0.2, who: -0.5, when: -0.5, where: -0.5, rarity: -0.3, definition: -0.3,
};

/** How strongly the weights hold to what they were before the data, by kind; Infinity leaves them as they were. */
export type FitSettings = Record<PromptKind, number>;
const FIT_SETTINGS: FitSettings = { chosen: 30, counted: Infinity, open: 3 };

function findCommonWords(prompts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const prompt of prompts) for (const word of vocabularyOf(prompt)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const levels = Array.from({ length: RARITY_STEPS }, (): string[] => []);
  const common = [...counts].filter(([, count]) => count * COMMON >= prompts.length).sort(([one, many], [other, more]) => more - many || (one < other ? -1 : 1));
  for (const [word, count] of common) {
    const rarity = Math.log(prompts.length / count) / Math.log(COMMON);
    levels[Math.max(0, Math.min(RARITY_STEPS - 1, Math.floor(rarity * RARITY_STEPS)))]!.push(word);
  }
  return levels.map((words) => words.join(' '));
}

function knotsOf(column: number[]): number[] {
  const sorted = Float64Array.from(column).sort();
  return Array.from({ length: KNOTS }, (_, at) => Number(sorted[Math.round((at * (sorted.length - 1)) / (KNOTS - 1))]!.toPrecision(5)));
}

/** Least squares with no weight below 0, held to `before` (both scaled to the data) by `hold`; by coordinate descent. */
function fitHeld(rows: number[][], target: number[], before: number[], hold: number): number[] {
  const size = before.length;
  const means = before.map((_, column) => rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length);
  const mean = target.reduce((sum, value) => sum + value, 0) / target.length;
  const gram = before.map(() => new Float64Array(size));
  const toward = new Float64Array(size);
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at]!.map((value, column) => value - means[column]!);
    for (let one = 0; one < size; one += 1) {
      toward[one]! += (row[one]! * (target[at]! - mean)) / rows.length;
      for (let other = 0; other < size; other += 1) gram[one]![other]! += (row[one]! * row[other]!) / rows.length;
    }
  }
  let along = 0;
  let spread = 0;
  for (let one = 0; one < size; one += 1) {
    along += before[one]! * toward[one]!;
    for (let other = 0; other < size; other += 1) spread += before[one]! * before[other]! * gram[one]![other]!;
  }
  const scale = Math.max(1e-4, along / Math.max(spread, 1e-9));
  const weights = before.map((value) => value * scale);
  for (let round = 0; Number.isFinite(hold) && round < 300; round += 1) {
    for (let one = 0; one < size; one += 1) {
      let rest = toward[one]! + hold * scale * before[one]!;
      for (let other = 0; other < size; other += 1) if (other !== one) rest -= gram[one]![other]! * weights[other]!;
      weights[one] = Math.max(0, rest / (gram[one]![one]! + hold));
    }
  }
  return weights;
}

/** How far scores of one kind are at least spread (the standard deviation of their log-odds), so that their order survives beside other kinds'. */
const LEAST_SPREAD = 0.3;

/** The slope and intercept that make a probability of a score, by Newton's method. */
function calibrate(sums: number[], outcomes: number[]): { slope: number; intercept: number } {
  let slope = 0;
  let intercept = 0;
  for (let round = 0; round < 30; round += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-6, 0, 1e-6];
    for (let at = 0; at < sums.length; at += 1) {
      const chance = 1 / (1 + Math.exp(-(intercept + slope * sums[at]!)));
      const error = outcomes[at]! - chance;
      const weight = chance * (1 - chance);
      g0 += error; g1 += error * sums[at]!;
      h00 += weight; h01 += weight * sums[at]!; h11 += weight * sums[at]! ** 2;
    }
    const determinant = h00 * h11 - h01 ** 2;
    intercept += (h11 * g0 - h01 * g1) / determinant;
    slope += (h00 * g1 - h01 * g0) / determinant;
  }
  const mean = sums.reduce((sum, value) => sum + value, 0) / sums.length;
  const spread = Math.sqrt(sums.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sums.length);
  const steep = Math.max(slope, LEAST_SPREAD / Math.max(spread, 1e-6));
  return { slope: steep, intercept: intercept + (slope - steep) * mean };
}

const allKnots = (features: number[][]) => FEATURE_NAMES.map((_, index) => knotsOf(features.map((row) => row[index]!)));

function fitHead(features: number[][], gaps: number[], needs: number[], signs: Signs, hold: number): PredictorHead {
  const knots = allKnots(features);
  const used = FEATURE_NAMES.map((name, index) => ({ name, index, sign: signs[name] ?? 0 })).filter(({ sign }) => sign !== 0);
  const ranks = features.map((row) => used.map(({ index }) => rankAmong(knots[index]!, row[index]!)));
  const spreads = used.map((_, column) => {
    const mean = ranks.reduce((sum, row) => sum + row[column]!, 0) / ranks.length;
    return Math.max(0.1, Math.sqrt(ranks.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0) / ranks.length));
  });
  const oriented = ranks.map((row) => row.map((value, column) => (value / spreads[column]!) * Math.sign(used[column]!.sign)));
  const fitted = fitHeld(oriented, gaps, used.map(({ sign }) => Math.abs(sign)), hold);
  const largest = Math.max(...fitted);
  const weights = used.map(({ sign }, column) => Number(((Math.sign(sign) * fitted[column]!) / spreads[column]! / largest).toFixed(5)));
  const sums = ranks.map((row) => row.reduce((sum, value, column) => sum + value * weights[column]!, 0));
  const { slope, intercept } = calibrate(sums, needs);
  return {
    knots, weights: Object.fromEntries(used.flatMap(({ name }, column) => (weights[column] ? [[name, weights[column]]] : []))),
    slope: Number(slope.toFixed(6)), intercept: Number(intercept.toFixed(6)),
  };
}

const meanOf = (scores: Record<string, number>, models: string[]) => models.reduce((sum, model) => sum + scores[model]!, 0) / models.length;

interface Outcome { features: number[]; weak: number; strong: number }

/** Fits the predictor: prompts with options on the pair of models, those without on the nine-model set. Deterministic. */
export function fitPredictor(pairs: readonly PairRow[], many: readonly ManyRow[], settings: FitSettings = FIT_SETTINGS): PredictorWeights {
  const commonWords = findCommonWords([...pairs, ...many].map(({ prompt }) => prompt));
  const rarity = createRarity(commonWords);
  const readAll = (rows: readonly { prompt: string }[]) => rows.map(({ prompt }) => readFeatures(prompt, rarity));
  const head = (rows: Outcome[], signs: Signs, hold: number) => fitHead(
    rows.map(({ features }) => features), rows.map(({ weak, strong }) => strong - weak), rows.map(({ weak, strong }) => strong * (1 - weak)), signs, hold);
  const pairFeatures = readAll(pairs);
  const manyFeatures = readAll(many);
  const chosen = pairs.map(({ weak, strong }, at): Outcome => ({ features: pairFeatures[at]!, weak, strong }));
  const others = many.map(({ scores }, at): Outcome => ({ features: manyFeatures[at]!, weak: meanOf(scores, WEAK), strong: meanOf(scores, STRONG) }));
  const ofKind = (kind: PromptKind) => {
    const rows = others.filter(({ features }) => kindOf(features) === kind);
    return rows.length >= FEWEST ? rows : others;
  };
  return {
    features: FEATURE_NAMES,
    commonWords,
    knots: allKnots([...pairFeatures, ...manyFeatures]),
    heads: {
      chosen: head(chosen, CHOSEN, settings.chosen),
      counted: head(ofKind('counted'), COUNTED, settings.counted),
      open: head(ofKind('open'), OPEN, settings.open),
    },
  };
}
