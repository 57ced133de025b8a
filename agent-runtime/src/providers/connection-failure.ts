import { NO_USAGE } from '../contract/usage.ts';
import type { AiosError } from '../errors.ts';
import { isNamed } from './is-named.ts';
import { withPartialUsage } from './partial-usage.ts';
import { upstreamError } from './upstream-error.ts';
import type { Endpoint } from './upstream-error.ts';

/** The provider can't have seen a request that failed so. */
const NEVER_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_(TLS|SSL)_.*|.*CERT.*)$/;

/**
 * The AiosError of a connection that failed, or of an answer that can't be read. Unless the request can't have arrived,
 * it is marked as possibly paid for. `answering`: the answer had begun.
 */
export function connectionFailure(error: unknown, endpoint: Endpoint, answering: boolean): AiosError {
  const { code, message } = innermost(error);
  const reason = reasonOf(error, code);
  const words = reason === undefined ? { detail: message } : { reason };
  const failure = upstreamError(endpoint, { code: answering ? 'model_stream_cut' : 'model_unavailable', ...words });
  return code !== null && NEVER_CONNECTED.test(code) ? failure : withPartialUsage(failure, NO_USAGE);
}

function reasonOf(error: unknown, code: string | null): string | undefined {
  if (isNamed(error, 'SyntaxError')) return 'it sent something that is not JSON';
  if (code === 'UND_ERR_SOCKET' || code?.startsWith('HPE_')) return 'the connection was closed before the answer had ended';
  if (code !== null) return code;
  // Met while reading an answer. Those of a connection have a cause.
  return isNamed(error, 'TypeError') && (error as Error).cause === undefined ? 'it sent something of another form than expected' : undefined;
}

/** The system's code where there is one, such as ECONNREFUSED, and the innermost message. */
function innermost(error: unknown): { readonly code: string | null; readonly message: string } {
  let at: unknown = error;
  let message = 'the connection failed';
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return { code: at.code, message };
    if ('message' in at && typeof at.message === 'string' && at.message !== '') message = at.message;
    at = 'cause' in at ? at.cause : null;
  }
  return { code: null, message };
}
