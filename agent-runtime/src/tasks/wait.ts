import { createBell } from '../events/bell.ts';
import type { Change, Records } from '../stores/records/records.ts';

export interface EndWatchOptions {
  /** What a change of this process says: it is over, it may be, or it has nothing to do with it. */
  readonly meaning: (change: Change) => 'over' | 'look' | 'nothing';
  /** Asked at each such `look`, and when another process has changed something. */
  readonly isOver: () => Promise<boolean>;
}

export interface EndWatch {
  /** `told`: a change said so, which it does once it is durable. `seen`: `isOver` did. `not-yet`: the time or the caller is gone. */
  wait(options: { readonly waitMs: number; readonly signal?: AbortSignal | undefined }): Promise<'told' | 'seen' | 'not-yet'>;
  /** Has the next wait ask `isOver` first: it may have been over before the watch began. */
  look(): void;
  stop(): void;
}

/** Listens for an end from now on, so that one that comes before the wait is not missed. */
export function watchForEnd(records: Records, { meaning, isOver }: EndWatchOptions): EndWatch {
  const bell = createBell();
  let told = false;
  let mustLook = false;
  const stop = records.watch((change) => {
    const says = change.type === 'elsewhere' ? 'look' : meaning(change);
    if (says === 'nothing') return;
    if (says === 'over') told = true;
    else mustLook = true;
    bell.ring();
  });
  return {
    stop,
    look: () => { mustLook = true; },
    async wait({ waitMs, signal }) {
      const until = performance.now() + waitMs;
      for (;;) {
        if (told) return 'told';
        if (signal?.aborted) return 'not-yet';
        if (mustLook) {
          mustLook = false;
          if (await isOver()) return told ? 'told' : 'seen';
          continue;
        }
        const left = until - performance.now();
        if (left <= 0) return 'not-yet';
        await bell.wait({ timeoutMs: left, ...signal && { signal } });
      }
    },
  };
}

/** Waits until it is over, at most `waitMs`, whether it ends after the call or had ended before. */
export async function waitForEnd(
  records: Records, options: EndWatchOptions, time: { readonly waitMs: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const watch = watchForEnd(records, options);
  try {
    watch.look();
    await watch.wait(time);
  } finally {
    watch.stop();
  }
}
