import type { Schemas } from '@qdrant/js-client-rest';
import { AiosError } from '../../errors.ts';
import {
  checkCollection, checkDimension, checkName, checkPage, checkPlace, checkPoints, checkSame, checkSearch, checkSelection, checkSparseAllowed,
  noCollection,
} from './check-input.ts';
import { invalid } from './check-filter.ts';
import { CollectionMissing, createQdrantCalls, type Api, type QdrantCalls, type QdrantOptions } from './qdrant-calls.ts';
import { collectionFrom, collectionRequest, indexesOf } from './qdrant-collection.ts';
import { DATA, ID, qdrantFilter } from './qdrant-filter.ts';
import { pointIdOf } from './qdrant-point-id.ts';
import { chunksOf, listedPoint, pointRequest } from './qdrant-points.ts';
import { searchQdrant } from './qdrant-search.ts';
import type { Collection, Place, Vectors } from './vectors.ts';

export interface QdrantVectorsOptions extends QdrantOptions {
  /** Before each collection's name: keeps installations that share a server apart. */
  readonly collectionPrefix: string;
}

const IDS_AT_ONCE = 1_000;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Vectors on a Qdrant server of version 1.16 or later, shared by processes on any machine. */
export function createQdrantVectors({ collectionPrefix, ...options }: QdrantVectorsOptions): Vectors {
  const calls = createQdrantCalls(options);
  const known = new Map<string, Collection>();

  /** Requests about a collection, by its caller's name. */
  async function ask<Result>(name: string, request: (api: Api, collection: { collection_name: string }, init: RequestInit) => ReturnType<Parameters<QdrantCalls['call']>[0]>): Promise<Result> {
    try {
      return await calls.call((api, init) => request(api, { collection_name: collectionPrefix + name }, init)) as Result;
    } catch (error) {
      if (error instanceof CollectionMissing || (error instanceof AiosError && error.code === 'invalid_request')) known.delete(name);
      throw error instanceof CollectionMissing ? noCollection(name, error) : error;
    }
  }

  async function infoOf(name: string): Promise<Schemas['CollectionInfo'] | null> {
    try {
      return await ask<Schemas['CollectionInfo']>(name, (api, collection, init) => api.getCollection(collection, init));
    } catch (error) {
      if (error instanceof AiosError && error.code === 'not_found') return null;
      throw error;
    }
  }

  async function formOf(name: string, fresh = false): Promise<Collection> {
    const kept = fresh ? undefined : known.get(name);
    if (kept) return kept;
    const info = await infoOf(name);
    if (!info) throw noCollection(name);
    const form = collectionFrom(name, info);
    known.set(name, form);
    return form;
  }

  /** Refuses a vector that the collection cannot have; one that was made anew since with another form is looked at again. */
  async function formFor(name: string, check: (form: Collection) => void): Promise<Collection> {
    const kept = known.has(name);
    const form = await formOf(name);
    try {
      check(form);
      return form;
    } catch (error) {
      if (!kept) throw error;
      const fresh = await formOf(name, true);
      check(fresh);
      return fresh;
    }
  }

  /** `acknowledged` and the like: the server has not done it yet. */
  async function write(name: string, request: Parameters<typeof ask>[1]): Promise<void> {
    const { status } = await ask<Schemas['UpdateResult']>(name, request);
    if (status !== 'completed') throw new AiosError('store_unavailable', `Qdrant has not finished a write in time (${status}). Try again.`);
  }

  async function listing(place: Place, body: Omit<Schemas['ScrollRequest'], 'filter'>, filter: Schemas['Filter']) {
    return await ask<Schemas['ScrollResult']>(place.collection, (api, collection, init) => api.scrollPoints({ ...collection, ...body, filter }, init));
  }

  return {
    async ensureCollection(wanted) {
      const { name } = wanted;
      const form = checkCollection(wanted);
      let info = await infoOf(name);
      if (!info) {
        // Another process may be faster: what is there is what counts.
        await ask(name, (api, collection, init) => api.createCollection({ ...collection, ...collectionRequest(form) }, init)).catch((error: unknown) => {
          if (!(error instanceof AiosError) || error.code !== 'collection_conflict') throw error;
        });
        info = await infoOf(name);
        if (!info) throw noCollection(name);
      }
      checkSame(form, collectionFrom(name, info));
      known.set(name, form);
      for (const index of indexesOf(wanted.filterable ?? {})) {
        if (index.field_name in info.payload_schema) continue;
        await write(name, (api, collection, init) => api.createFieldIndex({ ...collection, ...index, wait: true }, init));
      }
    },
    async describeCollection(name) {
      checkName(name);
      const info = await infoOf(name);
      return info && collectionFrom(name, info);
    },
    async deleteCollection(name) {
      checkName(name);
      known.delete(name);
      return ask<boolean>(name, (api, collection, init) => api.deleteCollection(collection, init)).catch((error: unknown) => {
        if (error instanceof AiosError && error.code === 'not_found') return false;
        throw error;
      });
    },
    async upsert(place, points) {
      checkPlace(place);
      const checked = await checkPoints(points);
      await formFor(place.collection, ({ name, dimension, sparse }) => checked.forEach((point) => {
        checkDimension(name, dimension, point.dense);
        checkSparseAllowed(name, sparse, point.sparse);
      }));
      for (const chunk of chunksOf(checked)) {
        const body = { points: chunk.map((point) => pointRequest(place.tenant, point)), wait: true };
        await write(place.collection, (api, collection, init) => api.upsertPoints({ ...collection, ...body }, init));
      }
    },
    async remove(place, selection) {
      checkPlace(place);
      checkSelection(selection);
      if (!('ids' in selection)) {
        const filter = qdrantFilter(place.tenant, 'filter' in selection ? selection.filter : undefined);
        return write(place.collection, (api, collection, init) => api.deletePoints({ ...collection, filter, wait: true }, init));
      }
      for (let start = 0; start < selection.ids.length || start === 0; start += IDS_AT_ONCE) {
        const points = selection.ids.slice(start, start + IDS_AT_ONCE).map((id) => pointIdOf(place.tenant, id));
        await write(place.collection, (api, collection, init) => api.deletePoints({ ...collection, points, wait: true }, init));
      }
    },
    async search(place, search) {
      checkPlace(place);
      const checked = checkSearch(search);
      const form = await formFor(place.collection, ({ name, dimension, sparse }) => {
        checkDimension(name, dimension, checked.dense);
        checkSparseAllowed(name, sparse, checked.sparse);
      });
      return searchQdrant(ask, form, place.tenant, checked);
    },
    async list(place, page) {
      checkPlace(place);
      checkPage(page);
      if (page.after !== undefined && !UUID.test(page.after)) throw invalid('after', 'is no "next" of a page before');
      const { points, next_page_offset: next } = await listing(place, { limit: page.limit, offset: page.after, with_payload: [ID, DATA] }, qdrantFilter(place.tenant, page.filter));
      return { points: points.map(listedPoint), next: next === undefined || next === null ? null : String(next) };
    },
    async count(place, filter) {
      checkPlace(place);
      if (filter) checkPage({ filter, limit: 1 });
      const body = { filter: qdrantFilter(place.tenant, filter), exact: true };
      return (await ask<Schemas['CountResult']>(place.collection, (api, collection, init) => api.countPoints({ ...collection, ...body }, init))).count;
    },
    async ping() {
      // One that needs the key.
      await ask('ping', (api, collection, init) => api.collectionExists(collection, init));
    },
    close: () => calls.close(),
  };
}
