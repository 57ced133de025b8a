import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../call.ts';
import { problemOfMessages } from './validate-messages.ts';

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
  return problemOfMessages(body.messages) ?? problemOfSystem(body.system) ?? problemOfTools(body) ?? problemOfThinking(body)
    ?? problemOfMarkers(body) ?? problemOfStops(body.stop_sequences) ?? problemOfOutput(body.output_config);
}

function problemOfTools({ tools, tool_choice: choice }: Readonly<Record<string, unknown>>): string | null {
  if (tools === undefined) return choice === undefined ? null : 'tool_choice: may only be specified while providing tools';
  if (!Array.isArray(tools)) return 'tools: Input should be a valid list';
  for (const [index, tool] of tools.entries()) {
    if (!isRecord(tool) || !/^[\w-]{1,128}$/.test(String(tool.name))) return `tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
    if (!isRecord(tool.input_schema) || tool.input_schema.type !== 'object') return `tools.${index}.custom.input_schema.type: Field required`;
  }
  if (choice === undefined) return null;
  if (!isRecord(choice) || !['auto', 'any', 'tool', 'none'].includes(String(choice.type))) return 'tool_choice: Input tag must be one of auto, any, tool, none';
  if (choice.type === 'none' && 'disable_parallel_tool_use' in choice) return 'tool_choice.none.disable_parallel_tool_use: Extra inputs are not permitted';
  return choice.type !== 'tool' || tools.some((tool) => isRecord(tool) && tool.name === choice.name) ? null : `tool_choice.tool.name: tool '${String(choice.name)}' not found`;
}

function problemOfThinking({ thinking, max_tokens: limit, tool_choice: choice, temperature }: Readonly<Record<string, unknown>>): string | null {
  if (thinking === undefined) return null;
  if (!isRecord(thinking) || !['enabled', 'disabled', 'adaptive', 'between_tools'].includes(String(thinking.type))) return 'thinking: Input tag is not known';
  if (thinking.type === 'disabled') return null;
  if (isRecord(choice) && (choice.type === 'any' || choice.type === 'tool')) return 'Thinking may not be enabled when tool_choice forces tool use.';
  if (temperature !== undefined && temperature !== 1) return '`temperature` may only be set to 1 when thinking is enabled.';
  if (thinking.type !== 'enabled') return null;
  const budget = Number(thinking.budget_tokens);
  if (!(budget >= 1_024)) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  return budget < Number(limit) ? null : '`max_tokens` must be greater than `thinking.budget_tokens`.';
}

function problemOfMarkers(body: Readonly<Record<string, unknown>>): string | null {
  const count = JSON.stringify([body.tools, body.system, body.messages]).split('"cache_control":{').length - 1;
  return count <= 4 ? null : `A maximum of 4 blocks with cache_control may be provided. Found ${count}.`;
}

function problemOfStops(stops: unknown): string | null {
  if (stops === undefined) return null;
  if (!Array.isArray(stops)) return 'stop_sequences: Input should be a valid list';
  return stops.every((stop) => typeof stop === 'string' && stop.trim() !== '') ? null : 'stop_sequences: each stop sequence must contain non-whitespace';
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
