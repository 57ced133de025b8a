import type { Side } from '../contract/finding.ts';

/** One line of a hunk. Numbers are 1-based; a line that one side does not have has null there. */
export interface DiffLine {
  readonly kind: 'context' | 'added' | 'deleted';
  readonly oldNumber: number | null;
  readonly newNumber: number | null;
  /** Exact text without the line feed; a carriage return before it is kept. */
  readonly text: string;
  /** The file ends here without a line feed. */
  readonly endsWithoutNewline: boolean;
}

/** Neighbouring lines of one file: GitHub takes a comment only if all its lines are in one of these. */
export interface Hunk {
  /** As in the diff: `@@ -1,3 +1,4 @@ function total()`. */
  readonly header: string;
  readonly lines: readonly DiffLine[];
}

export type FileStatus = 'added' | 'removed' | 'modified' | 'renamed' | 'copied';

export interface ChangedFile {
  /** After the change; for a removed file its last path. */
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: FileStatus;
  readonly hunks: readonly Hunk[];
  /** Why there are no hunks to read; null when all of them are here. */
  readonly absence: Absence | null;
  /** The paths as a model sees them, where a secret had to be taken out of one. */
  readonly shown?: { readonly path: string; readonly previousPath: string | null } | null;
}

export interface Absence {
  readonly reason: string;
  /** True when lines changed that nobody can see here, so the review can't be complete. */
  readonly hidesLines: boolean;
}

/** What is reviewed, wherever it came from. */
export interface Change {
  readonly title: string;
  readonly description: string;
  readonly files: readonly ChangedFile[];
}

/** The line's number on a side, or null when that side doesn't have it. */
export function numberOn(line: DiffLine, side: Side): number | null {
  return side === 'RIGHT' ? line.newNumber : line.oldNumber;
}
