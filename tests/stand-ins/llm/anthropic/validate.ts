import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../call.ts';

const FIELDS = new Set([
  'model', 'max_tokens', 'messages', 'system', 'stream', 'output_config', 'cache_control', 'metadata', 'service_tier', 'stop_sequences',
  'thinking', 'tools', 'tool_choice', 'container', 'diagnostics', 'inference_geo', 'speed',
]);
/** Versions of the API; the later one is what the SDK of today speaks and knows no `temperature`. */
const VERSIONS = ['2023-06-01', '2026-10-21'];
const FIELDS_UNTIL_2026 = new Set(['temperature', 'top_p', 'top_k']);
/** Keywords of JSON Schema that structured outputs refuse. */
const REFUSED_KEYWORDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'maxItems', 'pattern'];

/** What the Messages API would say is wrong, or null. */
export function problemOf(headers: IncomingHttpHeaders, body: unknown): string | null {
  if (!headers['x-api-key'] && !headers.authorization) return 'x-api-key header is required';
  const version = String(headers['anthropic-version']);
  if (!VERSIONS.includes(version)) return 'anthropic-version: header is required';
  if (!headers['content-type']?.startsWith('application/json')) return 'content-type: must be application/json';
  if (!isRecord(body)) return 'The request body is not valid JSON';
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field) && !(version === VERSIONS[0] && FIELDS_UNTIL_2026.has(field)));
  if (unknown !== undefined) return `${unknown}: Extra inputs are not permitted`;
  if (typeof body.model !== 'string' || body.model === '') return 'model: Field required';
  if (!Number.isInteger(body.max_tokens) || (body.max_tokens as number) < 1) return 'max_tokens: Input should be greater than or equal to 1';
  return problemOfMessages(body.messages) ?? problemOfSystem(body.system) ?? problemOfOutput(body.output_config);
}

function problemOfMessages(messages: unknown): string | null {
  if (!Array.isArray(messages) || messages.length === 0) return 'messages: at least one message is required';
  for (const [index, message] of messages.entries()) {
    if (!isRecord(message) || !['user', 'assistant'].includes(String(message.role))) return `messages.${index}.role: Input should be 'user' or 'assistant'`;
    if (typeof message.content === 'string' ? message.content === '' : !Array.isArray(message.content)) return `messages.${index}.content: must be non-empty`;
  }
  if (messages[0].role !== 'user') return 'messages: first message must use the "user" role';
  return messages.at(-1).role === 'user' ? null : 'This model does not support assistant message prefill. The conversation must end with a user message.';
}

function problemOfSystem(system: unknown): string | null {
  if (system === undefined || typeof system === 'string') return null;
  if (!Array.isArray(system)) return 'system: Input should be a valid list';
  for (const [index, block] of system.entries()) {
    if (!isRecord(block) || block.type !== 'text' || typeof block.text !== 'string' || block.text === '') return `system.${index}.text: must be non-empty`;
    if (block.cache_control !== undefined && !(isRecord(block.cache_control) && block.cache_control.type === 'ephemeral')) return `system.${index}.cache_control: Input tag must be 'ephemeral'`;
  }
  return null;
}

function problemOfOutput(config: unknown): string | null {
  if (config === undefined) return null;
  if (!isRecord(config)) return 'output_config: Input should be an object';
  if (config.format === undefined) return null;
  if (!isRecord(config.format) || config.format.type !== 'json_schema' || !isRecord(config.format.schema)) return 'output_config.format: Input tag must be json_schema';
  const extra = Object.keys(config.format).find((field) => !['type', 'schema'].includes(field));
  return extra === undefined ? problemOfSchema(config.format.schema, 'output_config.format.schema') : `output_config.format.${extra}: Extra inputs are not permitted`;
}

function problemOfSchema(schema: unknown, path: string): string | null {
  if (!isRecord(schema)) return null;
  const refused = REFUSED_KEYWORDS.find((keyword) => keyword in schema);
  if (refused !== undefined) return `${path}: For '${String(schema.type)}' type, property '${refused}' is not supported`;
  if (schema.type === 'object' && schema.additionalProperties !== false) return `${path}: For 'object' type, 'additionalProperties' must be explicitly set to false`;
  const parts: [string, unknown][] = [
    ...Object.entries(isRecord(schema.properties) ? schema.properties : {}), ['items', schema.items],
    ...(Array.isArray(schema.anyOf) ? schema.anyOf.map((part: unknown, index): [string, unknown] => [`anyOf.${index}`, part]) : []),
  ];
  for (const [name, part] of parts) {
    const problem = problemOfSchema(part, `${path}.${name}`);
    if (problem !== null) return problem;
  }
  return null;
}
