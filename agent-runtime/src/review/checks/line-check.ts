import type { Candidate } from '../candidate.ts';
import type { ChangedFile, DiffLine } from '../change.ts';

/** What is wrong with a line, without where it is. */
export type Complaint = Pick<Candidate, 'severity' | 'category' | 'confidence' | 'title' | 'explanation'>;

/** An exact check of one file. It looks at added lines only, and answers in the order of the lines. */
export type Check = (file: ChangedFile) => Candidate[];

export function complain(file: ChangedFile, line: DiffLine, complaint: Complaint, endLine = line.newNumber!): Candidate {
  return {
    ...complaint, path: file.path, side: 'RIGHT', startLine: line.newNumber!, endLine, suggestedChange: null, source: 'check',
  };
}

export function addedLines(file: ChangedFile): DiffLine[] {
  return file.hunks.flatMap((hunk) => hunk.lines.filter((line) => line.kind === 'added'));
}

/** `.ts` for `src/a.test.ts`, in lower case; empty when there is none. */
export function extensionOf(path: string): string {
  const name = baseName(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The longest line a check looks at: longer ones are data, and patterns must stay fast. */
export const MAX_LINE = 2_000;
