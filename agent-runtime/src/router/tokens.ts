import { setImmediate } from 'node:timers/promises';

/**
 * Other models cut text into more tokens than the counter does. A worst case is taken with this factor; Anthropic gives
 * 1.35 for its newer models over its older ones, which are near to the counter.
 */
export const TOKEN_SAFETY = 1.5;

/**
 * The tokenizer's time grows with the square of an unbroken run, so a text is counted in pieces. A cut costs at most a
 * token, which makes a count too high by less than one in a hundred.
 */
const PIECE = 1_024;
const PIECES_AT_A_TIME = 200;

/** Tokens of a text by OpenAI's `cl100k_base`, the smallest tokenizer (some 45 MB) whose counts are near to all models'. Loaded by the first call. */
export async function countTokens(text: string): Promise<number> {
  if (text === '') return 0;
  const { countTokens: count } = await import('gpt-tokenizer/encoding/cl100k_base');
  let tokens = 0;
  let pieces = 0;
  for (let from = 0; from < text.length;) {
    const to = endOfPiece(text, from);
    // Text such as `<|endoftext|>` is counted as what it looks like.
    tokens += count(text.slice(from, to), { disallowedSpecial: new Set() });
    from = to;
    pieces += 1;
    if (pieces % PIECES_AT_A_TIME === 0) await setImmediate();
  }
  return tokens;
}

/** After the last line or word that ends within a piece's length. */
function endOfPiece(text: string, from: number): number {
  const limit = from + PIECE;
  if (limit >= text.length) return text.length;
  for (const separator of ['\n', ' ']) {
    const at = text.lastIndexOf(separator, limit - 1);
    if (at > from) return at;
  }
  return limit;
}
