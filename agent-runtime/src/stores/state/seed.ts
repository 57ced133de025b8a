/**
 * What has been spent on an account before the store knew it, in billionths of a USD: from the ledger, which is the truth.
 * Asked once for each account that is new, and again for those that a store has lost, or whose callers have died.
 */
export type Seed = (accountKey: string) => Promise<number>;

/** Asks once for a key that many want at the same moment. */
export function oncePerKey(seed: Seed): Seed {
  const asked = new Map<string, Promise<number>>();
  return (key) => {
    let answer = asked.get(key);
    if (!answer) {
      answer = seed(key).finally(() => asked.delete(key));
      asked.set(key, answer);
    }
    return answer;
  };
}
