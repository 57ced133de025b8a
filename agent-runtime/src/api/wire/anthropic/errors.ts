import type { AiosError } from '../../../errors.ts';
import type { WireErrors } from '../wire.ts';

const OVERLOADED = 529;
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error', 402: 'billing_error', 403: 'permission_error', 404: 'not_found_error', 413: 'request_too_large',
  429: 'rate_limit_error', 504: 'timeout_error', [OVERLOADED]: 'overloaded_error',
};

function statusOf({ code, status }: AiosError): number {
  if (code === 'model_overloaded' || code === 'model_circuit_open') return OVERLOADED;
  return code === 'model_not_configured' ? 404 : status;
}

/** `{type: 'error', error: {type, message}, request_id}`, with the runtime's own `code` beside the type. */
export function toAnthropicErrorBody(error: AiosError, requestId: string): string {
  const status = statusOf(error);
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return JSON.stringify({ type: 'error', error: { type, message: error.message, code: error.code }, request_id: requestId });
}

export const ANTHROPIC_ERRORS: WireErrors = { status: statusOf, body: toAnthropicErrorBody };
