import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A request for an answer, in the terms that all three services share. */
export interface LlmCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it was sent. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly system: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** JSON Schema of the answer, or null when text is asked for. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly stream: boolean;
  readonly maxTokens: number | null;
  /** The same for two calls that ask the same model the same thing. */
  readonly contentHash: string;
}

export function contentHashOf(parts: Pick<LlmCall, 'model' | 'system' | 'messages' | 'schema'>): string {
  return createHash('sha256').update(JSON.stringify([parts.model, parts.system, parts.messages, parts.schema])).digest('hex');
}

/** The text of a content that is a string or a list of text blocks. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block: unknown) => (isRecord(block) && typeof block.text === 'string' ? block.text : '')).join('');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
