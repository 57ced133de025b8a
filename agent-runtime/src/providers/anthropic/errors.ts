import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk/error';
import { callAborted } from '../call-aborted.ts';
import { codeOfStatus } from '../code-of-status.ts';
import { connectionFailure } from '../connection-failure.ts';
import { isRedirect, redirectReason } from '../redirect.ts';
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
/** Statuses that say more than the type that comes with them. */
const CODES_BY_STATUS: Readonly<Record<number, ModelErrorCode>> = { 402: 'model_billing', 413: 'model_context_too_long', 529: 'model_overloaded' };

const TOO_LONG = /prompt is too long|exceeds? the context window|input length and `?max_tokens`? exceed|context limit|maximum context length/i;
const BILLING = /credit balance is too low|usage limits?|spend limit/i;
const REFUSED = /blocked by content filtering/i;

/** Any failure of the SDK as an AiosError. `answering`: it came after the answer had begun. */
export function toModelError(error: unknown, endpoint: Endpoint, signal: AbortSignal, answering = false): AiosError {
  if (signal.aborted) return callAborted(signal, endpoint.modelId);
  if (error instanceof AiosError) return error;
  if (error instanceof APIConnectionTimeoutError) return withPartialUsage(upstreamError(endpoint, { code: 'model_timeout' }), NO_USAGE);
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    if (isRedirect(error.status)) {
      return upstreamError(endpoint, { code: 'model_unavailable', status: error.status, reason: redirectReason(error.headers?.get('location'), endpoint.baseUrl) });
    }
    const failure = { type: error.type, message: error.apiMessage, reason: error.errorCode };
    return serviceError(failure, error.status, endpoint, error.headers);
  }
  return connectionFailure(error, endpoint, answering);
}

/** The AiosError of an answer that says 200 and is no message: an error, a page, or something else. */
export function strangeAnswer(answer: unknown, endpoint: Endpoint): AiosError {
  const body = typeof answer === 'string' ? parsed(answer) : answer;
  if (isRecord(body) && isRecord(body.error)) {
    const { type, message } = body.error;
    return serviceError({ type: typeof type === 'string' ? type : null, message: typeof message === 'string' ? message : null, reason: null }, undefined, endpoint);
  }
  const isPage = typeof answer === 'string' && /^\s*</.test(answer);
  return upstreamError(endpoint, {
    code: 'model_unavailable',
    reason: isPage ? 'it answered with a web page, so something else listens there' : 'its answer is not a message, so something else may listen there',
  });
}

function serviceError(
  { type, message, reason }: { readonly type: string | null; readonly message: string | null; readonly reason: string | null },
  status: number | undefined, endpoint: Endpoint, headers?: Headers,
): AiosError {
  const detail = message ?? type ?? '';
  const code = codeOf(type ?? '', detail, reason ?? '', status);
  return upstreamError(endpoint, { code, status, detail, retryAfterMs: retryAfterMs((name) => headers?.get(name), code === 'model_rate_limited') });
}

function codeOf(type: string, message: string, reason: string, status: number | undefined): ModelErrorCode {
  if (reason.endsWith('_limit_reached') || reason === 'organization_on_hold' || BILLING.test(message)) return 'model_billing';
  if (TOO_LONG.test(message)) return 'model_context_too_long';
  if (REFUSED.test(message)) return 'model_refused';
  return CODES_BY_STATUS[status ?? 0] ?? CODES_BY_TYPE[type] ?? codeOfStatus(status ?? 500);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
