import { setImmediate } from 'node:timers/promises';
import type { ChangedFile } from './change.ts';
import { renderHunk } from './render.ts';
import { riskOf } from './risk.ts';

/** A hunk, or a run of lines of a hunk that is too big for one piece. */
export interface Piece {
  readonly file: ChangedFile;
  readonly hunkIndex: number;
  /** Half-open range of the hunk's lines. */
  readonly from: number;
  readonly to: number;
  readonly tokens: number;
}

/** What one call to the model reviews. */
export type Chunk = readonly Piece[];

export interface Selection {
  readonly chunks: readonly Chunk[];
  /** Pieces for which there was no room. */
  readonly left: readonly Piece[];
}

export type CountTokens = (text: string) => number | Promise<number>;

/**
 * Diff tokens a call. A model finds less in one long prompt than in several short ones, and with instructions, guidance
 * and answer this stays within a context window of 32k, which small local models have.
 */
const TOKENS_PER_CALL = 16_000;

/** Planned calls a review: about 10,000 lines of a diff. A bigger change costs more than a partial review tells. */
export const MAX_CHUNKS = 12;

/** A giant hunk is cut into runs of lines of about this many tokens, so that a cut wastes little of a call. */
const TOKENS_PER_PIECE = 4_000;
/** Lines counted at a time in a giant hunk. */
const LINES_AT_A_TIME = 40;

/** Fills calls with hunks: code that runs first, then configuration, tests and texts; a file's hunks stay together. */
export async function select(files: readonly ChangedFile[], countTokens: CountTokens, signal: AbortSignal): Promise<Selection> {
  const chunks: Piece[][] = [];
  const left: Piece[] = [];
  let room = 0;
  let full = false;
  for (const file of byRisk(files)) {
    for (const [hunkIndex, hunk] of file.hunks.entries()) {
      let packed = 0;
      if (!full) {
        for await (const piece of cut(file, hunkIndex, countTokens)) {
          signal.throwIfAborted();
          if (piece.tokens > room) {
            full = chunks.length === MAX_CHUNKS;
            if (full) break;
            chunks.push([]);
            room = TOKENS_PER_CALL;
          }
          chunks.at(-1)!.push(piece);
          room -= piece.tokens;
          packed = piece.to;
        }
      }
      if (packed < hunk.lines.length) left.push({ file, hunkIndex, from: packed, to: hunk.lines.length, tokens: 0 });
    }
  }
  return { chunks, left };
}

/** Two halves of a chunk that was too much for one call, or null when it is down to a few lines. */
export function halve(chunk: Chunk): [Chunk, Chunk] | null {
  if (chunk.length > 1) {
    const middle = Math.ceil(chunk.length / 2);
    return [chunk.slice(0, middle), chunk.slice(middle)];
  }
  const piece = chunk[0]!;
  if (piece.to - piece.from < 20) return null;
  const middle = Math.ceil((piece.from + piece.to) / 2);
  const tokens = Math.ceil(piece.tokens / 2);
  return [[{ ...piece, to: middle, tokens }], [{ ...piece, from: middle, tokens }]];
}

function byRisk(files: readonly ChangedFile[]): ChangedFile[] {
  return [...files].sort((a, b) => riskOf(a.path) - riskOf(b.path));
}

async function* cut(file: ChangedFile, hunkIndex: number, countTokens: CountTokens): AsyncGenerator<Piece> {
  const { lines } = file.hunks[hunkIndex]!;
  let from = 0;
  let tokens = 0;
  for (let at = 0; at < lines.length; at += LINES_AT_A_TIME) {
    // Counting keeps the processor busy: lets the lease's heartbeat and other tasks through.
    await setImmediate();
    const to = Math.min(at + LINES_AT_A_TIME, lines.length);
    const more = await countTokens(renderHunk(file, hunkIndex, at, to));
    if (at > from && tokens + more > TOKENS_PER_PIECE) {
      yield { file, hunkIndex, from, to: at, tokens };
      from = at;
      tokens = 0;
    }
    tokens += more;
  }
  if (from < lines.length) yield { file, hunkIndex, from, to: lines.length, tokens };
}
