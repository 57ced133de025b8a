import { FEATURE_NAMES, type FeatureName } from './features.ts';

/** Kinds of prompt that are read with weights of their own: with lettered options, a sum told in words, anything else. */
export const PROMPT_KINDS = ['chosen', 'counted', 'open'] as const;
export type PromptKind = (typeof PROMPT_KINDS)[number];

const at = (name: FeatureName) => FEATURE_NAMES.indexOf(name);
const [OPTIONS, NUMBERS, CALCULATION, CODE, LATEX, SYMBOLS] = [at('options'), at('numbers'), at('calculation'), at('code'), at('latex'), at('symbols')] as const;

/** @param features of one prompt, in the order of FEATURE_NAMES */
export function kindOf(features: readonly number[]): PromptKind {
  if (features[OPTIONS]! > 0) return 'chosen';
  const formal = features[CODE]! + features[LATEX]! + features[SYMBOLS]! > 0;
  const quantities = Math.round(Math.expm1(features[NUMBERS]!));
  return !formal && quantities + Number(features[CALCULATION]! > 0) >= 2 ? 'counted' : 'open';
}
