import { randomUUID } from 'node:crypto';
import type { CollectionRequest } from '../contract/collection.ts';
import { AiosError } from '../errors.ts';
import type { BookedCollection } from './collection-book.ts';
import type { Embedder } from './embedder.ts';
import { invalid } from './refusals.ts';

/** What becomes of a wish for a collection that is not there. */
export async function makeCollection(
  name: string, { embeddingModel, dimension, sparse = false, distance = 'cosine' }: CollectionRequest, embedding: ReturnType<Embedder['start']>, now: number,
): Promise<BookedCollection> {
  const shared = { id: randomUUID(), name, sparse, distance, createdAt: new Date(now).toISOString() };
  if (embeddingModel === null || (embeddingModel === undefined && dimension !== undefined)) {
    if (dimension === undefined && !sparse) {
      throw invalid('dimension', 'is needed where no model embeds the texts; or set sparse to true, to search by words alone');
    }
    return { ...shared, embeddingModel: null, dimension: dimension ?? null, shortened: false };
  }
  const probed = await embedding.probe(embeddingModel, dimension).catch((error: unknown) => {
    if (embeddingModel !== undefined || !(error instanceof AiosError) || error.code !== 'model_not_configured') throw error;
    throw new AiosError(error.code, 'No embedding model is configured, so texts cannot be embedded. Add one to the file of AIOS_ROUTER_CONFIG, under models, with '
      + '"kind: embedding"; or give a dimension, and a vector with each document; or set embeddingModel to null and sparse to true, to search by words alone.', { cause: error });
  });
  return { ...shared, embeddingModel: probed.model, dimension: probed.dimension, shortened: probed.shortened };
}

/** Throws `collection_conflict` when the collection is not what is wanted. What the wish leaves open is fine. */
export function refuseOther(found: BookedCollection, wanted: CollectionRequest, isCalled: Embedder['isCalled']): void {
  const { embeddingModel: model } = wanted;
  const differing = (['dimension', 'sparse', 'distance'] as const).filter((key) => wanted[key] !== undefined && wanted[key] !== found[key]);
  const sameModel = model === undefined || (model === null || found.embeddingModel === null ? model === found.embeddingModel : isCalled(model, found.embeddingModel));
  const keys = [...sameModel ? [] : ['embeddingModel' as const], ...differing];
  if (keys.length === 0) return;
  const say = (collection: CollectionRequest | BookedCollection) => keys.map((key) => `${key} ${collection[key]}`).join(', ');
  throw new AiosError('collection_conflict', `The collection ${found.name} exists with ${say(found)}, not ${say(wanted)}. `
    + 'Use another name, or delete the collection and fill it anew.');
}
