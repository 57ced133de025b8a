/** Other processes free money too, and tell nobody. */
const POLL_MS = 100;

/** Where calls wait that may get money once others have ended. */
export interface Turnstile {
  /** Something was freed: all who wait try again. */
  open(): void;
  /** Resolves when it is worth trying again. Throws the signal's reason. */
  next(waitMs: number, signal: AbortSignal): Promise<void>;
}

export function createTurnstile(): Turnstile {
  const waiting = new Set<() => void>();
  return {
    open() {
      for (const pass of waiting) pass();
      waiting.clear();
    },
    next(waitMs, signal) {
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const leave = () => {
          clearTimeout(timer);
          waiting.delete(pass);
          signal.removeEventListener('abort', abort);
        };
        const pass = () => {
          leave();
          resolve();
        };
        const abort = () => {
          leave();
          reject(signal.reason as Error);
        };
        const timer = setTimeout(pass, Math.min(waitMs, POLL_MS));
        signal.addEventListener('abort', abort, { once: true });
        waiting.add(pass);
      });
    },
  };
}
