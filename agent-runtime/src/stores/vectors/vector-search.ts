import type { CheckedSearch } from './check-input.ts';
import { checkDimension, checkSparseAllowed, HYBRID_CANDIDATES } from './check-input.ts';
import { filterSql } from './filter-sql.ts';
import { bestFirst, fuseRanks } from './fuse-ranks.ts';
import { DISTANCE_FUNCTION } from './vector-distance.ts';
import { bytesOf, directionOf, type Space, type VectorTables } from './vector-tables.ts';
import type { Filter, Hit, Payload, Place, SparseVector } from './vectors.ts';

interface Candidate {
  readonly point: number;
  readonly id: string;
  readonly score: number;
}

interface Window {
  readonly filter: Filter | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Between -1 and 1 from the distance of two directions; `?` is 1, or 0 when the query has no direction. */
const COSINE = `(1 + ? - pow(${DISTANCE_FUNCTION}(d.vector, ?), 2)) / 2`;
const SCORES = {
  cosine: `(d.length > 0) * ${COSINE}`,
  dot: `d.length * ? * ${COSINE}`,
  euclid: `-${DISTANCE_FUNCTION}(d.vector, ?)`,
} as const;

/** What the embedded driver reads. Filters are applied before the best are taken, and every search is exact. */
export function createVectorSearch({ all, get, spaceOf, snapshot }: VectorTables) {
  function dense(space: Space, query: Float32Array, { filter, limit, offset }: Window): Candidate[] {
    const { vector, length } = space.distance === 'euclid' ? { vector: query, length: 0 } : directionOf(query);
    const direction = [Number(length > 0), bytesOf(vector)];
    const parameters = { cosine: direction, dot: [length, ...direction], euclid: [bytesOf(vector)] }[space.distance];
    const condition = filter && filterSql(filter);
    const from = condition ? `points p JOIN dense d ON d.point = p.point WHERE p.point BETWEEN ? AND ? AND ${condition.sql}` : 'dense d WHERE d.point BETWEEN ? AND ?';
    return all(`SELECT best.point, p.id, best.score FROM (
      SELECT d.point AS point, ${SCORES[space.distance]} AS score FROM ${from} ORDER BY score DESC, point LIMIT ? OFFSET ?
    ) best JOIN points p ON p.point = best.point`, ...parameters, space.low, space.high, ...condition?.values ?? [], limit, offset).map(candidateOf);
  }

  function sparse(space: Space, { indices, values }: SparseVector, { filter, limit, offset }: Window): Candidate[] {
    const condition = filter && filterSql(filter);
    const from = condition ? `JOIN points p ON p.point = s.point WHERE ${condition.sql}` : '';
    return all(`SELECT best.point, p.id, best.score FROM (
      SELECT s.point AS point, sum(s.value * q.weight) AS score
      FROM (SELECT value ->> 0 AS term, value ->> 1 AS weight FROM json_each(?)) q CROSS JOIN sparse s ON s.space = ? AND s.term = q.term ${from}
      GROUP BY s.point ORDER BY score DESC, point LIMIT ? OFFSET ?
    ) best JOIN points p ON p.point = best.point`,
    JSON.stringify(indices.map((term, index) => [term, values[index]])), space.space, ...condition?.values ?? [], limit, offset).map(candidateOf);
  }

  function ranked(space: Space, { dense: denseQuery, sparse: sparseQuery, filter, limit, offset }: CheckedSearch): Candidate[] {
    const window = { filter, limit, offset };
    if (!sparseQuery) return dense(space, denseQuery!, window).sort(bestFirst);
    if (!denseQuery) return sparse(space, sparseQuery, window).sort(bestFirst);
    const candidates = { filter, limit: HYBRID_CANDIDATES, offset: 0 };
    const lists = [dense(space, denseQuery, candidates).sort(bestFirst), sparse(space, sparseQuery, candidates).sort(bestFirst)];
    const ids = new Map(lists.flat().map(({ point, id }) => [point, id]));
    return [...fuseRanks(lists.map((list) => list.map(({ point }) => point)))]
      .map(([point, score]) => ({ point, id: ids.get(point)!, score })).sort(bestFirst).slice(offset, offset + limit);
  }

  return {
    search: (place: Place, search: CheckedSearch): Hit[] => snapshot(() => {
      const space = spaceOf(place);
      checkDimension(space.name, space.dimension, search.dense);
      checkSparseAllowed(space.name, space.sparse, search.sparse);
      return ranked(space, search).filter(({ score }) => search.minScore === undefined || score >= search.minScore).map(({ point, id, score }) => ({
        id, score, payload: payloadOf(get('SELECT json(payload) AS payload FROM points WHERE point = ?', point)),
      }));
    }),
    /** `after`: the number of the last point of the page before. */
    list(place: Place, { filter, limit, after }: { readonly filter?: Filter; readonly limit: number; readonly after: number }) {
      const space = spaceOf(place);
      const condition = filter && filterSql(filter);
      const rows = all(`SELECT p.point, p.id, json(p.payload) AS payload FROM points p WHERE p.point BETWEEN ? AND ? AND ${condition?.sql ?? '1'} ORDER BY p.point LIMIT ?`,
        Math.max(space.low, after + 1), space.high, ...condition?.values ?? [], limit + 1);
      const points = rows.slice(0, limit).map((row) => ({ id: String(row['id']), payload: payloadOf(row) }));
      return { points, next: rows.length > limit ? String(rows[limit - 1]!['point']) : null };
    },
    count(place: Place, filter?: Filter): number {
      const space = spaceOf(place);
      const condition = filter && filterSql(filter);
      return Number(get(`SELECT count(*) AS points FROM points p WHERE p.point BETWEEN ? AND ? AND ${condition?.sql ?? '1'}`,
        space.low, space.high, ...condition?.values ?? [])?.['points']);
    },
  };
}

function candidateOf(row: Record<string, unknown>): Candidate {
  return { point: Number(row['point']), id: String(row['id']), score: Number(row['score']) };
}

function payloadOf(row: Record<string, unknown> | undefined): Payload {
  return JSON.parse(String(row?.['payload'] ?? '{}')) as Payload;
}
