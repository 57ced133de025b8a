import { AiosError, type ErrorCode } from '../../errors.ts';

/** What was heard of an answer. */
export interface Heard {
  readonly status?: number;
  readonly retryAfter?: string | readonly string[];
}

export interface Failure {
  readonly error: AiosError;
  /** Whether a moment may help. A server that hangs or refuses the key will do so again. */
  readonly again: boolean;
  /** Qdrant has no such collection; the driver knows the name that its caller gave. */
  readonly missing: boolean;
}

/** What came of a request. The message names the server's address, never the key. */
export function failureOf(thrown: unknown, { status, retryAfter }: Heard, address: string, timeoutMs: number): Failure {
  const failure = (code: ErrorCode, message: string, { again = false, missing = false } = {}): Failure => ({
    error: new AiosError(code, message, { cause: thrown, retryAfterMs: again ? retryAfterMs(retryAfter) : undefined }), again, missing,
  });
  const unavailable = (message: string, again = false) => failure('store_unavailable', `Qdrant at ${address} ${message}`, { again });
  // The client renames what its timer aborts, but not where the error is of another realm.
  if (['QdrantClientTimeoutError', 'AbortError'].includes(fieldOf(thrown, 'name'))) return unavailable(`did not answer within ${timeoutMs} ms. Check that the server is well.`);
  if (status === undefined) return unavailable(`cannot be reached: ${reasonOf(thrown)}. Check AIOS_QDRANT_URL and that the server runs.`, true);
  if (status === 401 || status === 403) return unavailable(`refused the API key (${status}). Check AIOS_QDRANT_API_KEY; it must allow writing.`);
  if (status === 413) return failure('payload_too_large', `Qdrant at ${address} takes no request of this size. Send smaller payloads, or raise its service.max_request_size_mb.`);
  const said = saidBy(thrown);
  if (status === 429 || status === 408 || status >= 500) {
    return unavailable(`answered ${status}${said === null ? '' : `: ${said}`}. Try again later; if it lasts, look at the server's log and its disk.`, true);
  }
  // `fetch` says no more when a body breaks off.
  if (status < 300 && fieldOf(thrown, 'message') === 'terminated') return unavailable(`broke off its answer: ${reasonOf(thrown)}. Try again.`, true);
  if (said === null) return unavailable(`answers (${status}), but not as Qdrant does. Check that AIOS_QDRANT_URL is its HTTP address (port 6333, not 6334).`);
  if (status === 404) return failure('not_found', said, { missing: true });
  if (status === 409) return failure('collection_conflict', `Qdrant: ${said}`);
  if (/dimension error/i.test(said)) return failure('invalid_request', `Qdrant: ${said}. Use the model that the collection was filled with.`);
  return failure('internal', `Qdrant at ${address} refused a request of the runtime (${status}): ${said}. Please report it, with Qdrant's version.`);
}

/** Null: it is not Qdrant that answered. */
function saidBy(thrown: unknown): string | null {
  const said = (thrown as { readonly data?: { readonly status?: { readonly error?: unknown } } }).data?.status?.error;
  return typeof said === 'string' ? said.slice(0, 300) : null;
}

/** `fetch failed` and `terminated` say why in their cause. */
function reasonOf(thrown: unknown): string {
  const { cause } = thrown as { readonly cause?: unknown };
  const inner = (cause as { readonly errors?: readonly unknown[] } | undefined)?.errors?.[0] ?? cause;
  return fieldOf(inner, 'message') || fieldOf(thrown, 'message') || String(thrown);
}

function fieldOf(thrown: unknown, field: 'name' | 'message' | 'code'): string {
  return String((thrown as Record<string, unknown> | null | undefined)?.[field] ?? '');
}

function retryAfterMs(header: Heard['retryAfter']): number | undefined {
  const seconds = Number(Array.isArray(header) ? header[0] : header ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}
