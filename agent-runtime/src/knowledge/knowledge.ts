import type {
  Collection, CollectionRequest, CollectionSummary, Document, DocumentMatches, DocumentSearch, DocumentsRemoval, DocumentsStored, NewDocument,
} from '../contract/collection.ts';
import type { RoutedCallOptions } from '../router/routed-model.ts';

/**
 * Documents that are found by meaning and by words, in collections. A tenant has its own collections: of two with one name, of
 * two tenants, neither knows of the other. What takes a collection fails with `not_found` where the tenant has none of that
 * name; what is embedded, as the router's `embed` fails.
 */
export interface Knowledge {
  collections(tenant: string): Promise<readonly CollectionSummary[]>;
  /**
   * Makes the collection, or finds that it is there; any number of callers may do so at once. Where the dimension is to come
   * from a model, one word is embedded to learn it. `collection_conflict`: one of this name differs from what is wanted.
   */
  ensure(place: KnowledgePlace, wanted: CollectionRequest, call: KnowledgeCall): Promise<{ readonly collection: Collection; readonly created: boolean }>;
  describe(place: KnowledgePlace): Promise<Collection>;
  /** With its documents. */
  remove(place: KnowledgePlace): Promise<void>;
  /** Of documents with one id the last is kept. A failure may leave some stored; the call can be repeated. */
  store(place: KnowledgePlace, documents: readonly NewDocument[], call: KnowledgeCall): Promise<DocumentsStored>;
  /** In no order of meaning, each once while nothing changes. */
  documents(place: KnowledgePlace, page: DocumentPage): Promise<{ readonly documents: readonly Document[]; readonly nextCursor: string | null }>;
  removeDocuments(place: KnowledgePlace, removal: DocumentsRemoval): Promise<void>;
  search(place: KnowledgePlace, search: DocumentSearch, call: KnowledgeCall): Promise<DocumentMatches>;
}

export interface KnowledgePlace {
  readonly tenant: string;
  readonly collection: string;
}

/** For whom texts are embedded, and how; which model does it is the collection's matter. */
export type KnowledgeCall = Pick<RoutedCallOptions, 'signal' | 'routing' | 'scope'>;

export interface DocumentPage {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}
