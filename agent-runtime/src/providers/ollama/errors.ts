import { AiosError } from '../../errors.ts';
import { callAborted } from '../call-aborted.ts';
import { codeOfStatus } from '../code-of-status.ts';
import { connectionFailure } from '../connection-failure.ts';
import { isNamed } from '../is-named.ts';
import { isRedirect, redirectReason } from '../redirect.ts';
import { retryAfterMs } from '../retry-after.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint, ModelErrorCode } from '../upstream-error.ts';

const TOO_LONG = /exceeds?\b.*\bcontext|context (length|window|size)|too long/i;

/** Any failure of a call as an AiosError. `answering`: it came after the answer had begun. */
export function toModelError(error: unknown, endpoint: Endpoint, signal: AbortSignal, answering = false): AiosError {
  if (signal.aborted) return callAborted(signal, endpoint.modelId);
  if (error instanceof AiosError) return error;
  // The library's words for a stream that ended before its `done` line, and for an `error` line in it.
  if (answering && error instanceof Error && isNamed(error, 'Error')) {
    return error.message.startsWith('Did not receive done')
      ? upstreamError(endpoint, { code: 'model_stream_cut', reason: 'the stream ended without its last line' })
      : toldError(error.message, endpoint);
  }
  return connectionFailure(error, endpoint, answering);
}

/** The AiosError of an answer with an error status. */
export async function statusFailure(response: Response, endpoint: Endpoint): Promise<AiosError> {
  const text = await response.text();
  if (isRedirect(response.status)) {
    return upstreamError(endpoint, { code: 'model_unavailable', status: response.status, reason: redirectReason(response.headers.get('location'), endpoint.baseUrl) });
  }
  const detail = readError(text) ?? (/^\s*</.test(text) ? '' : text);
  const code = codeOf(response.status, detail);
  return upstreamError(endpoint, {
    code, status: response.status, detail, retryAfterMs: retryAfterMs((name) => response.headers.get(name), code === 'model_rate_limited'),
  });
}

/** The AiosError of an answer that says 200 and is not what was asked for. */
export function strangeAnswer(answer: unknown, endpoint: Endpoint): AiosError {
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  const told = typeof error === 'string' ? error : isMessage(error) ? error.message : null;
  if (told !== null) return toldError(told, endpoint);
  return upstreamError(endpoint, { code: 'model_unavailable', reason: 'its answer is not one of Ollama, so something else may listen there' });
}

/** As OpenAI's servers have it. */
function isMessage(error: unknown): error is { readonly message: string } {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}

/** An error that is told without a status. */
function toldError(detail: string, endpoint: Endpoint): AiosError {
  const code = TOO_LONG.test(detail) ? 'model_context_too_long' : /server busy|overloaded/i.test(detail) ? 'model_overloaded'
    : /rate limit|too many requests/i.test(detail) ? 'model_rate_limited' : /model .*not found/i.test(detail) ? 'model_not_found'
      : /unauthorized/i.test(detail) ? 'model_unauthorized' : /subscription|upgrade/i.test(detail) ? 'model_billing' : 'model_unavailable';
  return upstreamError(endpoint, { code, detail });
}

function codeOf(status: number, detail: string): ModelErrorCode {
  if (TOO_LONG.test(detail)) return 'model_context_too_long';
  if (status === 400 && /not found/i.test(detail)) return 'model_not_found';
  return codeOfStatus(status);
}

function readError(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string' ? body.error : null;
  } catch {
    return null;
  }
}
