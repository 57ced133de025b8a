import { stored, type DistanceName, type SparseValues } from './nearest.ts';
import { matches, type FilteredPoint, type Payload } from './payload-conditions.ts';
import { Refusal, type CollectionState, type PointState } from './qdrant-state.ts';

type Body = Readonly<Record<string, unknown>>;

export function* select({ points }: Pick<CollectionState, 'points'>, filter: unknown): Generator<PointState> {
  for (const point of points.values()) {
    const { id, payload, dense, sparse } = point;
    if (matches({ id, payload, vectors: [...Object.keys(dense), ...Object.keys(sparse)] } satisfies FilteredPoint, filter)) yield point;
  }
}

export function pointOf({ vectors, sparseVectors }: CollectionState, { id, vector, payload }: Body): PointState {
  const dense: Record<string, Float32Array> = {};
  const sparse: Record<string, SparseValues> = {};
  for (const [name, value] of Object.entries(vector as Record<string, readonly number[] | SparseValues>)) {
    const config = vectors[name];
    if (!(config ? Array.isArray(value) : name in sparseVectors && !Array.isArray(value))) throw new Refusal(400, `Wrong input: Not existing vector name error: ${name}`);
    if (config) dense[name] = denseOf(value as readonly number[], config);
    else sparse[name] = sparseOf(value as SparseValues);
  }
  return { id: String(id), dense, sparse, payload: (payload ?? {}) as Payload };
}

export function denseOf(vector: readonly number[], { size, distance }: { readonly size: number; readonly distance: DistanceName }): Float32Array {
  if (vector.length !== size) throw new Refusal(400, `Wrong input: Vector dimension error: expected dim: ${size}, got ${vector.length}`);
  return stored(vector, distance);
}

export function sparseOf(vector: SparseValues): SparseValues {
  if (vector.indices.length !== vector.values.length) throw new Refusal(422, 'Validation error in JSON body: [values: must be the same length as indices]');
  if (new Set(vector.indices).size !== vector.indices.length) throw new Refusal(422, 'Validation error in JSON body: [indices: must be unique]');
  return vector;
}

export function recordOf({ id: text, payload }: PointState, wanted: unknown) {
  const id = /^\d+$/.test(text) ? Number(text) : text;
  const shown = Array.isArray(wanted) ? Object.fromEntries(Object.entries(payload).filter(([key]) => wanted.includes(key))) : payload;
  return wanted === false ? { id } : { id, payload: shown };
}
