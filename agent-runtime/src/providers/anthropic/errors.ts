import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk/error';
import { callAborted } from '../call-aborted.ts';
import { codeOfStatus } from '../code-of-status.ts';
import { connectionFailure } from '../connection-failure.ts';
import { retryAfterMs } from '../retry-after.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint, ModelErrorCode } from '../upstream-error.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import { AiosError } from '../../errors.ts';
import { withPartialUsage } from '../partial-usage.ts';

const CODES_BY_TYPE: Readonly<Record<string, ModelErrorCode>> = {
  invalid_request_error: 'model_request_rejected',
  authentication_error: 'model_unauthorized',
  permission_error: 'model_unauthorized',
  billing_error: 'model_billing',
  not_found_error: 'model_not_found',
  request_too_large: 'model_context_too_long',
  rate_limit_error: 'model_rate_limited',
  timeout_error: 'model_timeout',
  overloaded_error: 'model_overloaded',
  api_error: 'model_unavailable',
};

const TOO_LONG = /prompt is too long|exceeds? the context window|input length and `?max_tokens`? exceed|context limit/i;
const BILLING = /credit balance is too low|usage limits?|spend limit/i;

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
  const message = detailOf(error);
  if (error.errorCode?.endsWith('_limit_reached') || error.errorCode === 'organization_on_hold' || BILLING.test(message)) return 'model_billing';
  if (error.status === 413 || TOO_LONG.test(message)) return 'model_context_too_long';
  return CODES_BY_TYPE[error.type ?? ''] ?? codeOfStatus(error.status ?? 500);
}

function detailOf(error: InstanceType<typeof APIError>): string {
  return error.apiMessage ?? error.type ?? '';
}
