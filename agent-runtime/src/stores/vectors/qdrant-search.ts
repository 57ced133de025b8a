import type { Schemas } from '@qdrant/js-client-rest';
import type { CheckedSearch } from './check-input.ts';
import { HYBRID_CANDIDATES } from './check-input.ts';
import { bestFirst, RRF_CONSTANT } from './fuse-ranks.ts';
import type { Api, QdrantCalls } from './qdrant-calls.ts';
import { DENSE, SPARSE } from './qdrant-collection.ts';
import { DATA, ID, qdrantFilter } from './qdrant-filter.ts';
import { listedPoint } from './qdrant-points.ts';
import type { Collection, Hit, SparseVector } from './vectors.ts';

type Ask = <Result>(name: string, request: (api: Api, collection: { collection_name: string }, init: RequestInit) => ReturnType<Parameters<QdrantCalls['call']>[0]>) => Promise<Result>;

export function searchQdrant(ask: Ask, form: Collection, tenant: string, search: CheckedSearch): Promise<Hit[]> {
  return search.dense && search.sparse ? hybrid(ask, form.name, tenant, search) : single(ask, form, tenant, search);
}

async function single(ask: Ask, { name, distance }: Collection, tenant: string, { dense, sparse, filter, limit, offset, minScore }: CheckedSearch): Promise<Hit[]> {
  // Qdrant's distance is the smaller the better.
  const sign = dense && distance === 'euclid' ? -1 : 1;
  const points = await query(ask, name, {
    ...dense ? denseQuery(dense) : sparseQuery(sparse!), filter: qdrantFilter(tenant, filter), limit, offset, with_payload: [ID, DATA],
    // Qdrant leaves out what is equal, and counts in single precision: ask for a little more, and cut here.
    ...minScore === undefined ? {} : { score_threshold: sign * (minScore - Math.abs(minScore) * 1e-5 - 1e-9) },
  });
  return points.map((point) => ({ ...listedPoint(point), score: sign * Math.fround(point.score) }))
    .filter(({ score }) => minScore === undefined || score >= minScore).sort(bestFirst);
}

/**
 * Qdrant counts a position from 0, so its constant is one more than ours. It leaves open in which order equal scores come,
 * and they are many: asking for all candidates without their payloads makes the order ours.
 */
async function hybrid(ask: Ask, name: string, tenant: string, { dense, sparse, filter, limit, offset, minScore }: CheckedSearch): Promise<Hit[]> {
  const candidates = { filter: qdrantFilter(tenant, filter), limit: HYBRID_CANDIDATES };
  const fused = await query(ask, name, {
    prefetch: [{ ...denseQuery(dense!), ...candidates }, { ...sparseQuery(sparse!), ...candidates }],
    query: { rrf: { k: RRF_CONSTANT + 1 } }, limit: 2 * HYBRID_CANDIDATES, with_payload: [ID],
  });
  const best = fused.map((point) => ({ key: point.id, id: listedPoint(point).id, score: Math.fround(point.score) }))
    .filter(({ score }) => minScore === undefined || score >= minScore).sort(bestFirst).slice(offset, offset + limit);
  if (best.length === 0) return [];
  const records = await ask<Schemas['Record'][]>(name, (api, collection, init) => api.getPoints({ ...collection, ids: best.map(({ key }) => key), with_payload: [ID, DATA] }, init));
  const payloads = new Map(records.map(listedPoint).map(({ id, payload }) => [id, payload]));
  // One that was deleted in between is left out.
  return best.flatMap(({ id, score }) => (payloads.has(id) ? [{ id, score, payload: payloads.get(id)! }] : []));
}

async function query(ask: Ask, name: string, body: Schemas['QueryRequest']): Promise<Schemas['ScoredPoint'][]> {
  return (await ask<Schemas['QueryResponse']>(name, (api, collection, init) => api.queryPoints({ ...collection, ...body }, init))).points;
}

function denseQuery(dense: Float32Array) {
  return { query: [...dense], using: DENSE };
}

function sparseQuery({ indices, values }: SparseVector) {
  return { query: { indices: [...indices], values: [...values] }, using: SPARSE };
}
