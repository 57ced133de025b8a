import type { FeatureName } from './features.ts';
import type { PromptKind } from './kind.ts';

/** How one kind of prompt is read. */
export interface PredictorHead {
  /** Of each feature, the values that part the fitted prompts into equal shares, ascending. */
  knots: number[][];
  /** Weights of the features' ranks; a feature left out weighs nothing. */
  weights: Partial<Record<FeatureName, number>>;
  /** The weighted sum becomes a probability by 1 / (1 + exp(-(intercept + slope × sum))). */
  slope: number;
  intercept: number;
}

/** What fitting finds. */
export interface PredictorWeights {
  /** The features' names, in the order of the knots. */
  features: readonly string[];
  /** The common words, by how common they are (see rarity.ts). */
  commonWords: string[];
  /** As a head's, over prompts of every kind. */
  knots: number[][];
  heads: Record<PromptKind, PredictorHead>;
}
