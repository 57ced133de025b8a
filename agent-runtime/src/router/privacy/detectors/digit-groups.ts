/** Digits with single separators between them, as numbers of cards, people and telephones are written. Half-open range. */
export interface DigitGroup {
  readonly start: number;
  readonly end: number;
}

const GROUP = /\d(?:[ .\-/()]{0,2}\d){5,}/g;

/** Where a text has six digits or more together. Code has few such places, so only these are looked at closely. */
export function findDigitGroups(text: string): readonly DigitGroup[] {
  GROUP.lastIndex = 0;
  let match = GROUP.exec(text);
  if (match === null) return NONE;
  const groups: DigitGroup[] = [];
  for (; match !== null; match = GROUP.exec(text)) groups.push({ start: match.index, end: GROUP.lastIndex });
  return groups;
}

/** Characters before a place in which the beginning of its line is looked for. */
const LONGEST_ROW = 2_000;

const NONE: readonly DigitGroup[] = [];

/** What stands around a place: some words before it, and the first line of the text where that is the head of a table. */
export function contextOf(text: string, start: number): string {
  const before = text.slice(Math.max(0, start - 60), start);
  // Looked for nearby only: a text in one line may have thousands of numbers.
  const from = Math.max(0, start - LONGEST_ROW);
  const lineStart = from + text.slice(from, start).lastIndexOf('\n') + 1;
  if (lineStart === from || !/[,;|\t]/.test(text.slice(lineStart, start + 40))) return before.toLowerCase();
  const firstLine = text.slice(0, Math.min(300, lineStart)).split('\n', 1)[0]!;
  return `${firstLine} ${before}`.toLowerCase();
}

const WORD_LIKE = /[\p{L}\p{N}_]/u;

/** Whether a place stands alone: not a part of a longer name, number, hash, path or version. */
export function standsAlone(text: string, start: number, end: number): boolean {
  const before = text[start - 1] ?? ' ';
  if (WORD_LIKE.test(before) && !isIdeograph(before)) return false;
  const further = text[start - 2] ?? ' ';
  if ('.-#&'.includes(before) && WORD_LIKE.test(further) && !isIdeograph(further)) return false;
  if ('/\\%+'.includes(before) && further.trim() !== '' && !isIdeograph(further)) return false;
  const after = text[end] ?? ' ';
  if (WORD_LIKE.test(after) && !isIdeograph(after)) return false;
  return !('.-/\\%+@'.includes(after) && /[A-Za-z0-9]/.test(text[end + 1] ?? ' '));
}

function isIdeograph(character: string): boolean {
  return character >= '\u2e80' && character <= '\u9fff';
}
