import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Distance, Hit, Point, Search, Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import { DOCS, point, WEB } from './vectors-cases.ts';

const DIMENSION = 4;

function scoreOf(distance: Distance, a: readonly number[], b: readonly number[]): number {
  const dot = a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  if (distance === 'dot') return dot;
  if (distance === 'euclid') return -Math.hypot(...a.map((value, index) => value - b[index]!));
  const lengths = Math.hypot(...a) * Math.hypot(...b);
  return lengths === 0 ? 0 : dot / lengths;
}

/** The dense, sparse and fused ranking in the words of the port, in double precision. */
function reference(distance: Distance, points: readonly Point[], { dense, sparse }: Search): { readonly id: string; readonly score: number }[] {
  const ranked = (scores: readonly { readonly id: string; readonly score: number }[]) => [...scores].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const byDense = ranked(points.flatMap((stored) => (dense && stored.dense ? [{ id: stored.id, score: scoreOf(distance, [...stored.dense], [...dense]) }] : [])));
  const bySparse = ranked(points.flatMap((stored) => {
    const shared = (sparse?.indices ?? []).flatMap((term, index) => {
      const at = stored.sparse?.indices.indexOf(term) ?? -1;
      return at < 0 ? [] : [stored.sparse!.values[at]! * sparse!.values[index]!];
    });
    return shared.length === 0 ? [] : [{ id: stored.id, score: shared.reduce((sum, product) => sum + product) }];
  }));
  if (!dense || !sparse) return dense ? byDense : bySparse;
  const fused = new Map<string, number>();
  for (const list of [byDense, bySparse]) list.slice(0, 200).forEach(({ id }, index) => fused.set(id, (fused.get(id) ?? 0) + 1 / (60 + index + 1)));
  return ranked([...fused].map(([id, score]) => ({ id, score })));
}

const number = fc.integer({ min: -1_000, max: 1_000 }).map((value) => value / 100);
const denseVector = fc.array(number, { minLength: DIMENSION, maxLength: DIMENSION });
const sparseVector = fc.uniqueArray(fc.tuple(fc.constantFrom(0, 1, 2, 3, 4, 5, 2 ** 32 - 1), fc.integer({ min: 1, max: 1_000 })), { minLength: 1, maxLength: 5, selector: ([term]) => term })
  .map((pairs) => ({ indices: pairs.map(([term]) => term), values: pairs.map(([, value]) => value / 64) }));
const vectorsOf = fc.oneof(fc.record({ dense: denseVector }), fc.record({ sparse: sparseVector }), fc.record({ dense: denseVector, sparse: sparseVector }));
const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 15 });

/** Scores closer than single precision tells apart may come in either order, and then ranks differ: such cases are left out. */
function apart(scores: readonly { readonly score: number }[], scale: number): boolean {
  return scores.every(({ score }, index) => index === 0 || Math.abs(scores[index - 1]!.score - score) > scale * 1e-4);
}

export function describeVectorSearch(opened: () => Vectors): void {
  for (const distance of ['cosine', 'dot', 'euclid'] as const) {
    test(`dense, sparse and hybrid rankings are those of the reference, by ${distance}`, async () => {
      const vectors = opened();
      await vectors.ensureCollection({ ...DOCS, dimension: DIMENSION, distance });
      let run = 0;
      await fc.assert(fc.asyncProperty(ids, fc.array(vectorsOf, { minLength: 15, maxLength: 15 }), vectorsOf, async (names, bodies, query) => {
        const points: Point[] = names.map((id, index) => ({ id, ...bodies[index] }));
        const search: Search = { ...query, limit: 100 };
        fc.pre(apart(reference(distance, points, { dense: search.dense, limit: 1 }), distance === 'cosine' ? 1 : 100));
        fc.pre(apart(reference(distance, points, { sparse: search.sparse, limit: 1 }), 1));
        const place = { ...WEB, tenant: `tenant-${run++}` };
        await vectors.upsert(place, points);
        const expected = reference(distance, points, search);
        const found = await vectors.search(place, search);
        expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        found.forEach(({ score }, index) => expect(Math.abs(score - expected[index]!.score)).toBeLessThan(1e-4 * Math.max(1, Math.abs(score))));
        const page = await vectors.search(place, { ...search, offset: 2, limit: 3 });
        expect(page).toEqual(found.slice(2, 5));
      }), { numRuns: 40, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true });
    });
  }

  test('a filter comes before the best are taken: as many as asked for are found, however far', async () => {
    const vectors = opened();
    await vectors.ensureCollection(DOCS);
    await vectors.upsert(WEB, Array.from({ length: 400 }, (_, n) => ({ id: `p${n}`, dense: [1, n, 0], sparse: { indices: [1], values: [1 + n] }, payload: { rare: n % 40 === 0 } })));
    const filter = { field: 'rare', equals: true } as const;
    const idsOf = (hits: readonly Hit[]) => hits.map(({ id }) => id);
    expect(idsOf(await vectors.search(WEB, { dense: [1, 0, 0], filter, limit: 5 }))).toEqual(['p0', 'p40', 'p80', 'p120', 'p160']);
    expect(idsOf(await vectors.search(WEB, { sparse: { indices: [1], values: [1] }, filter, limit: 5, offset: 7 }))).toEqual(['p80', 'p40', 'p0']);
    expect(await vectors.search(WEB, { dense: [1, 0, 0], sparse: { indices: [1], values: [1] }, filter, limit: 20 })).toHaveLength(10);
  });

  test('equal scores come in the order of their ids, also when ranks are fused', async () => {
    const vectors = opened();
    await vectors.ensureCollection(DOCS);
    await vectors.upsert(WEB, ['c', 'a', 'b'].map((id) => point(id, [0, 1, 0])));
    expect((await vectors.search(WEB, { dense: [0, 1, 0], limit: 3 })).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    await vectors.upsert({ ...WEB, tenant: 'fused' }, [point('z', [1, 0, 0]), { id: 'y', sparse: { indices: [3], values: [1] } }]);
    const hits = await vectors.search({ ...WEB, tenant: 'fused' }, { dense: [1, 0, 0], sparse: { indices: [3], values: [1] }, limit: 3 });
    expect(hits).toEqual([{ id: 'y', score: Math.fround(1 / 61), payload: {} }, { id: 'z', score: Math.fround(1 / 61), payload: {} }]);
  });

  test('a least score leaves out what is below it and keeps what has it', async () => {
    const vectors = opened();
    await vectors.ensureCollection(DOCS);
    await vectors.upsert(WEB, [[1, 0, 0], [1, 1, 0], [0, 1, 0], [-1, 0, 0]].map((dense, n) => ({ id: `p${n}`, dense, sparse: { indices: [1], values: [n + 1] } })));
    const count = async (search: Omit<Search, 'limit'>) => (await vectors.search(WEB, { ...search, limit: 10 })).length;
    expect(await count({ dense: [1, 0, 0], minScore: 0.7 })).toBe(2);
    expect(await count({ dense: [1, 0, 0], minScore: -0.5 })).toBe(3);
    expect(await count({ dense: [1, 0, 0], minScore: 1.5 })).toBe(0);
    expect(await count({ sparse: { indices: [1], values: [2] }, minScore: 6 })).toBe(2);
    expect(await count({ dense: [1, 0, 0], sparse: { indices: [1], values: [1] }, minScore: 0.0319 })).toBe(4);
    expect(await count({ dense: [1, 0, 0], sparse: { indices: [1], values: [1] }, minScore: 0.03201 })).toBe(2);
  });

  test('a search that cannot be is the caller\'s error', async () => {
    const vectors = opened();
    await vectors.ensureCollection({ ...DOCS, sparse: false });
    const wrong: readonly (readonly [Partial<Search>, string])[] = [
      [{ dense: undefined }, 'must have'], [{ limit: 0 }, 'limit'], [{ limit: 1_001 }, 'limit'], [{ offset: -1 }, 'offset'], [{ minScore: NaN }, 'minScore'], [{ dense: [1, 2] }, 'has 2 numbers'],
      [{ dense: [1, 2, NaN] }, 'dense.2 is NaN'], [{ sparse: { indices: [1], values: [1] } }, 'without sparse vectors'], [{ sparse: { indices: [1], values: [1] }, limit: 150, offset: 51 }, 'at most 200'],
    ];
    for (const [change, said] of wrong) {
      await expect(vectors.search(WEB, { dense: [1, 0, 0], limit: 1, ...change })).rejects.toMatchObject({ code: 'invalid_request', kind: 'user', message: expect.stringContaining(said) });
    }
    await expect(vectors.upsert(WEB, [{ id: 'a', sparse: { indices: [1], values: [1] } }])).rejects.toMatchObject({ code: 'invalid_request' });
  });
}
