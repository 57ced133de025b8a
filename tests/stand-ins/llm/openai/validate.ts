import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../call.ts';

const FIELDS = new Set([
  'model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'stop', 'seed', 'user',
  'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'response_format', 'tools', 'tool_choice',
  'parallel_tool_calls', 'reasoning_effort', 'verbosity', 'metadata', 'store', 'service_tier', 'prompt_cache_key', 'safety_identifier',
  'modalities', 'prediction', 'functions', 'function_call',
]);
const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/** What a server of chat completions would say is wrong, or null. */
export function problemOf(headers: IncomingHttpHeaders, body: unknown, requiresKey: boolean): string | null {
  if (requiresKey && !/^Bearer \S+$/.test(headers.authorization ?? '')) return 'You didn\'t provide an API key.';
  if (!headers['content-type']?.startsWith('application/json')) return 'content-type must be application/json';
  if (!isRecord(body)) return 'We could not parse the JSON body of your request.';
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) return `Unrecognized request argument supplied: ${unknown}`;
  if (typeof body.model !== 'string' || body.model === '') return 'you must provide a model parameter';
  if (body.max_tokens !== undefined && body.max_completion_tokens !== undefined) return 'Setting \'max_tokens\' and \'max_completion_tokens\' at the same time is not supported.';
  if (body.stream_options !== undefined && body.stream !== true) return 'The \'stream_options\' parameter is only allowed when \'stream\' is enabled.';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'Invalid \'messages\': empty array.';
  for (const [index, message] of body.messages.entries()) {
    if (!isRecord(message) || !ROLES.includes(String(message.role))) return `Invalid value: 'messages[${index}].role'.`;
    if (typeof message.content !== 'string' && !Array.isArray(message.content) && message.role !== 'assistant') return `Invalid type for 'messages[${index}].content'.`;
  }
  return problemOfFormat(body.response_format);
}

function problemOfFormat(format: unknown): string | null {
  if (format === undefined) return null;
  if (!isRecord(format) || !['text', 'json_object', 'json_schema'].includes(String(format.type))) return 'Invalid value: \'response_format.type\'.';
  if (format.type !== 'json_schema') return null;
  const asked = format.json_schema;
  if (!isRecord(asked) || typeof asked.name !== 'string' || !/^[\w-]{1,64}$/.test(asked.name)) return 'Missing required parameter: \'response_format.json_schema.name\'.';
  if (!isRecord(asked.schema)) return 'Missing required parameter: \'response_format.json_schema.schema\'.';
  return asked.strict === true ? problemOfStrict(asked.schema, asked.name) : null;
}

function problemOfStrict(schema: unknown, name: string): string | null {
  if (!isRecord(schema)) return null;
  if (schema.type === 'object') {
    if (schema.additionalProperties !== false) return `Invalid schema for response_format '${name}': 'additionalProperties' is required to be supplied and to be false.`;
    const missing = Object.keys(isRecord(schema.properties) ? schema.properties : {}).find((key) => !(schema.required as unknown[] | undefined)?.includes(key));
    if (missing !== undefined) return `Invalid schema for response_format '${name}': 'required' is required to include every key in properties. Missing '${missing}'.`;
  }
  const parts = [...Object.values(isRecord(schema.properties) ? schema.properties : {}), schema.items, ...(Array.isArray(schema.anyOf) ? schema.anyOf : [])];
  for (const part of parts) {
    const problem = problemOfStrict(part, name);
    if (problem !== null) return problem;
  }
  return null;
}
