type Side = 'LEFT' | 'RIGHT';

/** Lines of a hunk that take a comment. */
interface HunkLines {
  readonly LEFT: ReadonlySet<number>;
  readonly RIGHT: ReadonlySet<number>;
}

export interface CommentPlace {
  readonly line?: number;
  readonly side?: string;
  readonly start_line?: number;
  readonly start_side?: string;
  readonly position?: number;
}

function hunksOf(patch: string): HunkLines[] {
  const hunks: Array<{ LEFT: Set<number>; RIGHT: Set<number> }> = [];
  let left = 0;
  let right = 0;
  for (const line of patch.split('\n')) {
    const header = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    const hunk = hunks.at(-1);
    if (header !== null) {
      left = Number(header[1]);
      right = Number(header[2]);
      hunks.push({ LEFT: new Set(), RIGHT: new Set() });
    } else if (hunk === undefined || line.startsWith('\\')) {
      continue;
    } else if (line.startsWith('+')) {
      hunk.RIGHT.add(right++);
    } else if (line.startsWith('-')) {
      hunk.LEFT.add(left++);
    } else if (line.startsWith(' ')) {
      hunk.LEFT.add(left++);
      hunk.RIGHT.add(right++);
    }
  }
  return hunks;
}

/** What GitHub says about a comment at a place in a file's patch; null: it takes it. */
export function refuseComment(patch: string | null | undefined, place: CommentPlace): string | null {
  if (place.position !== undefined) {
    const lines = (patch ?? '').split('\n').length - 1;
    return place.position >= 1 && place.position <= lines ? null : 'Position could not be resolved';
  }
  if (place.line === undefined) return 'Either position or line must be given';
  const line = place.line;
  const side = (place.side ?? 'RIGHT') as Side;
  const startSide = (place.start_side ?? side) as Side;
  if (![side, startSide].every((value) => value === 'LEFT' || value === 'RIGHT')) return 'Side must be LEFT or RIGHT';
  const hunk = hunksOf(patch ?? '').find((candidate) => candidate[side].has(line));
  if (hunk === undefined) return 'Line could not be resolved';
  if (place.start_line === undefined) return null;
  if (side === startSide && place.start_line >= line) return 'Start line must precede the end line';
  return hunk[startSide].has(place.start_line) ? null : 'Start line must be part of the same hunk as the line';
}

export function countLines(patch: string): { additions: number; deletions: number } {
  const lines = patch.split('\n');
  return {
    additions: lines.filter((line) => line.startsWith('+')).length,
    deletions: lines.filter((line) => line.startsWith('-')).length,
  };
}
