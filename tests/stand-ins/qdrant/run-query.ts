import { best, reciprocalRankFusion, scoreOf, sparseScore, type Scored, type SparseValues } from './nearest.ts';
import { Refusal, type CollectionState } from './qdrant-state.ts';
import { denseOf, select, sparseOf } from './stored-points.ts';

type Body = Readonly<Record<string, unknown>>;

/** Qdrant's constant where a request names none. */
const DEFAULT_K = 2;

/** A query of the Query API, with its prefetches: nearest by one vector, or the fusion of several lists by their ranks. */
export function runQuery(collection: CollectionState, { prefetch, query, using, filter, limit, offset, score_threshold: threshold }: Body): Scored[] {
  const lists = (prefetch === undefined || prefetch === null ? [] : Array.isArray(prefetch) ? prefetch : [prefetch]) as readonly Body[];
  const k = constantOf(query);
  const smaller = k === null && collection.vectors[using as string]?.distance === 'Euclid';
  const scored = k === null ? nearest(collection, query, using as string, filter) : reciprocalRankFusion(lists.map((list) => runQuery(collection, list)), k);
  const over = (score: number) => threshold === undefined || threshold === null || (smaller ? score < (threshold as number) : score > (threshold as number));
  const start = (offset ?? 0) as number;
  return best(scored.filter(({ score }) => over(score)), smaller).slice(start, start + ((limit ?? 10) as number));
}

/** Null: not a fusion. */
function constantOf(query: unknown): number | null {
  if (typeof query !== 'object' || query === null) return null;
  if ('rrf' in query) return (query.rrf as { readonly k?: number | null }).k ?? DEFAULT_K;
  if ('fusion' in query && query.fusion === 'rrf') return DEFAULT_K;
  return null;
}

function nearest(collection: CollectionState, query: unknown, using: string, filter: unknown): Scored[] {
  const points = [...select(collection, filter)];
  const config = collection.vectors[using];
  if (config && Array.isArray(query)) {
    const vector = denseOf(query as readonly number[], config);
    return points.flatMap(({ id, dense }) => (dense[using] ? [{ id, score: scoreOf(dense[using], vector, config.distance) }] : []));
  }
  if (using in collection.sparseVectors && typeof query === 'object' && query !== null && 'indices' in query) {
    const vector = sparseOf(query as unknown as SparseValues);
    return points.flatMap(({ id, sparse }) => {
      const score = sparse[using] ? sparseScore(sparse[using], vector) : null;
      return score === null ? [] : [{ id, score }];
    });
  }
  throw new Refusal(400, `Wrong input: Not existing vector name error: ${using}`);
}
