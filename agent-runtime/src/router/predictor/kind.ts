import { FEATURE_NAMES, type FeatureName } from './features.ts';

/** Kinds of prompt that are read with weights of their own: with lettered options, a sum told in words, anything else. */
export const PROMPT_KINDS = ['chosen', 'counted', 'open'] as const;
export type PromptKind = (typeof PROMPT_KINDS)[number];

const at = (name: FeatureName) => FEATURE_NAMES.indexOf(name);
const [OPTIONS, NUMBERS, QUANTITIES, CALCULATION, CODE, LATEX, SYMBOLS] = [at('options'), at('numbers'), at('quantities'), at('calculation'), at('code'), at('latex'), at('symbols')] as const;
/** Signs of code (a list or a program may also be part of a story) and quantities told in words that are taken for chance. */
const CHANCE = 2;

/** @param features of one prompt, in the order of FEATURE_NAMES */
export function kindOf(features: readonly number[]): PromptKind {
  if (features[OPTIONS]! > 0) return 'chosen';
  const count = (index: number) => Math.round(Math.expm1(features[index]!));
  const formal = count(CODE) > CHANCE || count(LATEX) + count(SYMBOLS) > 0;
  const asked = Number(features[CALCULATION]! > 0);
  return !formal && (count(NUMBERS) + asked >= 2 || count(QUANTITIES) + asked > CHANCE) ? 'counted' : 'open';
}
