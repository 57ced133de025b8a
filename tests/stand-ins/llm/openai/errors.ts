import type { FailureKind } from '../behaviour.ts';

/** OpenAI's own error bodies. */
export function openAiError(kind: FailureKind): { readonly status: number; readonly body: unknown } {
  const [status, type, code, message] = ERRORS[kind];
  return { status, body: errorBody(message, type, code) };
}

export function errorBody(message: string, type: string, code: string | null): unknown {
  return { error: { message, type, param: null, code } };
}

const ERRORS: Readonly<Record<FailureKind, readonly [number, string, string | null, string]>> = {
  'rate-limited': [429, 'tokens', 'rate_limit_exceeded', 'Rate limit reached for gpt-5.6-terra in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.'],
  overloaded: [503, 'server_error', null, 'The engine is currently overloaded, please try again later'],
  unauthorized: [401, 'invalid_request_error', 'invalid_api_key', 'Incorrect API key provided: sk-test-*****************tkey. You can find your API key at https://platform.openai.com/account/api-keys.'],
  forbidden: [403, 'invalid_request_error', 'unsupported_country_region_territory', 'Country, region, or territory not supported'],
  billing: [429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota, please check your plan and billing details.'],
  'not-found': [404, 'invalid_request_error', 'model_not_found', 'The model `gpt-none` does not exist or you do not have access to it.'],
  'bad-request': [400, 'invalid_request_error', 'unsupported_value', 'Unsupported value: \'temperature\' does not support 0.2 with this model.'],
  'context-too-long': [400, 'invalid_request_error', 'context_length_exceeded', 'This model\'s maximum context length is 128000 tokens. However, your messages resulted in 150000 tokens.'],
  refused: [400, 'invalid_request_error', 'content_policy_violation', 'Your request was rejected as a result of our safety system.'],
  'server-error': [500, 'server_error', null, 'The server had an error while processing your request. Sorry about that!'],
};
