import type { Coverage } from '../contract/review.ts';
import type { ChangedFile, Hunk } from './change.ts';
import { missesCode, type Exclusion } from './exclusion.ts';
import { MAX_LINE_CHARACTERS } from './render.ts';
import type { Piece } from './selection.ts';

export interface FileFacts {
  readonly file: ChangedFile;
  readonly exclusion: Exclusion | null;
}

/** A piece that nobody reviewed, and why. */
export interface Unreviewed {
  readonly piece: Piece;
  readonly reason: string;
}

/** Which hunks were reviewed, computed from what was not: a hunk counts as reviewed only if all of it was. */
export function coverageOf(files: readonly FileFacts[], unreviewed: readonly Unreviewed[], options: { readonly filesMissing: boolean }): Coverage {
  const missed = Map.groupBy(unreviewed, ({ piece }) => piece.file);
  const rows = files.map(({ file, exclusion }) => rowOf(file, exclusion, missed.get(file) ?? []));
  const wanted = rows.filter((row) => row.wanted);
  const hunksTotal = sum(wanted.map((row) => row.entry.hunksTotal));
  const hunksReviewed = sum(wanted.map((row) => row.entry.hunksReviewed));
  const hidden = files.some(({ file, exclusion }) => file.absence?.hidesLines === true && (exclusion === null || missesCode(file, exclusion)));
  return {
    complete: hunksReviewed === hunksTotal && !hidden && !options.filesMissing,
    hunksTotal, hunksReviewed,
    files: rows.map((row) => row.entry),
  };
}

type FileEntry = Coverage['files'][number];

/** `wanted`: its hunks count. */
function rowOf(file: ChangedFile, exclusion: Exclusion | null, missed: readonly Unreviewed[]): { entry: FileEntry; wanted: boolean } {
  const hunksTotal = file.hunks.length;
  const skipped = (reason: string, wanted: boolean) => ({
    entry: { path: file.path, status: 'skipped' as const, hunksTotal, hunksReviewed: 0, reason, skippedHunks: [] }, wanted,
  });
  if (exclusion !== null) return skipped(exclusion.reason, missesCode(file, exclusion));
  if (file.absence !== null) return skipped(file.absence.reason, true);

  const byHunk = Map.groupBy(missed, ({ piece }) => piece.hunkIndex);
  const skippedHunks = file.hunks.flatMap((hunk, hunkIndex) => {
    const reason = whyNot(hunk, byHunk.get(hunkIndex) ?? []);
    return reason === null ? [] : [{ header: hunk.header, reason }];
  });
  const hunksReviewed = hunksTotal - skippedHunks.length;
  const nothingSeen = linesOf(missed) >= sum(file.hunks.map((hunk) => hunk.lines.length));
  const reasons = [...new Set(missed.map(({ reason }) => reason))];
  return {
    wanted: true,
    entry: {
      path: file.path,
      status: nothingSeen ? 'skipped' : skippedHunks.length > 0 ? 'partly_reviewed' : 'reviewed',
      hunksTotal, hunksReviewed,
      reason: skippedHunks.length === 0 ? null : reasons.join('; ') || skippedHunks[0]!.reason,
      skippedHunks,
    },
  };
}

function whyNot({ lines }: Hunk, missed: readonly Unreviewed[]): string | null {
  const lost = linesOf(missed);
  if (lost > 0) {
    const reasons = [...new Set(missed.map(({ reason }) => reason))].join('; ');
    return lost >= lines.length ? reasons : `${lost} of its ${lines.length} lines were not reviewed: ${reasons}`;
  }
  const long = lines.find((line) => line.text.length > MAX_LINE_CHARACTERS);
  if (long === undefined) return null;
  return `line ${long.newNumber ?? long.oldNumber} has ${long.text.length} characters; only its first ${MAX_LINE_CHARACTERS} were reviewed`;
}

function linesOf(missed: readonly Unreviewed[]): number {
  return sum(missed.map(({ piece }) => piece.to - piece.from));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
