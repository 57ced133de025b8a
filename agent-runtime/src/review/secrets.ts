import { findSecrets } from '../secrets/find-secrets.ts';
import type { ChangedFile, DiffLine, Hunk } from './change.ts';

/** Where a file's hunks hold a secret, without its value. */
export interface SecretInLine {
  readonly hunkIndex: number;
  readonly lineIndex: number;
  readonly type: string;
}

/** A file without its secrets. */
export interface RedactedFile {
  readonly file: ChangedFile;
  /** Those in lines that the change adds. */
  readonly added: readonly SecretInLine[];
  /** Types of those in the text that follows a hunk's line numbers: the function or section around it. */
  readonly inHeaders: readonly string[];
}

const REDACTED = '[secret removed]';

/** The text with each secret replaced by a placeholder. */
export async function redact(text: string): Promise<string> {
  return cutRanges(text, await findSecrets(text));
}

/** The lines with each secret replaced by a placeholder, and the secrets' types by line. One scan for all of them. */
export async function redactLines(lines: readonly string[]): Promise<{ readonly lines: string[]; readonly types: ReadonlyMap<number, string> }> {
  const types = new Map<number, string>();
  const cuts = new Map<number, Range[]>();
  for (const { type, parts } of await secretsInLines(lines)) {
    for (const { at, range } of parts) {
      types.set(at, type);
      cuts.set(at, [...(cuts.get(at) ?? []), range]);
    }
  }
  return { lines: lines.map((line, at) => cutRanges(line, cuts.get(at) ?? [])), types };
}

/**
 * Looks through both versions of a file's hunks. Answers the file with all secrets taken out, also those of context and
 * deleted lines and of hunk headers, and where they were.
 */
export async function redactFile(file: ChangedFile): Promise<RedactedFile> {
  const cuts = new Map<DiffLine | Hunk, Range[]>();
  const added: SecretInLine[] = [];
  const inHeaders: string[] = [];
  for (const left of ['deleted', 'added'] as const) {
    const places = file.hunks.flatMap((hunk, hunkIndex) => [
      // The header quotes a line of the old file.
      ...(left === 'added' && headingOf(hunk) !== '' ? [{ hunkIndex, lineIndex: -1, line: null, text: headingOf(hunk) }] : []),
      ...hunk.lines.map((line, lineIndex) => ({ hunkIndex, lineIndex, line, text: line.text })).filter(({ line }) => line.kind !== left),
    ]);
    for (const { type, parts } of await secretsInLines(places.map(({ text }) => text))) {
      let reported = left === 'added';
      for (const { at, range } of parts) {
        const { hunkIndex, lineIndex, line } = places[at]!;
        const owner = line ?? file.hunks[hunkIndex]!;
        cuts.set(owner, [...(cuts.get(owner) ?? []), range]);
        if (line === null) inHeaders.push(type);
        if (!reported && line?.kind === 'added') {
          added.push({ hunkIndex, lineIndex, type });
          reported = true;
        }
      }
    }
  }
  if (cuts.size === 0) return { file, added, inHeaders };
  const hunks = file.hunks.map((hunk): Hunk => ({
    header: withHeading(hunk, cutRanges(headingOf(hunk), cuts.get(hunk) ?? [])),
    lines: hunk.lines.map((line) => (cuts.has(line) ? { ...line, text: cutRanges(line.text, cuts.get(line)!) } : line)),
  }));
  return { file: { ...file, hunks }, added, inHeaders };
}

const NUMBERS = /^@@[^@]*@@/;

/** What follows the line numbers in a hunk's header. */
function headingOf({ header }: Hunk): string {
  return header.replace(NUMBERS, '');
}

function withHeading({ header }: Hunk, heading: string): string {
  return (NUMBERS.exec(header)?.[0] ?? '') + heading;
}

/** Half-open. */
interface Range { readonly start: number; readonly end: number }

/** The secrets of a text in lines, each with its range in every line that it touches. */
async function secretsInLines(lines: readonly string[]): Promise<{ type: string; parts: { at: number; range: Range }[] }[]> {
  let offset = 0;
  const starts = lines.map((line) => { const start = offset; offset += line.length + 1; return start; });
  return (await findSecrets(lines.join('\n'))).map((secret) => {
    const parts: { at: number; range: Range }[] = [];
    for (let at = lastAtMost(starts, secret.start); at < lines.length && starts[at]! < secret.end; at += 1) {
      parts.push({ at, range: { start: Math.max(0, secret.start - starts[at]!), end: Math.min(lines[at]!.length, secret.end - starts[at]!) } });
    }
    return { type: secret.type, parts };
  });
}

function cutRanges(text: string, ranges: readonly Range[]): string {
  let result = '';
  let at = 0;
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    if (range.end <= at) continue;
    if (range.start >= at) result += text.slice(at, range.start) + REDACTED;
    at = range.end;
  }
  return result + text.slice(at);
}

/** Index of the last number that is at most `value`, in ascending numbers that begin at or below it. */
function lastAtMost(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (numbers[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
