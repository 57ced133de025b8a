/** Counts positive figures in buckets whose width grows with them, newer ones more. Each record and mean takes constant time. */
export interface DecayedHistogram {
  /** `at`: milliseconds of a clock that does not go back. */
  record(value: number, at: number): void;
  /** Null: nothing was recorded. */
  mean(): number | null;
  /** Within some 5 % of the true one; `share` 0.95 is what 19 of 20 are below. */
  quantile(share: number): number | null;
}

const HALF_LIFE_MS = 5 * 60_000;
const GROWTH = Math.log(1.1);
/** Below it all is alike; with it the buckets reach from a hundredth of a millisecond to an hour. */
const LEAST = 0.01;
const BUCKETS = 210;
/** Weights are taken down before they grow out of a number's exactness. */
const MOST_DOUBLINGS = 40;

export function createHistogram(): DecayedHistogram {
  const buckets = new Float64Array(BUCKETS);
  let total = 0;
  let sum = 0;
  /** When a figure weighs 1: older ones are not made lighter, newer ones are made heavier. */
  let origin: number | null = null;

  function rebase(at: number): void {
    const factor = 0.5 ** ((at - origin!) / HALF_LIFE_MS);
    for (let i = 0; i < BUCKETS; i += 1) buckets[i]! *= factor;
    total *= factor;
    sum *= factor;
    origin = at;
  }

  return {
    record(value, at) {
      origin ??= at;
      if (at - origin > MOST_DOUBLINGS * HALF_LIFE_MS) rebase(at);
      const weight = 2 ** ((at - origin) / HALF_LIFE_MS);
      buckets[bucketOf(value)]! += weight;
      total += weight;
      sum += weight * value;
    },
    mean: () => (total === 0 ? null : sum / total),
    quantile(share) {
      if (total === 0) return null;
      let below = 0;
      for (let i = 0; i < BUCKETS; i += 1) {
        below += buckets[i]!;
        if (below >= share * total) return LEAST * Math.exp((i + 0.5) * GROWTH);
      }
      return LEAST * Math.exp(BUCKETS * GROWTH);
    },
  };
}

function bucketOf(value: number): number {
  if (value <= LEAST) return 0;
  return Math.min(BUCKETS - 1, Math.floor(Math.log(value / LEAST) / GROWTH));
}
