/** Characters that stand together as keys and encoded data do. Half-open range. */
export interface LongRun {
  readonly start: number;
  readonly end: number;
}

const SHORTEST = 20;

const IN_RUN = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-') IN_RUN[character.charCodeAt(0)] = 1;

const NONE: readonly LongRun[] = [];

/** Twenty or more letters, digits, `_`, `-`, `+` and `/`. Written without an expression: every text that is sent goes through here. */
export function findLongRuns(text: string): readonly LongRun[] {
  let runs: LongRun[] | undefined;
  const { length } = text;
  // Of every twenty characters one is looked at, until one may be in a run.
  for (let at = SHORTEST - 1; at < length;) {
    const code = text.charCodeAt(at);
    if (code > 127 || IN_RUN[code] === 0) {
      at += SHORTEST;
      continue;
    }
    let start = at;
    while (start > 0 && isInRun(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < length && isInRun(text.charCodeAt(end))) end += 1;
    if (end - start >= SHORTEST) (runs ??= []).push({ start, end });
    at = end + SHORTEST;
  }
  return runs ?? NONE;
}

function isInRun(code: number): boolean {
  return code < 128 && IN_RUN[code] === 1;
}
