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

const NONE: readonly DigitGroup[] = [];

/** What stands around a place: some words before it, and the first line of the text where that is the head of a table. */
export function contextOf(text: string, start: number): string {
  const before = text.slice(Math.max(0, start - 60), start);
  const { lineStart, isRow } = lineOf(text, start);
  if (lineStart === 0 || !isRow) return before.toLowerCase();
  const firstLine = text.slice(0, Math.min(300, lineStart)).split('\n', 1)[0]!;
  return `${firstLine} ${before}`.toLowerCase();
}

/** The line that was looked at last: a text may have thousands of numbers, in one line or in many, and they are asked for in order. */
let line = { text: '', upTo: 0, lineStart: 0, checkedTo: 0, isRow: false };

/** Where the line of a place begins, and whether it looks like a table's up to there. */
function lineOf(text: string, start: number): { readonly lineStart: number; readonly isRow: boolean } {
  if (line.text !== text || start < line.upTo) line = { text, upTo: 0, lineStart: 0, checkedTo: 0, isRow: false };
  const lineBreak = text.slice(line.upTo, start).lastIndexOf('\n');
  if (lineBreak >= 0) {
    const lineStart = line.upTo + lineBreak + 1;
    line = { text, upTo: start, lineStart, checkedTo: lineStart, isRow: false };
  }
  line.upTo = start;
  const end = start + 40;
  line.isRow ||= /[,;|\t]/.test(text.slice(line.checkedTo, end));
  line.checkedTo = Math.max(line.checkedTo, Math.min(end, text.length));
  return line;
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
