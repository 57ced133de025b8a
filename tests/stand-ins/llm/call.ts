import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A picture in a request: an address, or `data:image/png;base64,…`. */
export interface CallImage {
  readonly role: string;
  readonly url: string;
}

export interface CallTool {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A request for an answer or for vectors, in the terms that all services share. */
export interface LlmCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly system: string;
  /** The text of each turn. Texts to make vectors of are turns of the user. */
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly images: readonly CallImage[];
  readonly tools: readonly CallTool[];
  /** JSON Schema of the answer, or null when text is asked for. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly stream: boolean;
  readonly maxTokens: number | null;
  /** The same for two calls that ask the same model the same thing. */
  readonly contentHash: string;
}

type Content = Pick<LlmCall, 'model' | 'system' | 'messages' | 'schema'> & Partial<Pick<LlmCall, 'images' | 'tools'>>;

export function contentHashOf({ model, system, messages, schema, images = [], tools = [] }: Content): string {
  const more = images.length + tools.length > 0 ? [images, tools] : [];
  return createHash('sha256').update(JSON.stringify([model, system, messages, schema, ...more])).digest('hex');
}

/** The text of a content that is a string or a list of blocks, results of tools included. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block: unknown) => {
    if (!isRecord(block)) return '';
    return typeof block.text === 'string' ? block.text : block.type === 'tool_result' ? textOf(block.content) : '';
  }).join('');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
