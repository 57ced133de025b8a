import type { ChangedFile, DiffLine, Hunk } from './change.ts';

/** A secret in a text, without its value. */
interface Secret {
  /** What it looks like, for people: `GitHub token`. */
  readonly type: string;
  /** Half-open range in the text. */
  readonly start: number;
  readonly end: number;
}

export interface SecretInLine {
  readonly hunkIndex: number;
  readonly line: DiffLine;
  readonly type: string;
}

const REDACTED = '[secret removed]';

/** Finds secrets with secretlint's recommended rules. Comments in the text that would switch the rules off have no effect. */
async function findSecrets(text: string): Promise<Secret[]> {
  if (text === '') return [];
  // Loaded on first use: an idle runtime needs none of it.
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'), import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  const rule = {
    id: '@secretlint/secretlint-rule-preset-recommend',
    rule: creator,
    rules: [{ id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } }],
  };
  // The preset can't be kept from obeying `secretlint-disable` in the text; the replacement is as long as what it replaces.
  const content = text.replace(/secretlint-(?=disable|enable)/gi, 'secretlint_');
  const result = await lintSource({
    // One neutral name for all: rules that skip files by their name must not skip anything here.
    source: { filePath: 'text', content, contentType: 'text' },
    options: { noPhysicFilePath: true, maskSecrets: true, config: { rules: [rule] } },
  });
  return result.messages.map((message) => ({
    type: typeName(message.messageId ?? message.ruleId), start: message.range[0], end: message.range[1],
  }));
}

/** The text with each secret replaced by a placeholder. */
export async function redact(text: string): Promise<string> {
  return cutRanges(text, await findSecrets(text));
}

/**
 * Looks through both versions of a file's hunks. Answers the file with all secrets taken out, also those of context and
 * deleted lines, and the secrets that stand in lines the change adds.
 */
export async function redactFile(file: ChangedFile): Promise<{ file: ChangedFile; added: SecretInLine[] }> {
  const ranges = new Map<DiffLine, { start: number; end: number }[]>();
  const added: SecretInLine[] = [];
  for (const left of ['deleted', 'added'] as const) {
    const places = file.hunks.flatMap((hunk, hunkIndex) => hunk.lines
      .filter((line) => line.kind !== left).map((line) => ({ hunkIndex, line })));
    let offset = 0;
    const starts = places.map(({ line }) => { const start = offset; offset += line.text.length + 1; return start; });
    for (const secret of await findSecrets(places.map(({ line }) => line.text).join('\n'))) {
      let reported = left === 'added';
      for (let at = lastAtMost(starts, secret.start); at < places.length && starts[at]! < secret.end; at += 1) {
        const { hunkIndex, line } = places[at]!;
        const range = { start: Math.max(0, secret.start - starts[at]!), end: Math.min(line.text.length, secret.end - starts[at]!) };
        ranges.set(line, [...(ranges.get(line) ?? []), range]);
        if (!reported && line.kind === 'added') {
          added.push({ hunkIndex, line, type: secret.type });
          reported = true;
        }
      }
    }
  }
  if (ranges.size === 0) return { file, added };
  const cleaned = new Map([...ranges].map(([line, cuts]) => [line, { ...line, text: cutRanges(line.text, cuts) }]));
  const hunks: Hunk[] = file.hunks.map((hunk) => ({ ...hunk, lines: hunk.lines.map((line) => cleaned.get(line) ?? line) }));
  return { file: { ...file, hunks }, added: added.map((secret) => ({ ...secret, line: cleaned.get(secret.line) ?? secret.line })) };
}

function cutRanges(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
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

/** `GITHUB_TOKEN` and `PostgreSQLConnection` as words. */
function typeName(id: string): string {
  const words = id.replace(/^@secretlint\/secretlint-rule-/, '').replace(/([a-z])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2').replace(/[_-]+/g, ' ').trim();
  return words === words.toUpperCase() ? words.toLowerCase().replace('github', 'GitHub') : words;
}
