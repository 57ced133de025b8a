import { OPTION_CUES, QUESTION_CUES } from './cues.ts';
import type { Rarity } from './rarity.ts';

/** Characters that are looked at, from the prompt's head and tail: a prompt of a megabyte costs no more than a few pages. */
const HEAD = 4000;
const TAIL = 2000;
/** Counting stops here: what comes after changes no logarithm that matters. */
const MOST = 400;

const OPTION = /(?:^|\n)\s*\(?([A-J])[.):]\s+([^\n]*)/g;
const WORD = /[a-z\u00c0-\u024f]+(?:['’][a-z]+)?/g;
const NUMBER = /\d+(?:[.,]\d+)*/g;
const NUMBER_WORD = /\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|half|twice|thrice|third|quarter|double|triple|percent)\b/gi;
const DECIMAL = /\d\.\d/g;
const EXACT = /\d\.\d|\d[eE^]|10\^|x 10/;
const DIRECTION = /\b(?:increas|decreas|rises?\b|falls?\b|higher|lower|greater|less|more|fewer|reduc|shift|same|change|unchanged|doubled?|halved?)/i;
const JUDGEMENTS = /[,;/|]| and /;
/** A question longer than this tells a story: decimals in it are facts of the case, not a sum to be worked out. */
const STORY = 400;
const QUANTITY = /^[\s$£€]*[-−]?[\d.,/]+\s*[%a-zA-Z°/^0-9\s]*$/;

const MEASURES = [
  'length', 'words', 'story', 'sentences', 'sentenceLength', 'wordLength', 'longWords', 'variety', 'capitals', 'digits', 'numbers', 'distinctNumbers', 'quantities', 'decimals', 'shortDecimals', 'punctuation', 'rarity', 'asks', 'ends', 'startsLow',
  'options', 'optionLength', 'optionRarity', 'recall', 'optionRepeats', 'optionOverlap', 'optionQuantities', 'optionEchoes', 'optionDirections', 'optionDecimals', 'optionPairs',
] as const;

export type FeatureName = (typeof MEASURES)[number] | keyof typeof QUESTION_CUES | keyof typeof OPTION_CUES;

/** The order in which `readFeatures` returns its figures. */
export const FEATURE_NAMES = [...MEASURES, ...Object.keys(QUESTION_CUES), ...Object.keys(OPTION_CUES)] as readonly FeatureName[];

const questionCues = Object.values(QUESTION_CUES);
const optionCues = Object.values(OPTION_CUES);
const wordsOf = (text: string): string[] => text.toLowerCase().match(WORD) ?? [];
const share = (part: number, whole: number) => part / Math.max(1, whole);

function countOf(text: string, pattern: RegExp): number {
  let found = 0;
  pattern.lastIndex = 0;
  while (found < MOST && pattern.test(text)) found += 1;
  return found;
}

/** Splits a prompt into its question and the lettered options after it; no options unless there are two. */
export function splitPrompt(prompt: string): { question: string; options: string[] } {
  const text = prompt.length > HEAD + TAIL ? `${prompt.slice(0, HEAD)}\n${prompt.slice(-TAIL)}` : prompt;
  let options: string[] = [];
  let start = -1;
  OPTION.lastIndex = 0;
  for (let hit = OPTION.exec(text); hit; hit = OPTION.exec(text)) {
    if (hit[1] === 'A') { options = []; start = hit.index; }
    if (start >= 0) options.push(hit[2] ?? '');
  }
  return options.length < 2 ? { question: text.trim(), options: [] } : { question: text.slice(0, start).trim(), options };
}

function overlapOf(sets: Set<string>[]): number {
  let overlap = 0;
  for (let index = 1; index < sets.length; index += 1) {
    const before = sets[index - 1]!;
    let shared = 0;
    for (const word of sets[index]!) if (before.has(word)) shared += 1;
    overlap += share(shared, Math.min(before.size, sets[index]!.size));
  }
  return overlap / Math.max(1, sets.length - 1);
}

/** Whether each option gives several judgements at once ("True, False"), made of the same few. */
function arePairs(options: string[]): boolean {
  const parts = options.map((option) => option.toLowerCase().split(JUDGEMENTS).map((part) => part.trim()).filter(Boolean));
  const all = parts.flat();
  return options.length > 2 && parts.every(({ length }) => length > 1) && new Set(all).size <= (all.length * 2) / 3;
}

function readOptions(options: string[], vocabulary: Set<string>, rarity: Rarity, isStory: boolean): number[] {
  if (options.length === 0) return Array.from({ length: 11 }, () => 0);
  const words = options.map(wordsOf);
  const sets = words.map((each) => new Set(each));
  const all = words.flat();
  const long = all.filter((word) => word.length > 3);
  const optionRarity = rarity.mean(all);
  return [
    options.length, Math.log1p(options.reduce((sum, option) => sum + option.length, 0) / options.length), optionRarity, isStory ? 0 : optionRarity,
    share(all.length - new Set(all).size, all.length), overlapOf(sets),
    share(options.filter((option) => QUANTITY.test(option)).length, options.length), share(long.filter((word) => vocabulary.has(word)).length, all.length),
    share(options.filter((option) => DIRECTION.test(option)).length, options.length), share(options.filter((option) => EXACT.test(option)).length, options.length),
    Number(arePairs(options)),
  ];
}

/** Figures that say how a prompt is made, in the order of FEATURE_NAMES: cheap, without state, the same for the same prompt. */
export function readFeatures(prompt: string, rarity: Rarity): number[] {
  const { question, options } = splitPrompt(prompt);
  const words = wordsOf(question);
  const vocabulary = new Set(words);
  const numbers = question.match(NUMBER) ?? [];
  const sentences = Math.max(1, countOf(question, /[.!?](?:\s|$)/g));
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const features = [
    Math.log1p(prompt.length), Math.log1p(words.length), Math.max(0, Math.log(question.length / STORY)), Math.log1p(sentences), Math.log1p(words.length / sentences),
    share(letters, words.length), share(words.filter((word) => word.length >= 9).length, words.length), share(vocabulary.size, words.length),
    share(countOf(question, /[A-Z]/g), question.length), share(countOf(question, /\d/g), question.length),
    Math.log1p(numbers.length), Math.log1p(new Set(numbers).size), Math.log1p(numbers.length + countOf(question, NUMBER_WORD)), Math.log1p(numbers.filter((number) => number.includes('.')).length), question.length < STORY ? Math.log1p(countOf(question, DECIMAL)) : 0,
    share(countOf(question, /[^\w\s]/g), question.length), rarity.mean(words),
    Number(question.endsWith('?')), Number(question.endsWith('.')), Number(/^[a-z]/.test(question)),
    ...readOptions(options, vocabulary, rarity, question.length >= STORY),
  ];
  for (const cue of questionCues) features.push(Math.log1p(countOf(question, cue)));
  const joined = options.join('\n');
  for (const cue of optionCues) features.push(Math.log1p(countOf(joined, cue)));
  return features;
}

/** Words of a prompt, its options included: what the rarity of words is counted on. */
export function vocabularyOf(prompt: string): Set<string> {
  const { question, options } = splitPrompt(prompt);
  return new Set(wordsOf(`${question}\n${options.join('\n')}`));
}
