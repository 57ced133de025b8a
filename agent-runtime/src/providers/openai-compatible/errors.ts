import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai/error';
import { NO_USAGE } from '../../contract/usage.ts';
import { AiosError } from '../../errors.ts';
import { callAborted } from '../call-aborted.ts';
import { codeOfStatus } from '../code-of-status.ts';
import { connectionFailure } from '../connection-failure.ts';
import { withPartialUsage } from '../partial-usage.ts';
import { retryAfterMs } from '../retry-after.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint, ModelErrorCode } from '../upstream-error.ts';

const TOO_LONG = /maximum context length|context (length|window|size)|prompt is too long|max_model_len/i;

/** Any failure of the SDK as an AiosError. `answering`: it came after the answer had begun. */
export function toModelError(error: unknown, endpoint: Endpoint, signal: AbortSignal, answering = false): AiosError {
  if (signal.aborted) return callAborted(signal, endpoint.modelId);
  if (error instanceof AiosError) return error;
  if (error instanceof APIConnectionTimeoutError) return withPartialUsage(upstreamError(endpoint, { code: 'model_timeout' }), NO_USAGE);
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    return upstreamError(endpoint, {
      code: codeOf(error), status: error.status, detail: detailOf(error), retryAfterMs: retryAfterMs(error.headers),
    });
  }
  return connectionFailure(error, endpoint, answering);
}

function codeOf(error: InstanceType<typeof APIError>): ModelErrorCode {
  const code = String(error.code ?? '');
  if (code === 'insufficient_quota' || code === 'billing_hard_limit_reached' || error.type === 'insufficient_quota') return 'model_billing';
  if (code === 'content_filter' || code === 'content_policy_violation') return 'model_refused';
  const refused = error.status === undefined || (error.status >= 400 && error.status < 500 && error.status !== 429);
  if (code === 'context_length_exceeded' || (refused && TOO_LONG.test(detailOf(error)))) return 'model_context_too_long';
  if (code === 'model_not_found') return 'model_not_found';
  if (error.status !== undefined) return codeOfStatus(error.status);
  return error.type === 'invalid_request_error' ? 'model_request_rejected' : 'model_unavailable';
}

/** The provider's words without the status that the SDK puts before them. */
function detailOf(error: InstanceType<typeof APIError>): string {
  const body: unknown = error.error;
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') return body.message;
  return error.message.replace(/^\d{3} /, '').replace(/^status code \(no body\)$/, '');
}
