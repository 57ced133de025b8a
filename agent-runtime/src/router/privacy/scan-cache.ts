import { hash } from 'node:crypto';

/** Below, looking again costs less than looking up. */
const SHORTEST = 512;
const MOST_ENTRIES = 20_000;

/**
 * What was found in the texts seen last, since each turn of a conversation sends all earlier ones again. Keeps hashes and
 * places, never a text; the least recently used goes first.
 */
export function createScanCache<Result>() {
  const results = new Map<string, Result>();
  return {
    /** The text's key; undefined: not worth keeping. */
    keyOf: (text: string): string | undefined => (text.length < SHORTEST ? undefined : hash('sha256', text, 'base64')),
    get(key: string): Result | undefined {
      const result = results.get(key);
      if (result === undefined) return undefined;
      results.delete(key);
      results.set(key, result);
      return result;
    },
    set(key: string, result: Result): void {
      results.set(key, result);
      if (results.size > MOST_ENTRIES) results.delete(results.keys().next().value!);
    },
  };
}
