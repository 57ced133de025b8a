import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Filter, Payload, Vectors } from '../../agent-runtime/src/stores/vectors/vectors.ts';
import { DOCS, point, WEB } from './vectors-cases.ts';

/** The port's words about filters, as plainly as they can be written. */
function holds(filter: Filter, payload: Payload): boolean {
  if ('and' in filter) return filter.and.every((part) => holds(part, payload));
  if ('or' in filter) return filter.or.some((part) => holds(part, payload));
  if ('not' in filter) return !holds(filter.not, payload);
  const value = filter.field.split('.').reduce<unknown>((inner, key) => (
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && Object.hasOwn(inner, key) ? (inner as Payload)[key] : undefined), payload);
  if ('exists' in filter) return filter.exists !== (value === undefined || value === null || (Array.isArray(value) && value.length === 0));
  const elements: readonly unknown[] = Array.isArray(value) ? value : [value];
  if ('equals' in filter) return elements.includes(filter.equals);
  if ('anyOf' in filter) return filter.anyOf.some((wanted) => elements.includes(wanted));
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = filter.range;
  return elements.some((element) => typeof element === 'number' && element > gt && element >= gte && element < lt && element <= lte);
}

/** From few values, so that conditions often hold. */
const FIELDS = ['a', 'b-c', 'd_1', 'a.b-c', 'b-c.a.d_1', '0'];
const plain = fc.oneof(fc.constantFrom('', 'x', 'X', '1', 'true', 'é', "it's", 'a\u0000b'), fc.constantFrom(0, 1, -1, 1.5, 2, 1e15, 1e21, 2 ** 53, 0.1, -0.25), fc.boolean());
const value = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, plain, fc.constant(null), fc.array(fc.oneof(plain, fc.constant(null), tie('value')), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b-c', 'd_1', '0', 'other.key'), tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));
const payloads = fc.uniqueArray(value.object as fc.Arbitrary<Payload>, { minLength: 1, maxLength: 12, selector: (payload) => JSON.stringify(payload) });
const field = fc.constantFrom(...FIELDS);
const bound = fc.constantFrom(-1, 0, 1, 1.5, 2, 1e15, 1e21, 2 ** 53);
const filters = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof({ maxDepth: 3 },
    fc.record({ field, equals: plain }),
    fc.record({ field, anyOf: fc.array(plain, { minLength: 1, maxLength: 4 }) }),
    fc.record({ field, range: fc.record({ gt: bound, gte: bound, lt: bound, lte: bound }, { requiredKeys: [] }).filter((bounds) => Object.keys(bounds).length > 0) }),
    fc.record({ field, exists: fc.boolean() }),
    fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
})).filter;

export function describeVectorFilters(opened: () => Vectors): void {
  test('filters hold for what the port says, on any payloads', async () => {
    const vectors = opened();
    await vectors.ensureCollection(DOCS);
    let run = 0;
    await fc.assert(fc.asyncProperty(payloads, fc.array(filters, { minLength: 1, maxLength: 12 }), async (stored, wanted) => {
      const place = { ...WEB, tenant: `tenant-${run++}` };
      await vectors.upsert(place, stored.map((payload, index) => point(String(index), [1, index, 0], payload)));
      for (const filter of wanted) {
        const found = (await vectors.list(place, { filter, limit: 100 })).points.map(({ id }) => Number(id)).sort((a, b) => a - b);
        const expected = stored.flatMap((payload, index) => (holds(filter, JSON.parse(JSON.stringify(payload)) as Payload) ? [index] : []));
        expect({ filter, found }).toEqual({ filter, found: expected });
        expect(await vectors.count(place, filter)).toBe(expected.length);
      }
    }), { numRuns: 60, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: true });
  });

  test('a filter that is none of the port\'s is the caller\'s error', async () => {
    const vectors = opened();
    await vectors.ensureCollection(DOCS);
    const wrong: readonly (readonly [unknown, string])[] = [
      [{ field: 'a"]; --', equals: 1 }, 'filter.field'], [{ field: '', exists: true }, 'filter.field'], [{ field: 'a..b', exists: true }, 'filter.field'], [{ field: 'a', equals: NaN }, 'filter.equals'],
      [{ field: 'a', equals: null }, 'filter.equals'], [{ field: 'a', anyOf: [] }, 'filter.anyOf'], [{ field: 'a', range: {} }, 'filter.range'], [{ field: 'a', range: { gt: Infinity } }, 'filter.range'],
      [{ and: [] }, 'filter.and'], [{ or: [{ not: { field: 'a' } }] }, 'filter.or.0.not'], [{ field: 'a', equals: '\udfff' }, 'filter.equals'],
    ];
    for (const [filter, where] of wrong) {
      const issue = { code: 'invalid_request', message: expect.stringContaining(where) };
      await expect(vectors.count(WEB, filter as Filter)).rejects.toMatchObject(issue);
      await expect(vectors.search(WEB, { dense: [1, 0, 0], limit: 1, filter: filter as Filter })).rejects.toMatchObject(issue);
      await expect(vectors.list(WEB, { limit: 1, filter: filter as Filter })).rejects.toMatchObject(issue);
      await expect(vectors.remove(WEB, { filter: filter as Filter })).rejects.toMatchObject(issue);
    }
  });
}
