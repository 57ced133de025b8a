import type { Schemas } from '@qdrant/js-client-rest';
import type { CheckedPoint } from './check-input.ts';
import { DENSE, SPARSE } from './qdrant-collection.ts';
import { DATA, ID, TENANT } from './qdrant-filter.ts';
import { pointIdOf } from './qdrant-point-id.ts';
import type { ListedPoint, Payload } from './vectors.ts';

/** So that no request blocks the event loop for long while it is written, and none is over the server's 32 MB. */
const POINTS_AT_ONCE = 64;
const CHARACTERS_AT_ONCE = 8_000_000;
const CHARACTERS_PER_NUMBER = 22;

export function* chunksOf(points: readonly CheckedPoint[]): Generator<readonly CheckedPoint[]> {
  let chunk: CheckedPoint[] = [];
  let size = 0;
  for (const point of points) {
    const characters = point.json.length + CHARACTERS_PER_NUMBER * ((point.dense?.length ?? 0) + 2 * (point.sparse?.indices.length ?? 0));
    if (chunk.length === POINTS_AT_ONCE || (chunk.length > 0 && size + characters > CHARACTERS_AT_ONCE)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(point);
    size += characters;
  }
  if (chunk.length > 0) yield chunk;
}

export function pointRequest(tenant: string, { id, dense, sparse, payload }: CheckedPoint): Schemas['PointStruct'] {
  return {
    id: pointIdOf(tenant, id),
    vector: {
      ...dense ? { [DENSE]: [...dense] } : {},
      ...sparse ? { [SPARSE]: { indices: [...sparse.indices], values: [...sparse.values] } } : {},
    },
    payload: { [TENANT]: tenant, [ID]: id, [DATA]: payload },
  };
}

export function listedPoint({ payload }: Schemas['Record']): ListedPoint {
  return { id: String(payload?.[ID]), payload: plainNumbers(payload?.[DATA] ?? {}) as Payload };
}

/** The client reads whole numbers above 2^53 as bigints; JSON's other readers do not. */
function plainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plainNumbers);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainNumbers(inner)])) : value;
}
