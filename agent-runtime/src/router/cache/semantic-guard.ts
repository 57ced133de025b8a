import { FILLING_WORDS, FIXED_WORDS, TURNING_WORDS } from './guard-words.ts';

/** What of a text must be found again, exactly, in another one before a nearness of their embeddings may be believed. */
export interface GuardedText {
  /** Numbers, negations, names, code and quotations, in their order. */
  readonly fixed: string;
  /** What the text is about, in its order. */
  readonly words: readonly string[];
  /** All of its words, in small letters. */
  readonly vocabulary: ReadonlySet<string>;
  /** Capitalised only because they begin a sentence, perhaps: names that the other text must know. */
  readonly beginnings: readonly string[];
}

/** Of a longer text, the embedding says too little about its details. */
const LONGEST = 400;
const QUOTED = /```[\s\S]*?```|`[^`\n]+`|"[^"\n]+"|“[^”\n]+”|„[^“”\n]+[“”]|«[^»\n]+»|‘[^’\n]+’|(?<![\p{L}\p{N}])'[^'\n]+'(?![\p{L}\p{N}])/gu;
/** Letters of scripts without capitals, in which names do not show. */
const WITHOUT_CAPITALS = /\p{Lo}/u;
const PLAIN_WORD = /^\p{L}{2,}(?:['’]\p{L}+)?$/u;
const MARKS_BEFORE = /^[([{"'“‘«¿¡]+/u;
const MARKS_AFTER = /[.,;:?!)\]}"'”’»]+$/u;
/** Other marks may belong to a number: `5!` */
const MARKS_AFTER_NUMBER = /[.,;:?]+$/u;

/** Null: no other text may stand for this one. */
export function guardOf(text: string): GuardedText | null {
  if (text.trim() === '' || text.length > LONGEST || WITHOUT_CAPITALS.test(text)) return null;
  const quotations: string[] = [];
  const bare = text.normalize('NFC').replace(QUOTED, (quotation) => {
    quotations.push(quotation);
    return ` \u0000${quotations.length - 1} `;
  });
  const fixed: string[] = [];
  const words: string[] = [];
  const vocabulary = new Set<string>();
  const beginnings: string[] = [];
  let turning: string | null = null;
  let begins = true;
  const fix = (mark: string) => {
    fixed.push(turning === null ? mark : `${turning} ${mark}`);
    turning = null;
  };
  for (const raw of bare.split(/\s+/).filter((token) => token !== '')) {
    const token = raw.startsWith('\u0000') ? raw : withoutMarks(raw);
    const atBeginning = begins;
    begins = /[.!?:;]["'”’»)]*$/.test(raw);
    if (token === '') continue;
    const word = token.toLowerCase().replace(/['’](?:s|re|ve|ll|m|d)$/, '');
    if (raw.startsWith('\u0000')) fix(quotations[Number(raw.slice(1))]!);
    else if (word === 'a' || word === 'i') continue;
    else if (!PLAIN_WORD.test(token) || /\p{L}\p{Lu}/u.test(token)) fix(token);
    else if (TURNING_WORDS.has(word) || /n['’]t$/.test(word)) turning = `${turning ?? ''}${/n['’]t$|^cannot$/.test(word) ? 'not' : word}`;
    else if (FIXED_WORDS.has(word)) fix(word);
    else {
      vocabulary.add(word);
      if (FILLING_WORDS.has(word)) continue;
      if (/^\p{Lu}/u.test(token) && !atBeginning) fix(word);
      else {
        if (atBeginning && /^\p{Lu}/u.test(token)) beginnings.push(word);
        if (turning !== null) fix(word);
      }
      words.push(word);
    }
  }
  if (turning !== null) fix('.');
  return { fixed: JSON.stringify(fixed), words, vocabulary, beginnings };
}

function withoutMarks(token: string): string {
  return token.replace(MARKS_BEFORE, '').replace(/\p{N}/u.test(token) ? MARKS_AFTER_NUMBER : MARKS_AFTER, '');
}

/** Whether nothing that can be seen in the words speaks against two texts asking for the same. */
export function mayMeanTheSame(one: GuardedText, other: GuardedText): boolean {
  return one.fixed === other.fixed
    && one.beginnings.every((word) => other.vocabulary.has(word))
    && other.beginnings.every((word) => one.vocabulary.has(word))
    && shared(one, other) === shared(other, one);
}

/** The words of the first that the second has too: who does what to whom is in their order. */
function shared({ words }: GuardedText, { vocabulary }: GuardedText): string {
  return words.filter((word) => vocabulary.has(word)).join(' ');
}
