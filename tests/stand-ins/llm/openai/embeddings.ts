import { countOf } from '../behaviour.ts';
import { contentHashOf } from '../call.ts';
import type { LlmCall } from '../call.ts';
import type { Renderer } from '../perform.ts';
import { vectorOf } from '../vector-of.ts';
import { openAiError } from './errors.ts';

export function toEmbeddingCall(path: string, headers: LlmCall['headers'], body: Readonly<Record<string, unknown>>): LlmCall {
  const inputs = Array.isArray(body.input) ? body.input.map(String) : [String(body.input)];
  const parts = { model: String(body.model), system: '', messages: inputs.map((content) => ({ role: 'user', content })), images: [], tools: [], schema: null };
  return { ...parts, path, headers, body, stream: false, maxTokens: null, contentHash: contentHashOf(parts) };
}

/** What is wrong with a request for embeddings, or null. */
export function problemOfEmbeddings(body: Readonly<Record<string, unknown>>): string | null {
  const unknown = Object.keys(body).find((field) => !['model', 'input', 'dimensions', 'encoding_format', 'user'].includes(field));
  if (unknown !== undefined) return `Unrecognized request argument supplied: ${unknown}`;
  if (typeof body.model !== 'string' || body.model === '') return 'you must provide a model parameter';
  const inputs: unknown[] = Array.isArray(body.input) ? body.input : [body.input];
  if (inputs.length === 0 || inputs.some((input) => typeof input !== 'string' || input === '')) return '\'$.input\' is invalid.';
  return [undefined, 'float', 'base64'].includes(body.encoding_format as undefined) ? null : 'Invalid value: \'encoding_format\'.';
}

export const EMBEDDINGS: Renderer = {
  streamType: 'application/json',
  whole(answer, call) {
    const size = typeof call.body.dimensions === 'number' ? call.body.dimensions : 8;
    const base64 = call.body.encoding_format === 'base64';
    const tokens = call.messages.reduce((sum, { content }) => sum + countOf(content), 0);
    const data = call.messages.map(({ content }, index) => {
      const vector = vectorOf(content, size);
      return { object: 'embedding', index, embedding: base64 ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector };
    });
    return { object: 'list', data, model: call.model, ...(answer.usage === 'none' ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }) };
  },
  lines: () => ({ head: [], pieces: [], tail: [] }),
  error: openAiError,
  errorLine: () => '',
  brokenLine: '',
};
