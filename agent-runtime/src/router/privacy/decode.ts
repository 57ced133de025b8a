import type { LongRun } from '../../secrets/long-runs.ts';

/** A text as whoever decodes it reads it, and where its places are in the text as it stands. */
export interface DecodedView {
  readonly text: string;
  /** A half-open range of `text` in the original. */
  toOriginal(start: number, end: number): { readonly start: number; readonly end: number };
}

const ZERO_WIDTH = '\\u00ad\\u200b-\\u200f\\u2060\\ufeff';

/** Escapes of JSON and most languages, of addresses and of HTML, as far as they stand for ASCII; and what nobody sees. */
const ENCODED = new RegExp([
  '\\\\u00[2-7][0-9a-fA-F]', '\\\\x[2-7][0-9a-fA-F]', '\\\\[nrtbf](?=[A-Za-z0-9+])', '\\\\["\'/]', '%[2-7][0-9A-Fa-f]',
  '&#(?:x[2-7][0-9a-fA-F]|[0-9]{2,3});', `[${ZERO_WIDTH}]`,
].join('|'), 'g');

/** One level of escapes taken out; null where there are none. */
export function decodeEscapes(original: string): DecodedView | null {
  ENCODED.lastIndex = 0;
  let match = ENCODED.exec(original);
  if (match === null) return null;
  // By place in the view, in rising order: how much further on it is in the original, from there to the next one.
  const places = [0];
  const shifts = [0];
  let text = '';
  let at = 0;
  for (; match !== null; match = ENCODED.exec(original)) {
    text += original.slice(at, match.index) + decodeOne(match[0]);
    at = ENCODED.lastIndex;
    places.push(text.length);
    shifts.push(at - text.length);
  }
  text += original.slice(at);
  const toOriginal = (place: number): number => place + shifts[lastAtMost(places, place)]!;
  return { text, toOriginal: (start, end) => ({ start: toOriginal(start), end: toOriginal(end) }) };
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

function decodeOne(escape: string): string {
  if (escape[0] === '%') return String.fromCharCode(parseInt(escape.slice(1), 16));
  if (escape[0] === '&') return String.fromCharCode(escape[2] === 'x' ? parseInt(escape.slice(3), 16) : parseInt(escape.slice(2), 10));
  if (escape[0] !== '\\') return '';
  if (escape[1] === 'u' || escape[1] === 'x') return String.fromCharCode(parseInt(escape.slice(2), 16));
  return { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }[escape[1]!] ?? escape[1]!;
}

const READABLE = /^[\t\n\r\x20-\x7e]*$/;

/** What in a text's long runs is Base64 of readable ASCII. Names, paths, hashes and pictures are not. */
export function decodeBase64(original: string, runs: readonly LongRun[]): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  let decoded: { text: string; start: number; end: number }[] | undefined;
  for (const { start, end } of runs) {
    if (!mayBeReadable(original, start)) continue;
    const text = Buffer.from(original.slice(start, end), 'base64').toString('latin1');
    let padded = end;
    while (original[padded] === '=' && padded < end + 2) padded += 1;
    if (READABLE.test(text)) (decoded ??= []).push({ text, start, end: padded });
  }
  return decoded ?? NONE;
}

const NONE: readonly never[] = [];

/** Every fourth character has the upper six bits of a byte: these are what letters, digits, signs and white space have. */
function mayBeReadable(text: string, start: number): boolean {
  for (let at = start; at < start + 20; at += 4) {
    const code = text.charCodeAt(at);
    if (!((code >= 73 && code <= 90) || (code >= 97 && code <= 102) || code === 67 || code === 68)) return false;
  }
  return true;
}
