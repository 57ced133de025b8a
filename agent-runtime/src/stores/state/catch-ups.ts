/**
 * When an account that may lack what is in the ledger is looked at: at once, and again when calls that were under way then have
 * ended and are in the ledger as well.
 */
const AFTER_MS = [0, 10_000, 60_000, 600_000];

/** Of one look at all that is due; the rest is for the next one, as other work waits for it. */
const LONGEST_MS = 1_000;

/** Accounts that are to count at least what the ledger has, by key. */
export interface CatchUps {
  /** `now` in ms since 1970. `looks`: how many times they have been looked at already. */
  add(keys: Iterable<string>, now: number, looks?: 0 | 1): void;
  /** Does what is due, for about a second. A key that fails stays due, and its error is thrown. */
  run(now: number): Promise<void>;
}

export function createCatchUps(catchUp: (key: string) => Promise<void>): CatchUps {
  const pending = new Map<string, { readonly since: number; done: number }>();
  return {
    add(keys, now, looks = 0) {
      for (const key of keys) pending.set(key, { since: now, done: looks });
    },
    async run(now) {
      const until = performance.now() + LONGEST_MS;
      for (const [key, entry] of pending) {
        if (performance.now() > until) return;
        if (now < entry.since + AFTER_MS[entry.done]!) continue;
        await catchUp(key);
        entry.done += 1;
        if (entry.done === AFTER_MS.length && pending.get(key) === entry) pending.delete(key);
      }
    },
  };
}
