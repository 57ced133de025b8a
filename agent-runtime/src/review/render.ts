import type { ChangedFile, DiffLine } from './change.ts';

/** A longer line is cut in the prompt, and its hunk counts as not wholly reviewed. */
export const MAX_LINE_CHARACTERS = 2_000;

/** The names of the tags that our prompts give a meaning. */
const DELIMITERS = /<(?=\s*(?:\/\s*)?(?:file|hunk|changed_files|pull_request_title|pull_request_description|house_rules)\b)/gi;

/** Lines `from` to `to` of a hunk, as the prompt shows them: old number, new number, marker and text in columns. */
export function renderHunk(file: ChangedFile, hunkIndex: number, from: number, to: number): string {
  const hunk = file.hunks[hunkIndex]!;
  const mixed = hasMixedLineEnds(file);
  const lines = hunk.lines.slice(from, to).map((line) => renderLine(line, mixed));
  return `<hunk header="${attribute(hunk.header)}">\n${lines.join('\n')}\n</hunk>`;
}

/**
 * Text from outside, made unable to close or open our tags: before the name of one of them, `<` becomes `&lt;`. Nothing
 * else is changed, so that code stays as it is.
 */
export function neutralise(text: string): string {
  return text.replace(DELIMITERS, '&lt;');
}

/** A value for a double-quoted attribute. */
export function attribute(text: string): string {
  return visible(text).replace(/[&"<>]/g, (character) => ({ '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' })[character]!);
}

const MARKERS = { context: ' ', added: '+', deleted: '-' } as const;

function renderLine(line: DiffLine, mixedLineEnds: boolean): string {
  const column = (number: number | null) => String(number ?? '').padStart(6);
  let text = mixedLineEnds ? line.text : line.text.replace(/\r$/, '');
  if (text.length > MAX_LINE_CHARACTERS) {
    text = `${text.slice(0, MAX_LINE_CHARACTERS)} [${text.length - MAX_LINE_CHARACTERS} more characters of this line are not shown]`;
  }
  const end = line.endsWithoutNewline ? ' [no newline at the end of the file]' : '';
  return `${column(line.oldNumber)} ${column(line.newNumber)} ${MARKERS[line.kind]} ${neutralise(visible(text))}${end}`;
}

/** Whether some changed lines end with a carriage return and others don't: only then is it worth showing. */
function hasMixedLineEnds(file: ChangedFile): boolean {
  let known = MIXED.get(file);
  if (known === undefined) {
    const ends = new Set(file.hunks.flatMap((hunk) => hunk.lines.map((line) => line.text.endsWith('\r'))));
    known = ends.size > 1;
    MIXED.set(file, known);
  }
  return known;
}
const MIXED = new WeakMap<ChangedFile, boolean>();

/** Control characters as symbols, so that a line stays one line and shows what it holds. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000A-\u001F]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0)))
    .replace(/[\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
