import { isEmpty } from '../parameters.ts';
import type { Parameter, ParameterTable } from '../parameters.ts';

const READ: readonly (readonly [string, Parameter])[] = [
  'model', 'messages', 'system', 'max_tokens', 'stream', 'temperature', 'top_p', 'top_k', 'stop_sequences', 'tools', 'tool_choice', 'thinking',
  'metadata', 'output_config', 'output_format',
].map((name) => [name, 'read'] as const);

/** Every field of a message request, and of one whose tokens are counted. */
export const MESSAGE_PARAMETERS: ParameterTable = new Map<string, Parameter>([
  ...READ,
  // Billing, speed and caching at Anthropic: none of them changes what is answered. Cache marks are placed by the router.
  ['service_tier', 'harmless'], ['cache_control', 'harmless'], ['speed', 'harmless'], ['betas', 'harmless'], ['diagnostics', 'harmless'],
  ['user_profile_id', 'harmless'], ['workspace_id', 'harmless'],
  // Trims old turns to save tokens: without it the model sees them all.
  ['context_management', 'harmless'],
  ['mcp_servers', isEmpty],
  ['container', () => false], ['inference_geo', () => false],
]);

/** Every field of a tool that the caller runs. */
export const TOOL_PARAMETERS: ParameterTable = new Map<string, Parameter>([
  ['name', 'read'], ['description', 'read'], ['input_schema', 'read'], ['strict', 'read'], ['type', 'read'],
  ['cache_control', 'harmless'], ['eager_input_streaming', 'harmless'],
  ['allowed_callers', (value) => Array.isArray(value) && value.every((caller) => caller === 'direct')],
  ['defer_loading', (value) => value === false], ['input_examples', (value) => Array.isArray(value) && value.length === 0],
]);
