import type { Document, DocumentFilter, DocumentsRemoval, NewDocument } from '../contract/collection.ts';
import type { DenseVector, Filter, ListedPoint, Point, Selection } from '../stores/vectors/vectors.ts';
import { wordVector } from './word-vector.ts';

/** Of a point's payload: the document's own, apart from its text, so that no field of a user's can be mistaken for one of ours. */
const PAYLOAD = 'payload';
const TEXT = 'text';

/** Null: there is nothing to find the document by. */
export function toPoint({ id, text, payload }: NewDocument, { dense, sparse }: { readonly dense: DenseVector | undefined; readonly sparse: boolean }): Point | null {
  const words = sparse && text !== undefined ? wordVector(text) : null;
  if (dense === undefined && words === null) return null;
  return {
    id, ...dense && { dense }, ...words && { sparse: words },
    payload: { ...text !== undefined && { [TEXT]: text }, ...payload && { [PAYLOAD]: payload } },
  };
}

export function toDocument({ id, payload }: ListedPoint): Document {
  return { id, text: (payload[TEXT] as string | undefined) ?? null, payload: (payload[PAYLOAD] as Document['payload'] | undefined) ?? {} };
}

export function toSelection({ ids, filter }: DocumentsRemoval): Selection {
  return ids === undefined ? { filter: toFilter(filter!) } : { ids };
}

/** Each filter has been checked to be a field with one condition, or else one of the others. */
export function toFilter(filter: DocumentFilter): Filter {
  if (filter.and) return { and: filter.and.map(toFilter) };
  if (filter.or) return { or: filter.or.map(toFilter) };
  if (filter.not) return { not: toFilter(filter.not) };
  const field = `${PAYLOAD}.${filter.field}`;
  if (filter.equals !== undefined) return { field, equals: filter.equals };
  if (filter.anyOf) return { field, anyOf: filter.anyOf };
  if (filter.range) return { field, range: Object.fromEntries(Object.entries(filter.range).filter(([, bound]) => bound !== undefined)) };
  return { field, exists: filter.exists! };
}
