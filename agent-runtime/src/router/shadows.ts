import { AiosError, toAiosError } from '../errors.ts';

/** Calls whose answers nobody waits for. */
export interface Shadows {
  /** Leaves it out when too many are under way already. */
  run(work: (signal: AbortSignal) => Promise<void>): void;
  /** Aborts what is under way and waits for its end. */
  close(): Promise<void>;
}

const MOST_AT_ONCE = 4;

/** Failures are told to `log` and nobody else. */
export function createShadows(log: (event: string, fields: Readonly<Record<string, unknown>>) => void): Shadows {
  const running = new Set<Promise<void>>();
  const closing = new AbortController();
  return {
    run(work) {
      if (running.size >= MOST_AT_ONCE || closing.signal.aborted) return;
      const shadow = work(closing.signal)
        .catch((error: unknown) => log('shadow-call-failed', { code: toAiosError(error).code }))
        .finally(() => running.delete(shadow));
      running.add(shadow);
    },
    async close() {
      closing.abort(new AiosError('shutting_down', 'The runtime is shutting down.'));
      await Promise.all(running);
    },
  };
}
