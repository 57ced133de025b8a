import { collectionOf, Refusal, type CollectionState, type QdrantState } from './qdrant-state.ts';
import { runQuery } from './run-query.ts';
import { pointOf, recordOf, select } from './stored-points.ts';

type Body = Readonly<Record<string, unknown>>;
type Play = (call: { readonly state: QdrantState; readonly path: Readonly<Record<string, string>>; readonly body: Body }) => unknown;

const DONE = { operation_id: 1, status: 'completed' };

/** What the stand-in plays, by the description's names; each answers with the `result`. */
export const OPERATIONS: Readonly<Record<string, Play>> = {
  create_collection({ state, path, body }) {
    const name = path['collection_name']!;
    if (state.has(name)) throw new Refusal(409, `Wrong input: Collection \`${name}\` already exists!`);
    state.set(name, {
      request: body, indexes: new Map(), points: new Map(),
      vectors: body['vectors'] as CollectionState['vectors'], sparseVectors: (body['sparse_vectors'] ?? {}) as Body,
    });
    return true;
  },
  delete_collection: ({ state, path }) => state.delete(path['collection_name']!),
  collection_exists: ({ state, path }) => ({ exists: state.has(path['collection_name']!) }),
  get_collection({ state, path }) {
    const { request, vectors, sparseVectors, indexes, points } = collectionOf(state, path['collection_name']!);
    return {
      status: 'green', optimizer_status: 'ok', points_count: points.size, indexed_vectors_count: 0, segments_count: 2,
      config: {
        params: { vectors, ...Object.keys(sparseVectors).length > 0 ? { sparse_vectors: sparseVectors } : {}, shard_number: 1, replication_factor: 1, write_consistency_factor: 1, on_disk_payload: true },
        hnsw_config: { m: 16, ef_construct: 100, full_scan_threshold: 10_000, ...request['hnsw_config'] as object },
        optimizer_config: { deleted_threshold: 0.2, vacuum_min_vector_number: 1_000, default_segment_number: 0, flush_interval_sec: 5 },
      },
      payload_schema: Object.fromEntries([...indexes].map(([field, schema]) => [field, {
        data_type: typeof schema === 'string' ? schema : (schema as { type: string }).type, ...typeof schema === 'string' ? {} : { params: schema }, points: points.size,
      }])),
    };
  },
  create_field_index({ state, path, body }) {
    collectionOf(state, path['collection_name']!).indexes.set(body['field_name'] as string, body['field_schema']);
    return DONE;
  },
  upsert_points({ state, path, body }) {
    const collection = collectionOf(state, path['collection_name']!);
    const points = (body['points'] as readonly Body[]).map((point) => pointOf(collection, point));
    for (const point of points) collection.points.set(point.id, point);
    return DONE;
  },
  delete_points({ state, path, body }) {
    const { points } = collectionOf(state, path['collection_name']!);
    const ids = body['points'] ? (body['points'] as readonly unknown[]).map(String) : [...select({ points }, body['filter'])].map(({ id }) => id);
    for (const id of ids) points.delete(id);
    return DONE;
  },
  get_points({ state, path, body }) {
    const { points } = collectionOf(state, path['collection_name']!);
    return (body['ids'] as readonly unknown[]).flatMap((id) => points.get(String(id)) ?? []).map((point) => recordOf(point, body['with_payload'] ?? true));
  },
  count_points: ({ state, path, body }) => ({ count: [...select(collectionOf(state, path['collection_name']!), body['filter'])].length }),
  scroll_points({ state, path, body }) {
    const limit = (body['limit'] ?? 10) as number;
    const offset = body['offset'] as string | null | undefined;
    const found = [...select(collectionOf(state, path['collection_name']!), body['filter'])].sort((a, b) => (a.id < b.id ? -1 : 1))
      .filter(({ id }) => offset === undefined || offset === null || id >= offset);
    return { points: found.slice(0, limit).map((point) => recordOf(point, body['with_payload'] ?? true)), next_page_offset: found[limit]?.id ?? null };
  },
  query_points({ state, path, body }) {
    const collection = collectionOf(state, path['collection_name']!);
    return { points: runQuery(collection, body).map(({ id, score }) => ({ ...recordOf(collection.points.get(id)!, body['with_payload'] ?? false), score, version: 1 })) };
  },
};
