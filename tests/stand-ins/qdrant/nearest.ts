/** Scores in single precision, as Qdrant counts. */

export type DistanceName = 'Cosine' | 'Dot' | 'Euclid' | 'Manhattan';

export interface SparseValues {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export interface Scored {
  readonly id: string;
  readonly score: number;
}

/** What Qdrant stores: with the cosine, vectors of length 1. */
export function stored(vector: readonly number[], distance: DistanceName): Float32Array {
  const numbers = Float32Array.from(vector);
  const length = Math.hypot(...numbers);
  return distance === 'Cosine' && length > 0 ? numbers.map((value) => value / length) : numbers;
}

export function scoreOf(a: Float32Array, b: Float32Array, distance: DistanceName): number {
  let sum = 0;
  for (const [index, value] of a.entries()) {
    const other = b[index]!;
    sum += distance === 'Euclid' ? (value - other) ** 2 : distance === 'Manhattan' ? Math.abs(value - other) : value * other;
  }
  return Math.fround(distance === 'Euclid' ? Math.sqrt(sum) : sum);
}

/** Null: they have no index in common. */
export function sparseScore(a: SparseValues, b: SparseValues): number | null {
  const weights = new Map(a.indices.map((index, position) => [index, Math.fround(a.values[position]!)]));
  const shared = b.indices.flatMap((index, position) => (weights.has(index) ? [weights.get(index)! * Math.fround(b.values[position]!)] : []));
  return shared.length === 0 ? null : Math.fround(shared.reduce((sum, value) => sum + value, 0));
}

/** Among equals Qdrant promises no order: here it is the one that nobody would expect. */
export function best(points: readonly Scored[], smallerIsBetter: boolean): Scored[] {
  return [...points].sort((a, b) => (smallerIsBetter ? a.score - b.score : b.score - a.score) || (a.id < b.id ? 1 : -1));
}

/** `1 / (position + k)`, positions counted from 0. */
export function reciprocalRankFusion(lists: readonly (readonly Scored[])[], k: number): Scored[] {
  const scores = new Map<string, number>();
  for (const list of lists) {
    for (const [position, { id }] of list.entries()) scores.set(id, Math.fround((scores.get(id) ?? 0) + Math.fround(1 / (position + k))));
  }
  return best([...scores].map(([id, score]) => ({ id, score })), false);
}
