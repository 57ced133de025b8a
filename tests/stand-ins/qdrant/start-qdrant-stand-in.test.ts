import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startQdrantStandIn, type QdrantStandIn } from './start-qdrant-stand-in.ts';
import { matches, valuesAt } from './payload-conditions.ts';

let standIn: QdrantStandIn;
beforeEach(async () => {
  standIn = await startQdrantStandIn();
});
afterEach(() => standIn.close());

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(standIn.url + path, { method, ...body === undefined ? {} : { body: JSON.stringify(body) } });
  return { status: response.status, body: await response.json() as { result: unknown; status: unknown } };
}

const VECTORS = { vectors: { dense: { size: 2, distance: 'Cosine' } }, sparse_vectors: { sparse: {} } };

test('a call that the description does not know fails, and fails the test', async () => {
  await call('PUT', '/collections/a', VECTORS);
  const wrong: readonly (readonly [string, string, unknown])[] = [
    ['PUT', '/collections/b', { vectors: { dense: { size: 2, distance: 'Cosinus' } } }],
    ['PUT', '/collections/b', { ...VECTORS, hnsw_config: { m: 'none' } }],
    ['PUT', '/collections/b', { ...VECTORS, hnsw_config: { payloadM: 16 } }],
    ['PUT', '/collections/a/points?wait=perhaps', { points: [] }],
    ['PUT', '/collections/a/points?weight=true', { points: [] }],
    ['PUT', '/collections/a/points', { points: [{ id: 'no uuid', vector: { dense: [1, 0] } }] }],
    ['PUT', '/collections/a/points', { points: [{ id: 1, vector: { dense: [1, null] } }] }],
    ['POST', '/collections/a/points/query', { query: [1, 0], using: 'dense', limit: 0 }],
    ['POST', '/collections/a/points/query', { query: [1, 0], using: 'dense', filter: { must: [{ key: 'x', match: { any: ['a', 'a'] } }] } }],
    ['POST', '/collections/a/points/query', { query: { rrf: { k: 0 } } }],
    ['POST', '/collections/a/points/count', { filter: { must: [{ key: 'x', equals: 1 }] } }],
    ['POST', '/collections/a/points/delete', {}],
    ['POST', '/collections/a/points/search', { vector: [1, 0] }],
  ];
  for (const [method, path, body] of wrong) expect([path, body, (await call(method, path, body)).status]).toEqual([path, body, 400]);
  expect(standIn.violations).toHaveLength(wrong.length);
  expect(() => standIn.assertNoViolations()).toThrow(`${wrong.length} violation(s) of Qdrant's published contract`);
});

test('refuses as Qdrant does: a collection that is there, one that is not, a vector of another size', async () => {
  await call('PUT', '/collections/a', VECTORS);
  expect(await call('PUT', '/collections/a', VECTORS)).toMatchObject({ status: 409, body: { status: { error: 'Wrong input: Collection `a` already exists!' } } });
  expect(await call('POST', '/collections/b/points/count', {})).toMatchObject({ status: 404, body: { status: { error: 'Not found: Collection `b` doesn\'t exist!' } } });
  expect(await call('PUT', '/collections/a/points', { points: [{ id: 1, vector: { dense: [1] } }] })).toMatchObject({ status: 400, body: { status: { error: expect.stringContaining('expected dim: 2, got 1') } } });
  standIn.assertNoViolations();
});

test('ranks by one vector, and fuses by ranks counted from 0', async () => {
  await call('PUT', '/collections/a', VECTORS);
  await call('PUT', '/collections/a/points?wait=true', { points: [
    { id: 1, vector: { dense: [3, 0], sparse: { indices: [5], values: [1] } } }, { id: 2, vector: { dense: [1, 1] }, payload: { x: 1 } }, { id: 3, vector: { sparse: { indices: [5, 6], values: [2, 1] } } },
  ] });
  const query = (body: object) => call('POST', '/collections/a/points/query', body).then(({ body: { result } }) => (result as { points: { id: number; score: number }[] }).points.map(({ id, score }) => [id, score]));
  const dense = { query: [2, 0], using: 'dense' };
  const sparse = { query: { indices: [5], values: [3] }, using: 'sparse' };
  expect(await query(dense)).toEqual([[1, 1], [2, expect.closeTo(Math.SQRT1_2, 6)]]);
  expect(await query(sparse)).toEqual([[3, 6], [1, 3]]);
  expect(await query({ prefetch: [dense, sparse], query: { fusion: 'rrf' } })).toEqual([[1, expect.closeTo(1 / 2 + 1 / 3, 6)], [3, 0.5], [2, expect.closeTo(1 / 3, 6)]]);
  expect(await query({ prefetch: [dense, sparse], query: { rrf: { k: 61 } }, limit: 1 })).toEqual([[1, expect.closeTo(1 / 61 + 1 / 62, 6)]]);
});

test('conditions hold as Qdrant says: lists by an element, types apart, paths into objects', () => {
  const holds = (payload: Record<string, unknown>, condition: unknown) => matches({ id: '1', payload, vectors: [] }, { must: [condition] });
  expect(holds({ city: ['Berlin', 'London'] }, { key: 'city', match: { value: 'London' } })).toBe(true);
  expect(holds({ n: 1.5 }, { key: 'n', match: { value: 1.5 } })).toBe(false);
  expect(holds({ n: [1, 9] }, { key: 'n', range: { gt: 2, lt: 8 } })).toBe(false);
  expect(holds({ a: { b: [] } }, { is_empty: { key: 'a.b' } })).toBe(true);
  expect(holds({ a: [null] }, { is_empty: { key: 'a' } })).toBe(false);
  expect(holds({ a: 'x' }, { key: 'a', match: { except: ['y'] } })).toBe(true);
  expect(valuesAt({ a: [{ b: 1 }, { b: 2 }], 'c d': 3 }, 'a[].b')).toEqual([1, 2]);
  expect([valuesAt({ a: [{ b: 1 }] }, 'a.b'), valuesAt({ 'c d': { e: 3 } }, '"c d".e'), valuesAt({ a: [5, 6] }, 'a[1]')]).toEqual([[], [3], [6]]);
  expect(() => valuesAt({}, 'c d')).toThrow('not a JSON path');
});
