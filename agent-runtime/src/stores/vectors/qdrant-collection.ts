import type { Schemas } from '@qdrant/js-client-rest';
import { AiosError } from '../../errors.ts';
import { DATA, TENANT } from './qdrant-filter.ts';
import type { Collection, Distance, NewCollection } from './vectors.ts';

export const DENSE = 'dense';
export const SPARSE = 'sparse';

const DISTANCES = { cosine: 'Cosine', dot: 'Dot', euclid: 'Euclid' } as const satisfies Record<Distance, Schemas['Distance']>;
const FIELD_TYPES = { keyword: 'keyword', number: 'float', boolean: 'bool' } as const;

/** Graphs within each tenant and none over all: no search crosses tenants. */
export function collectionRequest({ dimension, distance, sparse }: Collection): Schemas['CreateCollection'] {
  return {
    vectors: { [DENSE]: { size: dimension, distance: DISTANCES[distance] } },
    ...sparse ? { sparse_vectors: { [SPARSE]: {} } } : {},
    hnsw_config: { m: 0, payload_m: 16 },
  };
}

/** Numbers are indexed as `float` even if whole: an index of integers would hide fractions from ranges. */
export function indexesOf(filterable: NonNullable<NewCollection['filterable']>): (Schemas['CreateFieldIndex'] & { readonly field_name: string })[] {
  return [
    { field_name: TENANT, field_schema: { type: 'keyword', is_tenant: true } },
    ...Object.entries(filterable).map(([field, type]) => ({ field_name: `${DATA}.${field}`, field_schema: FIELD_TYPES[type] })),
  ];
}

/** Throws `collection_conflict` for one that is not ours. */
export function collectionFrom(name: string, { config: { params } }: Schemas['CollectionInfo']): Collection {
  const { size, distance: named } = (params.vectors as Record<string, Schemas['VectorParams'] | undefined> | undefined)?.[DENSE] ?? {};
  const distance = (Object.keys(DISTANCES) as Distance[]).find((key) => DISTANCES[key] === named);
  if (size === undefined || distance === undefined) {
    throw new AiosError('collection_conflict', `Qdrant has a collection ${name} that something else than the runtime made. Use another name, or delete it.`);
  }
  return { name, dimension: size, distance, sparse: params.sparse_vectors?.[SPARSE] !== undefined };
}
