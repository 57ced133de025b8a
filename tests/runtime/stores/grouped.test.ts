import { expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { grouped } from '../../../agent-runtime/src/stores/postgres/grouped.ts';

/** Work that is done when the test says so. */
function stage() {
  const groups: (readonly string[])[] = [];
  const under: PromiseWithResolvers<void>[] = [];
  const call = grouped<string, string>(async (items) => {
    groups.push(items);
    const gate = Promise.withResolvers<void>();
    under.push(gate);
    await gate.promise;
    return items.map((item) => item.toUpperCase());
  }, { keyOf: (item) => item, sizeOf: (item) => item.length * 1_000 });
  const begun = async (count: number) => {
    while (groups.length < count) await new Promise(setImmediate);
  };
  return { call, groups, under, begun };
}

test('what comes at once goes together, and each gets its own answer', async () => {
  const { call, groups, under, begun } = stage();
  const answers = Promise.all(['a', 'b', 'c'].map(call));
  await begun(1);
  under[0]!.resolve();
  expect(await answers).toEqual(['A', 'B', 'C']);
  expect(groups).toEqual([['a', 'b', 'c']]);
});

test('what comes while groups are under way is gathered until one of them has ended', async () => {
  const { call, groups, under, begun } = stage();
  const all = [call('a')];
  await begun(1);
  all.push(call('b'));
  await begun(2);
  for (const item of ['c', 'd', 'e']) {
    all.push(call(item));
    await new Promise(setImmediate);
  }
  expect(groups).toEqual([['a'], ['b']]);
  under[0]!.resolve();
  await begun(3);
  expect(groups[2]).toEqual(['c', 'd', 'e']);
  under.forEach(({ resolve }) => resolve());
  expect(await Promise.all(all)).toEqual(['A', 'B', 'C', 'D', 'E']);
});

test('groups that take long hold up no others', async () => {
  const { call, under, begun } = stage();
  const all: Promise<string>[] = [];
  for (let count = 1; count <= 5; count += 1) {
    all.push(call(`${count}`));
    await begun(count); // the third one only when the first ones are no longer waited for
  }
  under.forEach(({ resolve }) => resolve());
  expect(await Promise.all(all)).toEqual(['1', '2', '3', '4', '5']);
});

test('calls of one key are in different groups, and a group is not larger than a statement may be', async () => {
  const { call, groups, under, begun } = stage();
  const large = 'x'.repeat(600);
  const all = Promise.all([call('a'), call('a'), call(large), call(`${large}y`), call('b')]);
  await begun(2);
  expect(groups).toEqual([['a', large, 'b'], ['a', `${large}y`]]);
  under.forEach(({ resolve }) => resolve());
  expect(await all).toHaveLength(5);
});

test('one that cannot be done does not harm those that came with it', async () => {
  const groups: (readonly number[])[] = [];
  const call = grouped<number, number>(async (items) => {
    groups.push(items);
    if (items.includes(2)) throw new Error('not two');
    return items.map((item) => item * 10);
  }, { keyOf: String });
  const outcomes = await Promise.allSettled([1, 2, 3].map(call));
  expect(outcomes.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([10, 'not two', 30]);
  expect(groups).toEqual([[1, 2, 3], [1], [2], [3]]);
});

test('while the store is away a group fails as it is', async () => {
  const groups: (readonly number[])[] = [];
  const call = grouped<number, number>(async (items) => {
    groups.push(items);
    throw new AiosError('store_unavailable', 'away', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) });
  }, { keyOf: String });
  expect((await Promise.allSettled([1, 2].map(call))).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(groups).toEqual([[1, 2]]);
});
