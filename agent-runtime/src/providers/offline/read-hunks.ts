import { textOf } from '../content.ts';
import type { Message } from '../model.ts';

/** A line of a diff as the review's prompt shows it. A number that a side does not have is null. */
export interface PromptLine {
  readonly kind: 'context' | 'added' | 'deleted';
  readonly oldNumber: number | null;
  readonly newNumber: number | null;
  readonly text: string;
  /** False when the prompt could not show the line as it is: cut, or with characters made visible. */
  readonly exact: boolean;
}

export interface PromptHunk {
  readonly path: string;
  readonly lines: readonly PromptLine[];
}

const FILE = /^<file path="([^"]*)">$/;
const LINE = /^( {6}|\s*\d+) ( {6}|\s*\d+) ([ +-]) (.*)$/;
const KINDS = { ' ': 'context', '+': 'added', '-': 'deleted' } as const;
const NOT_SHOWN = /\[\d+ more characters of this line are not shown\]/;
const NO_NEWLINE = ' [no newline at the end of the file]';

/** Reads the numbered hunks out of a review's messages. Lines of a hunk begin with columns of numbers, so no text can pass for a tag. */
export function readHunks(messages: readonly Message[]): PromptHunk[] {
  const hunks: PromptHunk[] = [];
  for (const { content } of messages.filter(({ role }) => role === 'user')) {
    let path: string | null = null;
    let lines: PromptLine[] | null = null;
    for (const raw of textOf(content).split('\n')) {
      const file = FILE.exec(raw);
      if (lines === null && file) path = decode(file[1]!);
      else if (lines === null && path !== null && raw.startsWith('<hunk ')) lines = [];
      else if (lines !== null && path !== null && raw === '</hunk>') {
        hunks.push({ path, lines });
        lines = null;
      } else if (lines !== null) {
        const line = readLine(raw);
        if (line) lines.push(line);
      } else if (raw === '</file>') path = null;
    }
  }
  return hunks;
}

function readLine(raw: string): PromptLine | null {
  const match = LINE.exec(raw);
  if (!match) return null;
  const [, oldNumber, newNumber, marker, shown] = match as unknown as [string, string, string, keyof typeof KINDS, string];
  const text = shown.endsWith(NO_NEWLINE) ? shown.slice(0, -NO_NEWLINE.length) : shown;
  return {
    kind: KINDS[marker],
    oldNumber: toNumber(oldNumber),
    newNumber: toNumber(newNumber),
    text,
    exact: !NOT_SHOWN.test(text) && !/&lt;|[\u2400-\u241F]|\\u[0-9a-f]{4}/.test(text),
  };
}

function toNumber(column: string): number | null {
  return column.trim() === '' ? null : Number(column);
}

function decode(attribute: string): string {
  return attribute.replace(/&(amp|quot|lt|gt);/g, (_, name: string) => ({ amp: '&', quot: '"', lt: '<', gt: '>' })[name]!);
}
