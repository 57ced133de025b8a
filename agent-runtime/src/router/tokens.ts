import { setImmediate } from 'node:timers/promises';
import type { MessagePart, ModelRequest } from '../providers/model.ts';

/** How long a request's input is, in tokens. */
export interface PromptSize {
  /** By the counter; an estimate where `counted` is false. */
  readonly tokens: number;
  /** No model counts more. */
  readonly most: number;
  readonly counted: boolean;
}

/**
 * Other models cut text into more tokens than the counter does. A worst case is taken with this factor; Anthropic gives
 * 1.35 for its newer models over its older ones, which are near to the counter.
 */
export const TOKEN_SAFETY = 1.5;

/** What providers add to the text: the frame of a turn, of a request, and of a request with tools. */
const TOKENS_A_MESSAGE = 8;
const TOKENS_A_REQUEST = 16;
const TOKENS_FOR_TOOLS = 600;
/** A large picture at Anthropic; other providers take less for one. */
const TOKENS_AN_IMAGE = 5_000;
const BYTES_A_TOKEN = 4;

/**
 * The tokenizer's time grows with the square of an unbroken run, so a text is counted in pieces. A cut costs at most a
 * token, which makes a count too high by less than one in a hundred.
 */
const PIECE = 1_024;
const PIECES_AT_A_TIME = 200;

/** The size without counting: a text never has more tokens than bytes. */
export function tokenBound(request: ModelRequest): PromptSize {
  const walked = walk(request);
  let bytes = 0;
  for (const text of walked.texts) bytes += Buffer.byteLength(text);
  return { tokens: Math.ceil(bytes / BYTES_A_TOKEN) + walked.more, most: bytes + walked.more, counted: false };
}

/** The size by the counter, `countTokens` by default. */
export async function promptSize(request: ModelRequest, count: (text: string) => Promise<number> = countTokens): Promise<PromptSize> {
  const { texts, more } = walk(request);
  const text = texts.join('\n');
  const tokens = await count(text);
  return { tokens: tokens + more, most: Math.min(Math.ceil(tokens * TOKEN_SAFETY), Buffer.byteLength(text)) + more, counted: true };
}

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

interface Walked {
  readonly texts: string[];
  /** Tokens of what is no text. */
  more: number;
}

/** All that a model is told. */
function walk(request: ModelRequest): Walked {
  const walked: Walked = { texts: [request.system], more: TOKENS_A_REQUEST };
  for (const { content } of request.messages) {
    walked.more += TOKENS_A_MESSAGE;
    if (typeof content === 'string') walked.texts.push(content);
    else for (const part of content) take(part, walked);
  }
  if (request.tools !== undefined && request.tools.length > 0) {
    walked.more += TOKENS_FOR_TOOLS;
    walked.texts.push(JSON.stringify(request.tools));
  }
  if (request.outputSchema !== undefined) walked.texts.push(JSON.stringify(request.outputSchema.jsonSchema));
  return walked;
}

function take(part: MessagePart, walked: Walked): void {
  if (part.type === 'image') {
    walked.more += TOKENS_AN_IMAGE;
  } else if (part.type === 'tool-call') {
    walked.more += TOKENS_A_MESSAGE;
    walked.texts.push(part.name, part.argumentsText);
  } else if (part.type === 'tool-result') {
    walked.more += TOKENS_A_MESSAGE;
    if (typeof part.content === 'string') walked.texts.push(part.content);
    else for (const inner of part.content) take(inner, walked);
  } else {
    walked.texts.push(part.text);
    if (part.type === 'reasoning' && part.redactedData !== undefined) walked.texts.push(part.redactedData);
  }
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
