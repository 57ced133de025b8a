import { isEmpty } from '../parameters.ts';
import type { Parameter, ParameterTable } from '../parameters.ts';

const isOff = (value: unknown): boolean => value === false;
const isNone = (value: unknown): boolean => isEmpty(value);

/** Every field of a chat completion request. */
export const CHAT_PARAMETERS: ParameterTable = new Map<string, Parameter>([
  ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'temperature', 'top_p', 'top_k', 'seed',
    'presence_penalty', 'frequency_penalty', 'stop', 'tools', 'tool_choice', 'parallel_tool_calls', 'response_format', 'reasoning_effort',
    'user', 'safety_identifier'].map((name): [string, Parameter] => [name, 'read']),
  // Storage, billing and caching at OpenAI: none of them changes what is answered.
  ...['metadata', 'store', 'service_tier', 'prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options', 'prediction']
    .map((name): [string, Parameter] => [name, 'harmless']),
  ['n', (value) => value === 1],
  ['logprobs', isOff],
  ['top_logprobs', (value) => value === 0],
  ['logit_bias', isNone],
  ['modalities', (value) => Array.isArray(value) && value.every((modality) => modality === 'text')],
  ['audio', () => false],
  ['functions', isNone],
  ['function_call', () => false],
  ['verbosity', (value) => value === 'medium'],
  ['web_search_options', () => false],
  ['moderation', () => false],
]);

export const EMBEDDING_PARAMETERS: ParameterTable = new Map<string, Parameter>([
  ...['model', 'input', 'dimensions', 'encoding_format'].map((name): [string, Parameter] => [name, 'read']),
  ['user', 'harmless'],
]);
