import { expect, test } from '@jest/globals';
import { answer } from './memory-context.ts';
import { addedFile, reviewDiff, shown } from './review-change.ts';

const lines = (count: number, name = 'value') => Array.from({ length: count }, (_, index) => `const ${name}${index} = compute('some text', ${index});`);

test('a diff of 50,000 lines is reviewed within its calls, in bounded time, and says what was not', async () => {
  const before = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  const diff = addedFile('src/huge.ts', lines(30_000)) + addedFile('src/more.ts', lines(19_990, 'other'));
  const { result, context } = await reviewDiff(diff, () => answer());
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
  expect(context.asked).toHaveLength(12);
  expect(result.coverage).toMatchObject({ complete: false, hunksTotal: 2, hunksReviewed: 0 });
  expect(result.coverage.files.map((file) => file.status)).toEqual(['partly_reviewed', 'skipped']);
  expect(result.coverage.files[0]!.skippedHunks[0]!.reason).toMatch(/^\d+ of its 30000 lines were not reviewed: the change is too big/);
  expect(result.verdict).toBe('comment');
}, 60_000);

test('each line of what fits is shown exactly once over all parts', async () => {
  const { result, context } = await reviewDiff(addedFile('src/a.ts', lines(2_000)) + addedFile('src/b.ts', lines(300, 'other')), () => answer());
  expect(context.asked.length).toBeGreaterThan(1);
  const all = context.asked.map((_, index) => shown(context, index)).join('\n');
  expect([...all.matchAll(/ \+ const (\w+) /g)].map((match) => match[1])).toEqual([
    ...lines(2_000).map((_, index) => `value${index}`), ...lines(300).map((_, index) => `other${index}`),
  ]);
  expect(result.coverage).toMatchObject({ complete: true, hunksTotal: 2, hunksReviewed: 2 });
  expect(shown(context, 0)).toContain('This is part 1 of');
});

test('code comes before configuration, tests and texts', async () => {
  const paths = ['README.md', 'tests/a.test.ts', 'tsconfig.json', 'src/a.ts', '.github/workflows/ci.yml'];
  const { context } = await reviewDiff(paths.map((path) => addedFile(path, ['x'])).join(''), () => answer());
  expect([...shown(context).matchAll(/<file path="([^"]+)">/g)].map((match) => match[1]))
    .toEqual(['src/a.ts', '.github/workflows/ci.yml', 'tsconfig.json', 'tests/a.test.ts', 'README.md']);
});

test('a finding in a part of a giant hunk is tied to its line', async () => {
  const { result } = await reviewDiff(addedFile('src/a.ts', lines(2_000)), (_request, step) => (
    answer(step.endsWith('part-2') ? [{ startLine: 1_900, endLine: 1_901 }] : [])));
  expect(result.findings).toMatchObject([{ startLine: 1_900, endLine: 1_901 }]);
});

test('long runs without a break do not stall the counting', async () => {
  const startedAt = performance.now();
  const { result } = await reviewDiff(addedFile('src/a.ts', Array.from({ length: 400 }, () => '='.repeat(900))), () => answer());
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  expect(result.coverage.files[0]!.hunksTotal).toBe(1);
}, 30_000);

test('a diff of 5,000 files lets other work through while it is reviewed', async () => {
  let turns = 0;
  let over = false;
  const count = (): void => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const diff = Array.from({ length: 5_000 }, (_, index) => `--- a/src/${index}.ts\n+++ b/src/${index}.ts\n@@ -1 +1 @@\n-old(${index});\n+now(${index});\n`);
  const { result } = await reviewDiff(diff.join(''), () => answer());
  over = true;
  expect(result.coverage.files).toHaveLength(5_000);
  expect(turns).toBeGreaterThan(5_000);
}, 60_000);
