import type { SparseVector } from '../stores/vectors/vectors.ts';
import { FREQUENT_WORDS } from './frequent-words.ts';

/** What a word counts that says little of what a text is about; the store knows nothing of how rare words are. */
const FREQUENT_WEIGHT = 0.1;

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const MARKS_OF_LATIN = /[\u0300-\u036f]/g;
/** Scripts that put nothing between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/**
 * A text's words as a sparse vector of length 1; null where it has none. A word's index is a hash of it, so there is no
 * vocabulary to keep; its weight grows with the logarithm of how often it stands there.
 */
export function wordVector(text: string): SparseVector | null {
  const counts = new Map<string, number>();
  for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const weights = new Map<number, number>();
  for (const [word, count] of counts) {
    const index = hashOf(word);
    const weight = (1 + Math.log(count)) * (FREQUENT_WORDS.has(word) ? FREQUENT_WEIGHT : 1);
    weights.set(index, (weights.get(index) ?? 0) + weight);
  }
  if (weights.size === 0) return null;
  const length = Math.sqrt([...weights.values()].reduce((sum, weight) => sum + weight * weight, 0));
  return { indices: [...weights.keys()], values: [...weights.values()].map((weight) => weight / length) };
}

/** In lower case, without accents, one form of each character. Where nothing is put between words, each two neighbouring characters. */
function* wordsOf(text: string): Generator<string> {
  const even = text.normalize('NFKD').replace(MARKS_OF_LATIN, '').normalize('NFC').toLowerCase();
  for (const [word] of even.matchAll(WORD)) {
    let from = 0;
    for (const { 0: run, index } of word.matchAll(UNSPACED)) {
      if (index > from) yield word.slice(from, index);
      from = index + run.length;
      const characters = [...run];
      if (characters.length === 1) yield run;
      for (let at = 1; at < characters.length; at++) yield characters[at - 1]! + characters[at]!;
    }
    if (from < word.length) yield word.slice(from);
  }
}

/** FNV-1a of 32 bits over UTF-16, mixed at the end: what is stored depends on it, so it must stay what it is. */
function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
