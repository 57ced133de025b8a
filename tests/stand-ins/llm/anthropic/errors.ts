import type { FailureKind } from '../behaviour.ts';

/** Anthropic's own error bodies. */
export function anthropicError(kind: FailureKind): { readonly status: number; readonly body: unknown } {
  const [status, type, message] = ERRORS[kind];
  return { status, body: errorBody(type, message) };
}

export function errorBody(type: string, message: string): unknown {
  return { type: 'error', error: { type, message }, request_id: 'req_011CStandIn' };
}

const ERRORS: Readonly<Record<FailureKind, readonly [number, string, string]>> = {
  'rate-limited': [429, 'rate_limit_error', 'This request would exceed your organization\'s rate limit of 50,000 input tokens per minute.'],
  overloaded: [529, 'overloaded_error', 'Overloaded'],
  unauthorized: [401, 'authentication_error', 'invalid x-api-key'],
  forbidden: [403, 'permission_error', 'Your API key does not have permission to use the specified resource.'],
  billing: [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.'],
  'not-found': [404, 'not_found_error', 'model: claude-none'],
  'bad-request': [400, 'invalid_request_error', 'max_tokens: 200000 > 128000, which is the maximum allowed number of output tokens'],
  'context-too-long': [400, 'invalid_request_error', 'prompt is too long: 1012345 tokens > 1000000 maximum'],
  refused: [400, 'invalid_request_error', 'Output blocked by content filtering policy'],
  'server-error': [500, 'api_error', 'Internal server error'],
};
