import type { Side } from '../contract/finding.ts';
import type { Candidate } from './candidate.ts';
import { numberOn, type ChangedFile, type DiffLine, type Hunk } from './change.ts';
import { attribute } from './render.ts';

/** A candidate whose lines GitHub accepts: on one side, inside one hunk. */
export interface Anchored {
  readonly candidate: Candidate;
  readonly file: ChangedFile;
  readonly hunk: Hunk;
  /** Its lines on the candidate's side, in order; never empty. */
  readonly lines: readonly DiffLine[];
}

/** A candidate that no line of the diff can carry, and why. */
export interface Unanchored {
  readonly candidate: Candidate;
  readonly reason: string;
}

export interface Anchoring {
  readonly anchored: readonly Anchored[];
  readonly unanchored: readonly Unanchored[];
}

/** Ties each candidate to lines that the diff shows, correcting what is sure and setting aside what isn't. */
export function anchorAll(candidates: readonly Candidate[], files: readonly ChangedFile[]): Anchoring {
  const byPath = new Map(files.flatMap((file) => [file.path, ...(file.shown ? [file.shown.path] : [])]
    .flatMap((path) => [[attribute(path), file], [path, file]] as const)));
  const anchored: Anchored[] = [];
  const unanchored: Unanchored[] = [];
  for (const candidate of candidates) {
    const result = anchor(candidate, fileOf(candidate.path, byPath));
    if ('reason' in result) unanchored.push(result);
    else anchored.push(result);
  }
  return { anchored, unanchored };
}

function fileOf(path: string, byPath: ReadonlyMap<string, ChangedFile>): ChangedFile | undefined {
  return byPath.get(path) ?? byPath.get(path.replace(/^(\.?\/|[ab]\/)/, ''));
}

function anchor(given: Candidate, file: ChangedFile | undefined): Anchored | Unanchored {
  if (file === undefined) return { candidate: given, reason: 'the diff has no such file' };
  const [first, last] = [given.startLine, given.endLine].sort((a, b) => a - b) as [number, number];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || last < 1) {
    return { candidate: given, reason: 'it names no line' };
  }
  const other: Side = given.side === 'RIGHT' ? 'LEFT' : 'RIGHT';
  for (const side of [given.side, other]) {
    const place = linesWithin(file, side, first, last);
    if (place === null) continue;
    return settle(given, file, place.hunk, place.lines, side, { first, last });
  }
  return { candidate: given, reason: 'the diff does not show these lines' };
}

/** The lines of a range that one hunk shows: the hunk with its first line, else with its last, else the only one it touches. */
function linesWithin(file: ChangedFile, side: Side, first: number, last: number): { hunk: Hunk; lines: DiffLine[] } | null {
  const touched = file.hunks.flatMap((hunk) => {
    const lines = hunk.lines.filter((line) => {
      const number = numberOn(line, side);
      return number !== null && number >= first && number <= last;
    });
    return lines.length === 0 ? [] : [{ hunk, lines }];
  });
  return touched.find(({ lines }) => numberOn(lines[0]!, side) === first)
    ?? touched.find(({ lines }) => numberOn(lines.at(-1)!, side) === last)
    ?? (touched.length === 1 ? touched[0]! : null);
}

function settle(
  given: Candidate, file: ChangedFile, hunk: Hunk, found: readonly DiffLine[], foundSide: Side, asked: { first: number; last: number },
): Anchored {
  // A comment on the left side belongs on deleted lines; unchanged ones are commented on the right.
  const deleted = foundSide === 'LEFT' ? found.filter((line) => line.kind === 'deleted') : [];
  const side: Side = deleted.length > 0 ? 'LEFT' : 'RIGHT';
  const lines = deleted.length > 0 ? deleted : found;
  const startLine = numberOn(lines[0]!, side)!;
  const endLine = numberOn(lines.at(-1)!, side)!;
  const moved = side !== given.side;
  const same = !moved && startLine === asked.first && endLine === asked.last;
  const range = asked.first === asked.last ? `line ${asked.first}` : `lines ${asked.first} to ${asked.last}`;
  const remark = moved
    ? `\n\n_(The reviewer named ${range} of the ${given.side === 'RIGHT' ? 'new' : 'old'} file; this is where the diff shows them.)_` : '';
  return {
    file, hunk, lines,
    candidate: {
      ...given, path: file.path, side, startLine, endLine,
      explanation: given.explanation.trim() + remark,
      // A replacement is right only for exactly the lines it was written for.
      suggestedChange: same && side === 'RIGHT' ? given.suggestedChange : null,
    },
  };
}
