import type { Collection } from '../contract/collection.ts';
import { AiosError } from '../errors.ts';
import type { RoutedModel } from '../router/routed-model.ts';
import type { RoutingRecords } from '../stores/records/routing-records.ts';
import type { Place, Vectors } from '../stores/vectors/vectors.ts';
import { createCollectionBook, type BookedCollection } from './collection-book.ts';
import { createEmbedder } from './embedder.ts';
import type { Knowledge } from './knowledge.ts';
import { makeCollection, refuseOther } from './make-collection.ts';
import { planSearch } from './plan-search.ts';
import { toDocument, toFilter, toSelection } from './points.ts';
import { inRequestWords } from './refusals.ts';
import { storeDocuments } from './store-documents.ts';
import { wordVector } from './word-vector.ts';

export interface KnowledgeOptions {
  readonly vectors: Vectors;
  readonly records: Pick<RoutingRecords, 'loadState' | 'changeState'>;
  readonly router: Pick<RoutedModel, 'embed' | 'models'>;
  readonly now: () => number;
}

/**
 * Collections of documents. Those of one form share a collection of the store, whose partitions they are: a server has a few,
 * however many tenants and collections there are, and what one tenant makes or deletes concerns no other.
 */
export function createKnowledge({ vectors, records, router, now }: KnowledgeOptions): Knowledge {
  const book = createCollectionBook({ records, now });
  const embedder = createEmbedder(router);

  /** Makes the store's collection where it is missing: a server may have lost it, with all that was in it. */
  async function inStore<Result>(tenant: string, collection: BookedCollection, work: (place: Place) => Promise<Result>, indexes?: readonly number[]): Promise<Result> {
    const form = formOf(collection);
    const place = { collection: form.name, tenant: `${tenant}/${collection.id}` };
    try {
      return await work(place).catch(async (error: unknown) => {
        if (!(error instanceof AiosError) || error.code !== 'not_found') throw error;
        await vectors.ensureCollection(form);
        return work(place);
      });
    } catch (error) {
      throw inRequestWords(error, indexes);
    }
  }

  async function described(tenant: string, collection: BookedCollection): Promise<Collection> {
    return { ...summaryOf(collection), documents: await inStore(tenant, collection, (place) => vectors.count(place)) };
  }

  return {
    collections: async (tenant) => (await book.list(tenant)).map(summaryOf).sort((a, b) => (a.name < b.name ? -1 : 1)),
    async ensure(place, wanted, call) {
      const { tenant, collection: name } = place;
      const there = await book.look(place);
      if (there) refuseOther(there, wanted, embedder.isCalled);
      const made = there ?? await makeCollection(name, wanted, embedder.start(call), now());
      if (!there) await vectors.ensureCollection(formOf(made));
      // Another caller may be faster: what is there is what counts.
      const kept = there ?? await book.add(tenant, made);
      if (kept.id !== made.id) refuseOther(kept, wanted, embedder.isCalled);
      return { collection: await described(tenant, kept), created: !there && kept.id === made.id };
    },
    describe: async (place) => described(place.tenant, await book.find(place)),
    async remove(place) {
      const collection = await book.find(place);
      const removeAll = () => inStore(place.tenant, collection, (partition) => vectors.remove(partition, { all: true }));
      await removeAll();
      await book.remove(place.tenant, collection.id);
      // What was stored meanwhile.
      await removeAll();
    },
    async store(place, documents, call) {
      const collection = await book.find(place);
      const embedding = embedder.start(call);
      const stored = await storeDocuments(documents, collection, embedding,
        (points, indexes) => inStore(place.tenant, collection, (partition) => vectors.upsert(partition, points), indexes));
      return { stored, embedding: embedding.report() };
    },
    async documents(place, { limit, cursor }) {
      const page = await inStore(place.tenant, await book.find(place), (partition) => vectors.list(partition, { limit, ...cursor !== undefined && { after: cursor } }));
      return { documents: page.points.map(toDocument), nextCursor: page.next };
    },
    async removeDocuments(place, removal) {
      await inStore(place.tenant, await book.find(place), (partition) => vectors.remove(partition, toSelection(removal)));
    },
    async search(place, search, call) {
      const collection = await book.find(place);
      const mode = planSearch(collection, search);
      const { text, vector, filter, limit, scoreThreshold } = search;
      const embedding = embedder.start(call);
      const sparse = mode === 'dense' ? null : wordVector(text!);
      const dense = mode === 'sparse' ? undefined : vector ?? (await embedding.embed([text!], collection, () => 'text'))[0];
      const hits = dense === undefined && sparse === null ? [] : await inStore(place.tenant, collection, (partition) => vectors.search(partition, {
        ...dense && { dense }, ...sparse && { sparse }, ...filter && { filter: toFilter(filter) }, limit, ...scoreThreshold !== undefined && { minScore: scoreThreshold },
      }));
      // A text without words is searched for by its meaning alone.
      const used = mode === 'hybrid' && sparse === null ? 'dense' : mode;
      return { mode: used, matches: hits.map(({ score, ...point }) => ({ ...toDocument(point), score })), embedding: embedding.report() };
    },
  };
}

/** The store's collection for all of one form. Where documents have no vectors, it never gets the one number that it is made for. */
function formOf({ dimension, distance, sparse }: BookedCollection) {
  const numbers = dimension ?? 1;
  return { name: `${numbers}-${distance}${sparse ? '-words' : ''}`, dimension: numbers, distance, sparse };
}

function summaryOf({ id: _, shortened: __, ...summary }: BookedCollection) {
  return summary;
}
