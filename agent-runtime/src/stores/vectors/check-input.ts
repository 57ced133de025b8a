import { AiosError } from '../../errors.ts';
import { checkFilter, invalid } from './check-filter.ts';
import type { Collection, DenseVector, ListPage, NewCollection, Payload, Place, Point, Search, Selection, SparseVector } from './vectors.ts';

/** What both drivers refuse, in the same words, before it reaches a store. */

export const HYBRID_CANDIDATES = 200;
const MAX_PAYLOAD_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
const CHECKED_AT_ONCE = 200;

export interface CheckedPoint extends StoredPoint {
  readonly payload: Payload;
}

/** As a database of ours takes it. */
export interface StoredPoint {
  readonly id: string;
  readonly dense: Float32Array<ArrayBuffer> | null;
  /** Values in single precision. */
  readonly sparse: SparseVector | null;
  /** The payload as JSON. */
  readonly json: string;
}

export type CheckedSearch = Omit<Search, 'dense' | 'sparse' | 'offset'> & Pick<StoredPoint, 'dense' | 'sparse'> & { readonly offset: number };

export function checkCollection({ name, dimension, distance, sparse = false, filterable = {} }: NewCollection): Collection {
  checkName(name);
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > 65_535) throw invalid('dimension', 'must be a whole number from 1 to 65,535');
  if (!['cosine', 'dot', 'euclid'].includes(distance)) throw invalid('distance', 'must be cosine, dot or euclid');
  for (const field of Object.keys(filterable)) checkFilter({ field, exists: true }, 'filterable');
  return { name, dimension, distance, sparse };
}

/** Throws `collection_conflict` when the collection that is there is not the one that is wanted. */
export function checkSame(wanted: Collection, found: Collection): void {
  const differing = (['dimension', 'distance', 'sparse'] as const).filter((key) => wanted[key] !== found[key]);
  if (differing.length === 0) return;
  const say = (collection: Collection) => differing.map((key) => `${key} ${collection[key]}`).join(', ');
  throw new AiosError('collection_conflict', `The collection ${wanted.name} exists with ${say(found)}, not ${say(wanted)}. `
    + 'Use another name, or delete the collection and fill it anew.');
}

export function noCollection(name: string, cause?: unknown): AiosError {
  return new AiosError('not_found', `There is no collection ${name}. Create it first; if it was deleted, fill it anew.`, { cause });
}

export function checkName(name: string): void {
  if (!/^[a-z\d][\w.-]{0,99}$/i.test(name)) {
    throw invalid('collection', 'must be 1 to 100 letters, digits, "-", "_" and ".", the first a letter or digit');
  }
}

export function checkPlace({ collection, tenant }: Place): void {
  checkName(collection);
  checkText('tenant', tenant, 200);
}

/** Gives way to others now and then: points may be many. Of points with one id, the last stays. */
export async function checkPoints(points: readonly Point[]): Promise<CheckedPoint[]> {
  const checked = new Map<string, CheckedPoint>();
  for (const [index, point] of points.entries()) {
    if (index % CHECKED_AT_ONCE === CHECKED_AT_ONCE - 1) await new Promise<void>((resolve) => { setImmediate(resolve); });
    checked.set(point.id, checkPoint(point, `points.${index}`));
  }
  return [...checked.values()];
}

function checkPoint({ id, dense, sparse, payload = {} }: Point, path: string): CheckedPoint {
  checkText(`${path}.id`, id, 500);
  if (!dense && !sparse) throw invalid(path, 'must have a dense vector, a sparse one, or both');
  const vectors = { dense: dense ? checkDense(dense, `${path}.dense`) : null, sparse: sparse ? checkSparse(sparse, `${path}.sparse`) : null };
  return { id, ...vectors, ...checkPayload(payload, `${path}.payload`) };
}

/** The length is held against the collection, where that is known. */
export function checkDimension(name: string, dimension: number, vector: Float32Array | null): void {
  if (vector && vector.length !== dimension) {
    throw invalid('dense', `has ${vector.length} numbers, but the vectors of the collection ${name} have ${dimension}: use the model that the collection was filled with`);
  }
}

export function checkSparseAllowed(name: string, allowed: boolean, vector: SparseVector | null): void {
  if (vector && !allowed) throw invalid('sparse', `is given, but the collection ${name} was made without sparse vectors`);
}

function checkDense(vector: DenseVector, path: string): Float32Array<ArrayBuffer> {
  const numbers = Float32Array.from(vector);
  if (numbers.length === 0) throw invalid(path, 'is empty');
  const index = numbers.findIndex((number) => !Number.isFinite(number));
  if (index >= 0) throw invalid(`${path}.${index}`, `is ${vector[index]}, which is no finite number in single precision`);
  return numbers;
}

function checkSparse({ indices, values }: SparseVector, path: string): SparseVector {
  if (indices.length !== values.length) throw invalid(path, `has ${indices.length} indices and ${values.length} values`);
  if (indices.length === 0) throw invalid(path, 'is empty: leave it out');
  if (!indices.every((index) => Number.isInteger(index) && index >= 0 && index < 2 ** 32)) throw invalid(`${path}.indices`, 'must be whole numbers from 0 to 4,294,967,295');
  if (new Set(indices).size !== indices.length) throw invalid(`${path}.indices`, 'holds an index twice');
  const single = values.map(Math.fround);
  if (!single.every((value) => value > 0 && value < Infinity)) throw invalid(`${path}.values`, 'must be finite numbers above 0 in single precision');
  return { indices, values: single };
}

function checkPayload(payload: Payload, path: string): { payload: Payload; json: string } {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw invalid(path, 'must be an object');
  const json = jsonOf(payload, path);
  if (Buffer.byteLength(json) > MAX_PAYLOAD_BYTES) {
    throw new AiosError('payload_too_large', `${path} has ${Buffer.byteLength(json)} bytes as JSON; at most ${MAX_PAYLOAD_BYTES} are taken. Split the text, or keep it elsewhere and store where.`);
  }
  // Halves of surrogate pairs, which no store takes: JSON alone writes them as escapes.
  if (!/\\ud[89a-f]/.test(json)) return { payload, json };
  const mended = JSON.parse(json, (_key, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value)) as Payload;
  return { payload: mended, json: JSON.stringify(mended) };
}

function jsonOf(payload: Payload, path: string): string {
  let json: string;
  try {
    json = JSON.stringify(payload);
  } catch (error) {
    throw invalid(path, `cannot be written as JSON: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  if (depthOf(payload) > MAX_DEPTH) throw invalid(path, `nests deeper than ${MAX_DEPTH} levels`);
  return json;
}

function depthOf(value: unknown): number {
  return typeof value === 'object' && value !== null ? 1 + Object.values(value).reduce<number>((depth, inner) => Math.max(depth, depthOf(inner)), 0) : 0;
}

export function checkSearch(search: Search): CheckedSearch {
  const { filter, limit, offset = 0, minScore } = search;
  if (!search.dense && !search.sparse) throw invalid('search', 'must have a dense vector, a sparse one, or both');
  checkInteger('limit', limit, 1, 1_000);
  checkInteger('offset', offset, 0, 10_000);
  if (search.dense && search.sparse && limit + offset > HYBRID_CANDIDATES) {
    throw invalid('limit', `and offset together must be at most ${HYBRID_CANDIDATES} in a hybrid search, which fuses so many of each kind`);
  }
  if (minScore !== undefined && !Number.isFinite(minScore)) throw invalid('minScore', 'must be a finite number');
  if (filter) checkFilter(filter);
  return {
    filter, limit, offset, minScore,
    dense: search.dense ? checkDense(search.dense, 'dense') : null,
    sparse: search.sparse ? checkSparse(search.sparse, 'sparse') : null,
  };
}

export function checkPage({ filter, limit }: ListPage): void {
  checkInteger('limit', limit, 1, 1_000);
  if (filter) checkFilter(filter);
}

export function checkSelection(selection: Selection): void {
  if ('filter' in selection) checkFilter(selection.filter);
  else if ('ids' in selection) selection.ids.forEach((id, index) => checkText(`ids.${index}`, id, 500));
  // A caller without types who forgot the filter must not lose everything.
  else if (selection.all !== true) throw invalid('selection', 'must have ids, a filter, or all: true');
}

function checkText(path: string, text: string, most: number): void {
  if (typeof text !== 'string' || text === '' || text.length > most || !text.isWellFormed()) {
    throw invalid(path, `must be a text of 1 to ${most} characters, without halves of surrogate pairs`);
  }
}

function checkInteger(path: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) throw invalid(path, `must be a whole number from ${least} to ${most}`);
}
