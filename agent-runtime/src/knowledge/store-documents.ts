import type { NewDocument } from '../contract/collection.ts';
import type { Point } from '../stores/vectors/vectors.ts';
import type { BookedCollection } from './collection-book.ts';
import type { Embedder } from './embedder.ts';
import { checkVector } from './plan-search.ts';
import { toPoint } from './points.ts';
import { invalid } from './refusals.ts';

/** Of one piece: what servers of embeddings take at once, and what takes the event loop no longer than a moment. */
const TEXTS_AT_ONCE = 32;
const CHARACTERS_AT_ONCE = 150_000;
const DOCUMENTS_AT_ONCE = 200;

interface Placed {
  readonly document: NewDocument;
  /** In the request. */
  readonly index: number;
}

/** Stores documents piece by piece, so that what has been embedded and paid for is kept if a later piece fails. Answers how many. */
export async function storeDocuments(
  documents: readonly NewDocument[], collection: BookedCollection, embedding: ReturnType<Embedder['start']>,
  upsert: (points: readonly Point[], indexes: readonly number[]) => Promise<void>,
): Promise<number> {
  documents.forEach((document, index) => checkDocument(document, `documents.${index}`, collection));
  // Of those with one id the last counts, and the others are not paid for.
  const placed = [...new Map(documents.map((document, index) => [document.id, { document, index }])).values()];
  for (const piece of piecesOf(placed)) {
    const embedded = piece.filter(({ document }) => isEmbedded(document, collection));
    const vectors = embedded.length === 0 ? []
      : await embedding.embed(embedded.map(({ document }) => document.text!), collection, (index) => `documents.${embedded[index]!.index}.text`);
    const denseOf = new Map(embedded.map(({ index }, position) => [index, vectors[position]]));
    const points = piece.map(({ document, index }) => {
      const point = toPoint(document, { dense: document.vector ?? denseOf.get(index), sparse: collection.sparse });
      if (point === null) throw invalid(`documents.${index}.text`, 'has no word that it could be found by');
      return point;
    });
    await upsert(points, piece.map(({ index }) => index));
  }
  return placed.length;
}

function isEmbedded({ text, vector }: NewDocument, { embeddingModel }: BookedCollection): boolean {
  return text !== undefined && vector === undefined && embeddingModel !== null;
}

function checkDocument(document: NewDocument, path: string, collection: BookedCollection): void {
  const { text, vector } = document;
  if (vector !== undefined) checkVector(`${path}.vector`, vector, collection);
  else if (text === undefined) throw invalid(path, 'must have a text or a vector');
  else if (!isEmbedded(document, collection) && !collection.sparse) {
    throw invalid(`${path}.vector`, `is needed: the collection ${collection.name} has no embedding model that would make one of the text`);
  }
}

function* piecesOf(placed: readonly Placed[]): Generator<readonly Placed[]> {
  let piece: Placed[] = [];
  let [texts, characters] = [0, 0];
  for (const one of placed) {
    const { text, vector } = one.document;
    const more = text?.length ?? 0;
    const isFull = piece.length >= DOCUMENTS_AT_ONCE || (vector === undefined && texts >= TEXTS_AT_ONCE) || characters + more > CHARACTERS_AT_ONCE;
    if (isFull && piece.length > 0) {
      yield piece;
      piece = [];
      [texts, characters] = [0, 0];
    }
    piece.push(one);
    characters += more;
    if (vector === undefined) texts += 1;
  }
  if (piece.length > 0) yield piece;
}
