import type { AiosError } from '../../errors.ts';

/** The longest one call waits for GitHub's rate limits, all its waits together, in ms. */
const LONGEST_WAIT_MS = 60_000;
/** Waits before a read is tried again after a failure of GitHub or the network, in ms. */
const READ_WAITS_MS = [250, 1_000] as const;

export interface AttemptOptions {
  /** A read may be done again after a failure that left its fate unknown; a write may not. */
  readonly read: boolean;
  readonly signal: AbortSignal | undefined;
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly toError: (thrown: unknown) => AiosError;
}

/** Makes a call, waiting for rate limits and trying reads again. The only place that decides on another attempt. */
export async function attempt<Result>(call: () => Promise<Result>, options: AttemptOptions): Promise<Result> {
  const { signal, sleep, read, toError } = options;
  let waited = 0;
  let failedReads = 0;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await untilAborted(call(), signal);
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = toError(thrown);
      const waitMs = error.code === 'github_rate_limited' ? error.retryAfterMs
        : error.code === 'github_unavailable' && read ? READ_WAITS_MS[failedReads++] : undefined;
      if (waitMs === undefined || waited + waitMs > LONGEST_WAIT_MS) throw error;
      waited += waitMs;
      await sleep(waitMs, signal).catch((reason: unknown) => {
        signal?.throwIfAborted();
        throw reason;
      });
    }
  }
}

/** A call may stand in the client's queue for long: whoever gave up need not wait for its turn. */
function untilAborted<Result>(call: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return call;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
