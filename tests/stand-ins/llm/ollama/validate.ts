import { isRecord } from '../call.ts';

const FIELDS = new Set(['model', 'messages', 'stream', 'format', 'options', 'keep_alive', 'tools', 'think', 'truncate', 'shift', 'logprobs', 'top_logprobs']);
const OPTIONS = new Set([
  'num_ctx', 'num_predict', 'temperature', 'top_k', 'top_p', 'min_p', 'seed', 'stop', 'num_keep', 'repeat_penalty', 'repeat_last_n',
  'typical_p', 'presence_penalty', 'frequency_penalty', 'num_batch', 'num_gpu', 'main_gpu', 'use_mmap', 'num_thread',
]);

/** What is wrong with a chat request, or null. Ollama lets unknown fields pass; here they are mistakes. */
export function problemOf(body: unknown): string | null {
  if (!isRecord(body)) return 'invalid JSON';
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  if (typeof body.model !== 'string' || body.model === '') return 'model is required';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'messages are missing';
  for (const message of body.messages) {
    if (!isRecord(message) || !['system', 'user', 'assistant', 'tool'].includes(String(message.role))) return 'invalid role';
    if (typeof message.content !== 'string') return 'content must be a string';
  }
  if (body.format !== undefined && body.format !== 'json' && !(isRecord(body.format) && typeof body.format.type === 'string')) return 'invalid format';
  if (body.options === undefined) return null;
  if (!isRecord(body.options)) return 'invalid options';
  const option = Object.keys(body.options).find((name) => !OPTIONS.has(name));
  if (option !== undefined) return `invalid option ${option}`;
  const context = body.options.num_ctx;
  return context === undefined || (Number.isInteger(context) && (context as number) > 0) ? null : 'num_ctx must be a positive integer';
}
