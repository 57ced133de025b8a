import type { DistanceName, SparseValues } from './nearest.ts';
import type { Payload } from './payload-conditions.ts';

export interface PointState {
  readonly id: string;
  readonly dense: Readonly<Record<string, Float32Array>>;
  readonly sparse: Readonly<Record<string, SparseValues>>;
  readonly payload: Payload;
}

export interface CollectionState {
  /** As it was asked for. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly vectors: Readonly<Record<string, { readonly size: number; readonly distance: DistanceName }>>;
  readonly sparseVectors: Readonly<Record<string, unknown>>;
  /** Indexed fields, with the schema that was asked for. */
  readonly indexes: Map<string, unknown>;
  /** By id; numbers as text. */
  readonly points: Map<string, PointState>;
}

export type QdrantState = Map<string, CollectionState>;

/** An answer that is a refusal, in Qdrant's words. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function collectionOf(state: QdrantState, name: string): CollectionState {
  const collection = state.get(name);
  if (!collection) throw new Refusal(404, `Not found: Collection \`${name}\` doesn't exist!`);
  return collection;
}
