/**
 * Reciprocal rank fusion: a point scores the sum of 1 / (60 + rank) over the lists that it is in, its rank in each counted
 * from 1. G. V. Cormack, C. L. A. Clarke, S. Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual Rank
 * Learning Methods, SIGIR 2009, whose constant is 60.
 */
export const RRF_CONSTANT = 60;

/** In single precision, as Qdrant counts it, so that the same ranks give the same scores everywhere. */
export function fuseRanks<Key>(lists: readonly (readonly Key[])[]): Map<Key, number> {
  const scores = new Map<Key, number>();
  for (const list of lists) {
    for (const [index, key] of list.entries()) scores.set(key, Math.fround((scores.get(key) ?? 0) + Math.fround(1 / (RRF_CONSTANT + index + 1))));
  }
  return scores;
}

/** Greater scores first, equal ones by id. */
export function bestFirst(a: { readonly id: string; readonly score: number }, b: { readonly id: string; readonly score: number }): number {
  return b.score - a.score || (a.id < b.id ? -1 : Number(a.id > b.id));
}
