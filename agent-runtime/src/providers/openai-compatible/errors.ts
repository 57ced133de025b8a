import { AiosError } from '../../errors.ts';
import { callAborted } from '../call-aborted.ts';
import { codeOfStatus } from '../code-of-status.ts';
import { connectionFailure } from '../connection-failure.ts';
import { isRedirect, redirectReason } from '../redirect.ts';
import { retryAfterMs } from '../retry-after.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint, ModelErrorCode } from '../upstream-error.ts';
import type { WholeAnswer } from './exchange.ts';

const TOO_LONG = /maximum context length|context (length|window|size)|prompt is too long|max_model_len/i;

const CODES: Readonly<Record<string, ModelErrorCode>> = {
  insufficient_quota: 'model_billing', billing_hard_limit_reached: 'model_billing', billing_not_active: 'model_billing',
  content_filter: 'model_refused', content_policy_violation: 'model_refused',
  context_length_exceeded: 'model_context_too_long', model_not_found: 'model_not_found',
};
/** What says something only where there is no status. */
const CODES_WITHOUT_STATUS: Readonly<Record<string, ModelErrorCode>> = {
  rate_limit_exceeded: 'model_rate_limited', rate_limit_error: 'model_rate_limited', tokens: 'model_rate_limited', requests: 'model_rate_limited',
  overloaded_error: 'model_overloaded', invalid_api_key: 'model_unauthorized', authentication_error: 'model_unauthorized',
  permission_error: 'model_unauthorized', invalid_request_error: 'model_request_rejected', BadRequestError: 'model_request_rejected',
};

/** An error as a service words it. */
interface WireError {
  readonly message: string;
  readonly type: string;
  readonly code: string;
  /** Some servers give the status as the code. */
  readonly status: number | undefined;
}

/** Any failure of a call as an AiosError. `answering`: it came after the answer had begun. */
export function toModelError(error: unknown, endpoint: Endpoint, signal: AbortSignal, answering = false): AiosError {
  if (signal.aborted) return callAborted(signal, endpoint.modelId);
  return error instanceof AiosError ? error : connectionFailure(error, endpoint, answering);
}

/** The AiosError of an answer with an error status, or of one that says 200 and is not what was asked for. */
export function answerFailure({ status, headers, text }: WholeAnswer, endpoint: Endpoint): AiosError {
  const error = wireErrorOf(parsed(text));
  const failed = status >= 300 ? status : error?.status;
  const code = error ? codeOf(error, failed) : status >= 300 ? codeOfStatus(status) : 'model_unavailable';
  return upstreamError(endpoint, {
    code, status,
    ...(isRedirect(status) ? { reason: redirectReason(headers.location, endpoint.baseUrl) } : error ? { detail: error.message } : wordsFor(text, status)),
    retryAfterMs: retryAfterMs((name) => headers[name], code === 'model_rate_limited'),
  });
}

/** The AiosError of an error in place of an answer or inside a stream, or null where there is none. */
export function errorIn(value: unknown, endpoint: Endpoint): AiosError | null {
  const error = wireErrorOf(value);
  return error && upstreamError(endpoint, { code: codeOf(error, error.status), status: error.status, detail: error.message });
}

function codeOf(error: WireError, status: number | undefined): ModelErrorCode {
  const certain = CODES[error.code] ?? CODES[error.type];
  if (certain) return certain;
  const refused = status === undefined || (status >= 400 && status < 500 && status !== 429);
  if (refused && TOO_LONG.test(error.message)) return 'model_context_too_long';
  if (status !== undefined) return codeOfStatus(status);
  const told = CODES_WITHOUT_STATUS[error.code] ?? CODES_WITHOUT_STATUS[error.type];
  return told ?? (/overloaded/i.test(error.message) ? 'model_overloaded' : 'model_unavailable');
}

/** `{error: {…}}`, `{error: "…"}`, vLLM's older `{object: "error", …}` and FastAPI's `{detail: "…"}`. */
function wireErrorOf(value: unknown): WireError | null {
  if (!isRecord(value) || 'choices' in value) return null;
  const { error, detail } = value;
  if (isRecord(error)) return toWireError(error);
  if (typeof error === 'string') return toWireError({ message: error });
  if (value.object === 'error') return toWireError(value);
  return typeof detail === 'string' ? toWireError({ message: detail }) : null;
}

function toWireError({ message, type, code }: Readonly<Record<string, unknown>>): WireError {
  const number = Number(code);
  return {
    message: typeof message === 'string' ? message : '', type: String(type ?? ''), code: String(code ?? ''),
    status: number >= 400 && number < 600 ? number : undefined,
  };
}

function wordsFor(text: string, status: number): { readonly reason: string } | { readonly detail: string } {
  if (/^\s*</.test(text)) return { reason: 'it answered with a web page, so something else listens there' };
  if (status >= 300) return { detail: text };
  return { reason: text.trim() === '' ? 'its answer is empty' : 'its answer is not a chat completion, so something else may listen there' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
