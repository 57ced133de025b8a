import { isRecord } from '../call.ts';

const FIELDS = new Set(['model', 'messages', 'stream', 'format', 'options', 'keep_alive', 'tools', 'think', 'truncate', 'shift', 'logprobs', 'top_logprobs']);
const OPTIONS = new Set([
  'num_ctx', 'num_predict', 'temperature', 'top_k', 'top_p', 'min_p', 'seed', 'stop', 'num_keep', 'repeat_penalty', 'repeat_last_n',
  'typical_p', 'presence_penalty', 'frequency_penalty', 'num_batch', 'num_gpu', 'main_gpu', 'use_mmap', 'num_thread',
]);

/** What is wrong with a chat request, or null. Ollama lets unknown fields pass; here they are mistakes. */
export function problemOf(body: unknown, capabilities: readonly string[]): string | null {
  if (!isRecord(body)) return 'invalid JSON';
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  if (typeof body.model !== 'string' || body.model === '') return 'model is required';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'messages are missing';
  for (const message of body.messages) {
    const problem = problemOfMessage(message);
    if (problem !== null) return problem;
  }
  if (body.tools !== undefined && !capabilities.includes('tools')) return `${body.model} does not support tools`;
  if (body.think !== undefined && body.think !== false && !capabilities.includes('thinking')) return `${body.model} does not support thinking`;
  if (body.think !== undefined && typeof body.think !== 'boolean' && !['low', 'medium', 'high'].includes(String(body.think))) return 'invalid think value';
  const tools: unknown[] = Array.isArray(body.tools) ? body.tools : [];
  if (!tools.every((tool) => isRecord(tool) && tool.type === 'function' && isRecord(tool.function) && typeof tool.function.name === 'string')) return 'invalid tools';
  if (body.format !== undefined && body.format !== 'json' && !(isRecord(body.format) && typeof body.format.type === 'string')) return 'invalid format';
  return problemOfOptions(body.options);
}

/** What is wrong with a request for embeddings, or null. */
export function problemOfEmbeddings(body: unknown): string | null {
  if (!isRecord(body)) return 'invalid JSON';
  const unknown = Object.keys(body).find((field) => !['model', 'input', 'truncate', 'dimensions', 'keep_alive', 'options'].includes(field));
  if (unknown !== undefined) return `unknown field ${unknown}`;
  const inputs: unknown[] = Array.isArray(body.input) ? body.input : [body.input];
  return inputs.every((input) => typeof input === 'string') ? null : 'invalid input type';
}

function problemOfMessage(message: unknown): string | null {
  if (!isRecord(message) || !['system', 'user', 'assistant', 'tool'].includes(String(message.role))) return 'invalid role';
  if (typeof message.content !== 'string') return 'content must be a string';
  const images: unknown[] = Array.isArray(message.images) ? message.images : [];
  if (!images.every((image) => typeof image === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(image))) return 'illegal base64 data in images';
  const calls: unknown[] = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  return calls.every((call) => isRecord(call) && isRecord(call.function) && isRecord(call.function.arguments)) ? null : 'json: cannot unmarshal string into Go struct field .arguments';
}

function problemOfOptions(options: unknown): string | null {
  if (options === undefined) return null;
  if (!isRecord(options)) return 'invalid options';
  const option = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (option !== undefined) return `invalid option ${option}`;
  const context = options.num_ctx;
  return context === undefined || (Number.isInteger(context) && (context as number) > 0) ? null : 'num_ctx must be a positive integer';
}
