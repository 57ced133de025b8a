import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../call.ts';
import { problemOfMessages } from './validate-messages.ts';

const FIELDS = new Set([
  'model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'n', 'stop', 'seed', 'user',
  'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'response_format', 'tools', 'tool_choice',
  'parallel_tool_calls', 'reasoning_effort', 'verbosity', 'metadata', 'store', 'service_tier', 'prompt_cache_key', 'safety_identifier',
  'modalities', 'prediction', 'functions', 'function_call',
]);
/** Fields of vLLM and its like. */
const SELF_HOSTED_FIELDS = new Set(['top_k', 'chat_template_kwargs']);

export function problemOfKey(headers: IncomingHttpHeaders, requiresKey: boolean): string | null {
  return requiresKey && !/^Bearer \S+$/.test(headers.authorization ?? '') ? 'You didn\'t provide an API key.' : null;
}

/** What a server of chat completions would say is wrong, or null. One without keys is taken for a self-hosted one. */
export function problemOf(headers: IncomingHttpHeaders, body: unknown, requiresKey: boolean): string | null {
  const keyProblem = problemOfKey(headers, requiresKey);
  if (keyProblem !== null) return keyProblem;
  if (!headers['content-type']?.startsWith('application/json')) return 'content-type must be application/json';
  if (!isRecord(body)) return 'We could not parse the JSON body of your request.';
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field) && (requiresKey || !SELF_HOSTED_FIELDS.has(field)));
  if (unknown !== undefined) return `Unrecognized request argument supplied: ${unknown}`;
  if (typeof body.model !== 'string' || body.model === '') return 'you must provide a model parameter';
  if (body.max_tokens !== undefined && body.max_completion_tokens !== undefined) return 'Setting \'max_tokens\' and \'max_completion_tokens\' at the same time is not supported.';
  if (body.stream_options !== undefined && body.stream !== true) return 'The \'stream_options\' parameter is only allowed when \'stream\' is enabled.';
  if (!Array.isArray(body.messages) || body.messages.length === 0) return 'Invalid \'messages\': empty array.';
  return problemOfMessages(body.messages) ?? problemOfTools(body) ?? problemOfFormat(body.response_format);
}

function problemOfTools({ tools, tool_choice: choice, parallel_tool_calls: parallel }: Readonly<Record<string, unknown>>): string | null {
  if (tools === undefined) {
    if (choice !== undefined) return '\'tool_choice\' is only allowed when \'tools\' are specified.';
    return parallel === undefined ? null : '\'parallel_tool_calls\' is only allowed when \'tools\' are specified.';
  }
  if (!Array.isArray(tools) || tools.length === 0) return 'Invalid \'tools\': empty array.';
  for (const [index, tool] of tools.entries()) {
    if (!isRecord(tool) || tool.type !== 'function' || !isRecord(tool.function)) return `Invalid value: 'tools[${index}].type'.`;
    if (!/^[\w-]{1,64}$/.test(String(tool.function.name))) return `Invalid 'tools[${index}].function.name'.`;
    if (tool.function.parameters !== undefined && !isRecord(tool.function.parameters)) return `Invalid 'tools[${index}].function.parameters'.`;
  }
  if (choice === undefined || ['auto', 'none', 'required'].includes(choice as string)) return null;
  const name = isRecord(choice) && isRecord(choice.function) ? choice.function.name : undefined;
  return tools.some((tool) => isRecord(tool) && isRecord(tool.function) && tool.function.name === name) ? null : 'Tool choice names no tool.';
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
