import type { Change, Records } from '../stores/records/records.ts';
import { createBell } from '../events/bell.ts';

export interface WaitOptions {
  /** Which changes are worth another look; changes made in other processes always are. */
  readonly relevant: (change: Change) => boolean;
  readonly isOver: () => Promise<boolean>;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/** Waits until `isOver`, at most `waitMs`; looks again at each relevant change. */
export async function waitFor(records: Records, { relevant, isOver, waitMs, signal }: WaitOptions): Promise<void> {
  const bell = createBell();
  const unwatch = records.watch((change) => {
    if (change.type === 'elsewhere' || relevant(change)) bell.ring();
  });
  const until = performance.now() + waitMs;
  try {
    while (!signal?.aborted && !await isOver()) {
      const left = until - performance.now();
      if (left <= 0) return;
      await bell.wait({ timeoutMs: left, ...signal && { signal } });
    }
  } finally {
    unwatch();
  }
}
