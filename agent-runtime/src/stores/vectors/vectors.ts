/**
 * Points that are found by the nearness of their vectors. A collection belongs to the installation, each of its points to
 * one tenant; who asks for one tenant never sees another's. Failures: `store_unavailable`; `not_found`, when the collection
 * is not there (any more); `invalid_request`, when a vector, filter or name is not what is said here.
 */
export interface Vectors {
  /**
   * Makes the collection, or finds that it is there; any number of processes may do so at once. `collection_conflict`: one
   * of this name has another dimension, distance or kind of vectors.
   */
  ensureCollection(collection: NewCollection): Promise<void>;
  /** Null: there is none. */
  describeCollection(name: string): Promise<Collection | null>;
  /** With the points of all tenants. False: there was none. */
  deleteCollection(name: string): Promise<boolean>;
  /**
   * Stores points, any number; one with an id that the tenant has already replaces it whole, and of several with one id the
   * last holds. They can be found once this resolves. It is not atomic: a failure may leave some stored, and the call can be
   * repeated. `payload_too_large`: a payload has more than 1 MiB as JSON.
   */
  upsert(place: Place, points: readonly Point[]): Promise<void>;
  /** Deletes the tenant's points that are selected; none is fine. */
  remove(place: Place, selection: Selection): Promise<void>;
  /** Best first, never fewer than `limit` while more match. */
  search(place: Place, search: Search): Promise<readonly Hit[]>;
  /** The tenant's points in an order of the driver's own, each once while nothing changes. */
  list(place: Place, page: ListPage): Promise<{ readonly points: readonly ListedPoint[]; readonly next: string | null }>;
  count(place: Place, filter?: Filter): Promise<number>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** `euclid`: its score is the distance made negative, so that the greater score is always the better one. */
export type Distance = 'cosine' | 'dot' | 'euclid';

export interface Collection {
  /** 1 to 100 letters, digits, `-`, `_` and `.`, of which the first is a letter or digit. */
  readonly name: string;
  /** Of the dense vectors; 1 to 65,535. */
  readonly dimension: number;
  readonly distance: Distance;
  /** Whether points may have sparse vectors too. */
  readonly sparse: boolean;
}

export interface NewCollection extends Omit<Collection, 'sparse'> {
  /** Default false. */
  readonly sparse?: boolean;
  /** Fields that filters will often name, for a server to index. All others can be filtered by as well. */
  readonly filterable?: Readonly<Record<string, 'keyword' | 'number' | 'boolean'>>;
}

/** Where points are. */
export interface Place {
  readonly collection: string;
  /** 1 to 200 characters. */
  readonly tenant: string;
}

export interface Point {
  /** 1 to 500 characters. Unique within the tenant and collection. */
  readonly id: string;
  /** A point has a dense vector, a sparse one, or both. Numbers are kept in single precision. */
  readonly dense?: DenseVector;
  readonly sparse?: SparseVector;
  /** Kept as JSON keeps it. Nests to 64 levels. */
  readonly payload?: Payload;
}

export type DenseVector = readonly number[] | Float32Array;

/** `indices`: whole numbers below 2^32, each once; `values`: as many, each above 0. Neither is empty. */
export interface SparseVector {
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export type Payload = Readonly<Record<string, unknown>>;

/**
 * What a payload must be. `field` names a key, or keys inside each other joined by dots (`source.author`), of letters, digits,
 * `-` and `_`. A condition on a list holds when it holds for one of its elements; a text is never equal to a number.
 * - `exists`: the field is there, and is neither null nor an empty list.
 * - `range`: a number within all the bounds that are given.
 */
export type Filter =
  | { readonly field: string; readonly equals: string | number | boolean }
  | { readonly field: string; readonly anyOf: readonly (string | number | boolean)[] }
  | { readonly field: string; readonly range: NumberRange }
  | { readonly field: string; readonly exists: boolean }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

export interface NumberRange {
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
}

export type Selection = { readonly ids: readonly string[] } | { readonly filter: Filter } | { readonly all: true };

/**
 * With a dense vector, by the collection's distance; with a sparse one, by the dot product, among the points that share an
 * index with it; with both, hybrid: reciprocal rank fusion of the best 200 of each, each point scoring the sum of
 * 1 / (60 + rank) over the lists that it is in (Cormack, Clarke and Büttcher, SIGIR 2009). Equal scores come in the order of
 * their ids; which of them a page's border cuts off is the driver's own.
 */
export interface Search {
  readonly dense?: DenseVector;
  readonly sparse?: SparseVector;
  readonly filter?: Filter;
  /** 1 to 1,000; with the offset at most 200 where the search is hybrid. */
  readonly limit: number;
  /** How many of the best to skip. Default 0; at most 10,000. */
  readonly offset?: number;
  /** Leaves out what scores less. For a hybrid search it is held against the fused score. */
  readonly minScore?: number;
}

export interface ListedPoint {
  readonly id: string;
  readonly payload: Payload;
}

export interface Hit extends ListedPoint {
  /** The greater the better. */
  readonly score: number;
}

export interface ListPage {
  readonly filter?: Filter;
  /** `next` of the page before. */
  readonly after?: string;
  /** 1 to 1,000. */
  readonly limit: number;
}
