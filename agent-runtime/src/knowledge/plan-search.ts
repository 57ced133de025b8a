import type { DocumentSearch, SearchMode } from '../contract/collection.ts';
import type { BookedCollection } from './collection-book.ts';
import { invalid } from './refusals.ts';

/** How to search: as is asked, else by all that the collection and the query have. Throws when the one or the other lacks what it takes. */
export function planSearch({ name, dimension, sparse, embeddingModel }: BookedCollection, { text, vector, mode }: DocumentSearch): SearchMode {
  if (text === undefined && vector === undefined) throw invalid('text', 'is needed, or a vector');
  const byMeaning = dimension !== null && (vector !== undefined || (text !== undefined && embeddingModel !== null));
  const byWords = sparse && text !== undefined;
  const planned = mode ?? (byMeaning && byWords ? 'hybrid' : byMeaning || !sparse ? 'dense' : 'sparse');
  if (planned !== 'dense') {
    if (!sparse) throw invalid('mode', `is ${planned}, but the collection ${name} was made without sparse: true, so it cannot be searched by words`);
    if (text === undefined) throw invalid('text', 'is needed to search by words');
    if (planned === 'sparse' && vector !== undefined && dimension !== null) throw invalid('vector', 'is given, but a sparse search goes by words alone: leave it out, or set mode to dense or hybrid');
  }
  if (planned !== 'sparse') {
    if (dimension === null) throw invalid('mode', `is ${planned}, but the documents of the collection ${name} have no vectors: search it by words, with mode sparse`);
    if (!byMeaning) throw invalid('vector', `is needed: the collection ${name} has no embedding model that would make one of the text`);
  }
  if (vector !== undefined) checkVector('vector', vector, { name, dimension });
  return planned;
}

export function checkVector(path: string, vector: readonly number[], { name, dimension }: Pick<BookedCollection, 'name' | 'dimension'>): void {
  if (dimension === null) throw invalid(path, `is given, but the documents of the collection ${name} have none: leave it out, or make a collection with a dimension`);
  if (vector.length !== dimension) throw invalid(path, `has ${vector.length} numbers, but those of the collection ${name} have ${dimension}`);
}
