import type { CachedAnswer } from './response-cache.ts';

interface StoredAnswer {
  readonly answer: CachedAnswer;
  bytes: number;
  readonly expiresAt: number;
}

/** Kept answers by key, in memory: within a number of bytes (the least recently used go first) and for a time. */
export interface AnswerStore {
  get(key: string): CachedAnswer | null;
  has(key: string): boolean;
  set(key: string, answer: CachedAnswer): void;
  /** Counts what else is kept because of this answer. False: the answer is gone. */
  charge(key: string, bytes: number): boolean;
  readonly bytes: number;
  readonly size: number;
}

export interface AnswerStoreOptions {
  readonly limits: () => { readonly ttlMs: number; readonly maxBytes: number };
  /** Milliseconds. */
  readonly now: () => number;
  readonly onRemoved?: (key: string) => void;
}

/** What an entry takes besides its text: the key, the objects, the place in the map. */
const ENTRY_BYTES = 400;

export function createAnswerStore({ limits, now, onRemoved }: AnswerStoreOptions): AnswerStore {
  /** In the order of their last use. */
  const entries = new Map<string, StoredAnswer>();
  let bytes = 0;

  function remove(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    bytes -= entry.bytes;
    onRemoved?.(key);
  }

  function live(key: string): StoredAnswer | null {
    const entry = entries.get(key);
    if (entry === undefined) return null;
    if (entry.expiresAt > now()) return entry;
    remove(key);
    return null;
  }

  function makeRoom(): void {
    const { maxBytes } = limits();
    for (const oldest of entries.keys()) {
      if (bytes <= maxBytes) break;
      remove(oldest);
    }
  }

  return {
    get bytes() { return bytes; },
    get size() { return entries.size; },
    has: (key) => live(key) !== null,
    get(key) {
      const entry = live(key);
      if (entry === null) return null;
      entries.delete(key);
      entries.set(key, entry);
      return entry.answer;
    },
    set(key, answer) {
      const { ttlMs, maxBytes } = limits();
      remove(key);
      const size = bytesOf(answer);
      if (size > maxBytes) return;
      entries.set(key, { answer, bytes: size, expiresAt: now() + ttlMs });
      bytes += size;
      makeRoom();
    },
    charge(key, more) {
      const entry = live(key);
      if (entry === null) return false;
      entry.bytes += more;
      bytes += more;
      makeRoom();
      return entries.has(key);
    },
  };
}

/** At two bytes a character, the most that a string takes. */
function bytesOf(answer: CachedAnswer): number {
  const reasoning = answer.reasoning?.reduce((sum, part) => sum + part.text.length + (part.signature?.length ?? 0) + (part.redactedData?.length ?? 0), 0) ?? 0;
  return ENTRY_BYTES + 2 * (answer.text.length + reasoning + (answer.stopSequence?.length ?? 0));
}
