import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Filter, NewCollection, Place, Point, Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import { describeVectorFilters } from './vectors-filter-cases.ts';
import { describeVectorSearch } from './vectors-search-cases.ts';

/** Makes drivers on one place, as several processes would, and takes it down with all that is in it. */
export interface VectorsBench {
  open(): Vectors;
  close(): Promise<void>;
}

export const DOCS: NewCollection = { name: 'docs', dimension: 3, distance: 'cosine', sparse: true };
export const WEB: Place = { collection: 'docs', tenant: 'web' };
const OTHER: Place = { collection: 'docs', tenant: 'other' };

export const point = (id: string, dense: readonly number[], payload: Point['payload'] = {}): Point => ({ id, dense, payload });

/** What every vectors driver must do. */
export function describeVectors(name: string, createBench: () => Promise<VectorsBench>): void {
  describe(name, () => {
    let bench: VectorsBench;
    let vectors: Vectors;
    beforeEach(async () => {
      bench = await createBench();
      vectors = bench.open();
    });
    afterEach(() => bench.close());

    const filled = async (...points: readonly Point[]) => {
      await vectors.ensureCollection(DOCS);
      await vectors.upsert(WEB, points);
    };
    const idsOf = async (place: Place, filter?: Filter) => (await vectors.list(place, { filter, limit: 100 })).points.map(({ id }) => id).sort();

    test('a collection is made once, described, and gone when deleted', async () => {
      expect(await vectors.describeCollection('docs')).toBeNull();
      await vectors.ensureCollection({ ...DOCS, filterable: { source: 'keyword', 'page.number': 'number', draft: 'boolean' } });
      await vectors.ensureCollection(DOCS);
      expect(await vectors.describeCollection('docs')).toEqual(DOCS);
      expect(await vectors.deleteCollection('docs')).toBe(true);
      expect(await vectors.deleteCollection('docs')).toBe(false);
      expect(await vectors.describeCollection('docs')).toBeNull();
    });

    test('creators that race all succeed', async () => {
      const processes = [vectors, bench.open(), bench.open()];
      await Promise.all([0, 1, 2, 3].flatMap(() => processes.map((process) => process.ensureCollection(DOCS))));
      expect(await vectors.describeCollection('docs')).toEqual(DOCS);
    });

    test('a collection with another dimension, distance or kind of vectors is refused, and says both', async () => {
      await vectors.ensureCollection(DOCS);
      for (const [other, said] of [[{ dimension: 4 }, 'dimension 3, not dimension 4'], [{ distance: 'dot' }, 'distance cosine, not distance dot'], [{ sparse: false }, 'sparse true, not sparse false']] as const) {
        await expect(vectors.ensureCollection({ ...DOCS, ...other })).rejects.toMatchObject({ code: 'collection_conflict', kind: 'user', message: expect.stringContaining(said) });
      }
    });

    test('a point is replaced whole, and of two with one id in a call the last holds', async () => {
      await filled({ id: 'a', dense: [1, 0, 0], sparse: { indices: [7], values: [1] }, payload: { old: true } });
      await vectors.upsert(WEB, [point('a', [0, 1, 0], { n: 1 }), point('a', [0, 0, 1], { n: 2 })]);
      expect(await vectors.search(WEB, { dense: [0, 0, 1], limit: 5 })).toEqual([{ id: 'a', score: expect.closeTo(1, 5), payload: { n: 2 } }]);
      expect(await vectors.search(WEB, { sparse: { indices: [7], values: [1] }, limit: 5 })).toEqual([]);
      expect(await vectors.count(WEB)).toBe(1);
    });

    test('any text is an id, and comes back as it was', async () => {
      const ids = ['1', 'a/b?c=d#e', 'Grüße 👋', '550e8400-e29b-41d4-a716-446655440000', ' ', "'; --", 'x'.repeat(500)];
      await filled(...ids.map((id) => point(id, [1, 0, 0])));
      expect(await idsOf(WEB)).toEqual([...ids].sort());
      await vectors.remove(WEB, { ids });
      expect(await vectors.count(WEB)).toBe(0);
    });

    test('a payload comes back as JSON keeps it', async () => {
      const payload = { text: 'a\u0000b \u2028 "\\" é', n: -1.5e-7, big: 2 ** 60, huge: 1e300, list: [1, [2, null], { x: [] }], nothing: null, 'a.b "c"': {}, at: new Date(0), half: '\ud800' };
      await filled(point('a', [1, 0, 0], payload));
      const expected = { ...JSON.parse(JSON.stringify(payload)) as object, half: '\ufffd' };
      expect((await vectors.list(WEB, { limit: 1 })).points).toEqual([{ id: 'a', payload: expected }]);
      expect((await vectors.search(WEB, { dense: [1, 0, 0], limit: 1 }))[0]?.payload).toEqual(expected);
    });

    test('a tenant sees, counts and deletes nothing of another, even under the same id', async () => {
      await filled(point('a', [1, 0, 0], { of: 'web', tenant: 'other' }), point('b', [1, 0, 0], { of: 'web' }));
      await vectors.upsert(OTHER, [{ id: 'a', dense: [1, 0, 0], sparse: { indices: [1], values: [1] }, payload: { of: 'other' } }]);
      const mine: Filter = { or: [{ field: 'of', exists: true }, { field: 'tenant', equals: 'web' }, { not: { field: 'nothing', exists: true } }] };
      expect(await vectors.search(OTHER, { dense: [1, 0, 0], filter: mine, limit: 10 })).toMatchObject([{ id: 'a', payload: { of: 'other' } }]);
      expect(await vectors.search(WEB, { sparse: { indices: [1], values: [1] }, limit: 10 })).toEqual([]);
      expect(await vectors.search(WEB, { dense: [1, 0, 0], sparse: { indices: [1], values: [1] }, limit: 10 })).toMatchObject([{ id: 'a', payload: { of: 'web' } }, { id: 'b' }]);
      await vectors.remove(OTHER, { ids: ['a', 'b'] });
      await vectors.remove(OTHER, { filter: mine });
      await vectors.remove(OTHER, { all: true });
      expect([await vectors.count(OTHER), await vectors.count(OTHER, mine), await idsOf(WEB)]).toEqual([0, 0, ['a', 'b']]);
      expect(await vectors.search({ ...WEB, tenant: 'nobody' }, { dense: [1, 0, 0], limit: 10 })).toEqual([]);
    });

    test('points are deleted by id, by filter, and all at once', async () => {
      await filled(...['a', 'b', 'c', 'd'].map((id, n) => point(id, [1, n, 0], { n })));
      await vectors.remove(WEB, { ids: ['a', 'not there'] });
      await vectors.remove(WEB, { ids: [] });
      await vectors.remove(WEB, { filter: { field: 'n', range: { gte: 3 } } });
      expect(await idsOf(WEB)).toEqual(['b', 'c']);
      await vectors.remove(WEB, { all: true });
      expect(await vectors.search(WEB, { dense: [1, 0, 0], limit: 5 })).toEqual([]);
      await expect(vectors.remove(WEB, {} as never)).rejects.toMatchObject({ code: 'invalid_request' });
    });

    test('10,000 points go in with one call, and pages give each once', async () => {
      await filled(...Array.from({ length: 10_000 }, (_, n) => point(`p${n}`, [1, n / 100, 1], { n, even: n % 2 === 0 })));
      expect([await vectors.count(WEB), await vectors.count(WEB, { field: 'even', equals: true })]).toEqual([10_000, 5_000]);
      const seen: string[] = [];
      for (let after: string | undefined; ;) {
        const { points, next } = await vectors.list(WEB, { limit: 1_000, after, filter: { field: 'even', equals: true } });
        seen.push(...points.map(({ id }) => id));
        if (next === null) break;
        after = next;
      }
      expect([seen.length, new Set(seen).size]).toEqual([5_000, 5_000]);
      await vectors.remove(WEB, { filter: { field: 'even', equals: false } });
      expect(await vectors.count(WEB)).toBe(5_000);
    });

    test('what one process writes another finds, and a collection deleted under it is an error that says so', async () => {
      const second = bench.open();
      await filled(point('a', [1, 0, 0]));
      expect(await second.search(WEB, { dense: [1, 0, 0], limit: 1 })).toMatchObject([{ id: 'a' }]);
      await vectors.deleteCollection('docs');
      for (const late of [second.search(WEB, { dense: [1, 0, 0], limit: 1 }), second.upsert(WEB, [point('b', [1, 0, 0])]), second.count(WEB), second.list(WEB, { limit: 1 }), second.remove(WEB, { all: true })]) {
        await expect(late).rejects.toMatchObject({ code: 'not_found', kind: 'user', message: expect.stringContaining('no collection docs') });
      }
      await vectors.ensureCollection({ ...DOCS, dimension: 2 });
      await second.upsert(WEB, [point('b', [1, 0])]);
      expect(await idsOf(WEB)).toEqual(['b']);
    });

    test('wrong input is the caller\'s error, says where, and stores nothing', async () => {
      await filled();
      const wrong: readonly (readonly [Partial<Point>, string])[] = [
        [{ dense: [1, 2] }, 'has 2 numbers, but the vectors of the collection docs have 3'],
        [{ dense: [1, NaN, 0] }, 'points.1.dense.1 is NaN'], [{ dense: [1, 0, -Infinity] }, 'points.1.dense.2'], [{ dense: [1, 0, 1e39] }, 'points.1.dense.2'], [{ dense: [] }, 'points.1.dense is empty'],
        [{ dense: undefined }, 'points.1 must have'], [{ sparse: { indices: [], values: [] } }, 'points.1.sparse is empty'], [{ sparse: { indices: [1], values: [] } }, 'points.1.sparse has 1'],
        [{ sparse: { indices: [1, 1], values: [1, 1] } }, 'twice'], [{ sparse: { indices: [-1], values: [1] } }, 'indices'], [{ sparse: { indices: [2 ** 32], values: [1] } }, 'indices'],
        [{ sparse: { indices: [1], values: [0] } }, 'above 0'], [{ sparse: { indices: [1], values: [NaN] } }, 'above 0'], [{ id: '' }, 'points.1.id'], [{ id: '\ud800' }, 'points.1.id'], [{ id: 'x'.repeat(501) }, 'points.1.id'],
        [{ payload: { n: 1n } }, 'points.1.payload'], [{ payload: JSON.parse('{"a":'.repeat(70) + '1' + '}'.repeat(70)) as Point['payload'] }, 'nests deeper'],
      ];
      for (const [change, said] of wrong) {
        await expect(vectors.upsert(WEB, [point('fine', [1, 0, 0]), { id: 'wrong', dense: [1, 0, 0], ...change } as Point]))
          .rejects.toMatchObject({ code: 'invalid_request', kind: 'user', message: expect.stringContaining(said) });
      }
      await expect(vectors.upsert(WEB, [point('a', [1, 0, 0], { text: 'x'.repeat(2 ** 20) })])).rejects.toMatchObject({ code: 'payload_too_large', kind: 'user' });
      expect(await vectors.count(WEB)).toBe(0);
      for (const place of [{ ...WEB, tenant: '' }, { ...WEB, collection: '../x' }]) await expect(vectors.count(place)).rejects.toMatchObject({ code: 'invalid_request' });
      for (const change of [{ name: 'a b' }, { dimension: 0 }, { dimension: 1.5 }, { distance: 'manhattan' as never }]) {
        await expect(vectors.ensureCollection({ ...DOCS, ...change })).rejects.toMatchObject({ code: 'invalid_request' });
      }
      await expect(vectors.list(WEB, { limit: 1, after: 'x' })).rejects.toMatchObject({ code: 'invalid_request' });
    });

    test('a closed one refuses work and closes again', async () => {
      await vectors.ping();
      await vectors.close();
      await vectors.close();
      await expect(vectors.ping()).rejects.toMatchObject({ code: 'store_unavailable' });
    });

    describeVectorFilters(() => vectors);
    describeVectorSearch(() => vectors);
  });
}
