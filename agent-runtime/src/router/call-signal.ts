/** The signal of one upstream call. */
export interface CallSignal {
  readonly signal: AbortSignal;
  /** Aborts the call from within, such as a hedge that lost. */
  abort(reason: unknown): void;
  /** After the call: nothing stays with the caller's signal or the clock. */
  end(): void;
}

/** Aborted when the caller's signal is, or after that time. `AbortSignal.any` would cost more and stay until collected. */
export function callSignal(caller: AbortSignal, timeoutMs: number): CallSignal {
  const controller = new AbortController();
  const follow = () => controller.abort(caller.reason);
  if (caller.aborted) follow();
  else caller.addEventListener('abort', follow, { once: true });
  const timer = setTimeout(() => controller.abort(new DOMException('The call took too long', 'TimeoutError')), timeoutMs);
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    end() {
      clearTimeout(timer);
      caller.removeEventListener('abort', follow);
    },
  };
}
