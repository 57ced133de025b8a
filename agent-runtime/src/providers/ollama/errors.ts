import { AiosError } from '../../errors.ts';
import { callAborted } from '../call-aborted.ts';
import { codeOfStatus } from '../code-of-status.ts';
import { connectionFailure } from '../connection-failure.ts';
import { isNamed } from '../is-named.ts';
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
    const cut = error.message.startsWith('Did not receive done');
    return upstreamError(endpoint, cut
      ? { code: 'model_stream_cut', detail: 'the stream ended without its last line' }
      : { code: 'model_unavailable', detail: error.message });
  }
  return connectionFailure(error, endpoint, answering);
}

/** The AiosError of an answer with an error status. */
export async function statusFailure(response: Response, endpoint: Endpoint): Promise<AiosError> {
  const text = await response.text();
  const detail = readError(text) ?? text;
  return upstreamError(endpoint, { code: codeOf(response.status, detail), status: response.status, detail, retryAfterMs: retryAfterMs(response.headers) });
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
