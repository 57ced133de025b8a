import { MOST_COLLECTIONS, type CollectionSummary } from '../contract/collection.ts';
import { AiosError } from '../errors.ts';
import type { RoutingRecords } from '../stores/records/routing-records.ts';
import type { KnowledgePlace } from './knowledge.ts';

/** A tenant's collection as the records keep it. */
export interface BookedCollection extends CollectionSummary {
  /** Never used twice: what a deleted one may have left is not found under a new one of its name. */
  readonly id: string;
  /** Whether the model is asked for the dimension, because it would give more numbers of itself. */
  readonly shortened: boolean;
}

export type CollectionBook = ReturnType<typeof createCollectionBook>;

/** Which collections each tenant has, and the model that each is embedded with: what the vector stores cannot hold. */
export function createCollectionBook({ records, now }: { readonly records: Pick<RoutingRecords, 'loadState' | 'changeState'>; readonly now: () => number }) {
  const stateOf = (tenant: string) => `collections:${tenant}`;
  const asList = (value: unknown) => (value ?? []) as readonly BookedCollection[];

  async function list(tenant: string): Promise<readonly BookedCollection[]> {
    return asList(await records.loadState(stateOf(tenant)));
  }

  async function look({ tenant, collection }: KnowledgePlace): Promise<BookedCollection | null> {
    return (await list(tenant)).find(({ name }) => name === collection) ?? null;
  }

  return {
    list, look,
    async find(place: KnowledgePlace): Promise<BookedCollection> {
      const found = await look(place);
      if (found) return found;
      throw new AiosError('not_found', `There is no collection ${place.collection}. Create it: PUT /v1/collections/${place.collection}.`);
    },
    /** Answers the collection of that name that is there then. */
    async add(tenant: string, collection: BookedCollection): Promise<BookedCollection> {
      const then = await records.changeState(stateOf(tenant), (value) => {
        const collections = asList(value);
        if (collections.some(({ name }) => name === collection.name)) return collections;
        if (collections.length >= MOST_COLLECTIONS) {
          throw new AiosError('invalid_request', `This API key has ${MOST_COLLECTIONS} collections. Delete one that is not needed, or tell documents apart by a field of their payload.`);
        }
        return [...collections, collection];
      }, now());
      return asList(then).find(({ name }) => name === collection.name)!;
    },
    async remove(tenant: string, id: string): Promise<void> {
      await records.changeState(stateOf(tenant), (value) => asList(value).filter((collection) => collection.id !== id), now());
    },
  };
}
