import { AiosError, type AiosErrorOptions } from '../../errors.ts';

/** What was heard of an answer. */
export interface Failure {
  readonly status?: number;
  readonly retryAfter?: string | readonly string[];
}

/** What a collection's name was when Qdrant said that it has none of it; the driver knows the caller's. */
export class CollectionMissing extends Error {}

/** A failed request as an AiosError, or as a CollectionMissing. It names the server's address, never the key. */
export function qdrantError(error: unknown, { status, retryAfter }: Failure, address: string, timeoutMs: number): unknown {
  const unavailable = (message: string, options?: AiosErrorOptions) => new AiosError('store_unavailable', `Qdrant at ${address} ${message}`, { cause: error, ...options });
  if (nameOf(error) === 'QdrantClientTimeoutError') return unavailable(`did not answer within ${timeoutMs} ms. Check that the server is well.`);
  if (status === undefined) return unavailable(`cannot be reached: ${reasonOf(error)}. Check AIOS_QDRANT_URL and that the server runs.`);
  if (status === 401 || status === 403) return unavailable(`refused the API key (${status}). Check AIOS_QDRANT_API_KEY; it must allow writing.`);
  const said = saidBy(error);
  if (status === 429 || status === 408 || status >= 500) {
    return unavailable(`answered ${status}${said === null ? '' : `: ${said}`}. Try again later; if it lasts, look at the server's log and its disk.`, { retryAfterMs: retryAfterMs(retryAfter) });
  }
  if (status === 413) return new AiosError('payload_too_large', `Qdrant at ${address} takes no request of this size. Send smaller payloads, or raise its service.max_request_size_mb.`, { cause: error });
  if (said === null) return unavailable(`answers (${status}), but not as Qdrant does. Check that AIOS_QDRANT_URL is its HTTP address (port 6333, not 6334).`);
  if (status === 404) return new CollectionMissing(said);
  if (status === 409) return new AiosError('collection_conflict', `Qdrant: ${said}.`, { cause: error });
  if (/dimension error/i.test(said)) return new AiosError('invalid_request', `Qdrant: ${said}. Use the model that the collection was filled with.`, { cause: error });
  return new AiosError('internal', `Qdrant at ${address} refused a request of the runtime (${status}): ${said}. Please report it, with Qdrant's version.`, { cause: error });
}

/** Null: it is not Qdrant that answered. */
function saidBy(error: unknown): string | null {
  const said = (error as { readonly data?: { readonly status?: { readonly error?: unknown } } }).data?.status?.error;
  if (typeof said === 'string') return said.slice(0, 300);
  // The client's own error of a refusal with Retry-After keeps no body.
  return nameOf(error) === 'QdrantClientResourceExhaustedError' ? 'too many requests' : null;
}

/** `fetch failed` says why in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  const inner = cause instanceof AggregateError ? cause.errors[0] as unknown : cause;
  return inner instanceof Error && inner.message !== '' ? inner.message : message;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function retryAfterMs(header: Failure['retryAfter']): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
