import { describe, expect, test } from '@jest/globals';
import { answer } from './memory-context.ts';
import { addedFile, reviewDiff } from './review-change.ts';

const TWO_HUNKS = `diff --git a/src/a.ts b/src/a.ts
--- a/src/a.ts
+++ b/src/a.ts
@@ -10,5 +10,4 @@ function total() {
 ten
-eleven
-twelve
+eleven new
 thirteen
 fourteen
@@ -40,3 +39,4 @@
 forty
+added here
 forty-one
 forty-two
`;
const findingsFor = async (findings: readonly Record<string, unknown>[], diff = TWO_HUNKS) => (
  (await reviewDiff(diff, () => answer(findings))).result);

describe('a finding is tied to lines that GitHub takes', () => {
  test.each([
    ['as it is', { startLine: 11, endLine: 12 }, { side: 'RIGHT', startLine: 11, endLine: 12 }],
    ['with its ends the other way round', { startLine: 12, endLine: 11 }, { side: 'RIGHT', startLine: 11, endLine: 12 }],
    ['on deleted lines', { side: 'LEFT', startLine: 11, endLine: 12 }, { side: 'LEFT', startLine: 11, endLine: 12 }],
    ['clipped to the hunk it begins in', { startLine: 12, endLine: 20 }, { side: 'RIGHT', startLine: 12, endLine: 13 }],
    ['clipped to the hunk it ends in', { startLine: 30, endLine: 40 }, { side: 'RIGHT', startLine: 39, endLine: 40 }],
    ['clipped to the first of two hunks that it spans', { startLine: 12, endLine: 40 }, { side: 'RIGHT', startLine: 12, endLine: 13 }],
    ['unchanged lines go to the right side', { side: 'LEFT', startLine: 13, endLine: 13 }, { side: 'RIGHT', startLine: 12, endLine: 12 }],
    ['with the path as git prefixes it', { path: 'b/src/a.ts', startLine: 11, endLine: 11 }, { path: 'src/a.ts', startLine: 11 }],
  ])('%s', async (_how, given, expected) => {
    const result = await findingsFor([given]);
    expect(result.findings).toMatchObject([expected]);
  });

  test('on the other side where only that has the line, which it says', async () => {
    const result = await findingsFor([{ side: 'RIGHT', startLine: 14, endLine: 14 }]);
    expect(result.findings).toMatchObject([{ side: 'RIGHT', startLine: 13, endLine: 13 }]);
    expect((await findingsFor([{ side: 'RIGHT', startLine: 2, endLine: 2 }], '--- a/src/a.ts\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n')).findings)
      .toMatchObject([{ side: 'LEFT', startLine: 2, explanation: expect.stringContaining('named line 2 of the new file') }]);
  });

  test.each([
    ['a line outside the diff', { startLine: 500, endLine: 501 }, 'src/a.ts:500'],
    ['a file outside the diff', { path: 'src/other.ts' }, 'src/other.ts'],
    ['line 0', { startLine: 0, endLine: 0 }, 'names no line'],
    ['a fraction', { startLine: 11.5, endLine: 11.5 }, 'names no line'],
    ['all of the file', { startLine: 1, endLine: 10_000 }, 'src/a.ts:1'],
  ])('%s is a note instead, and withholds the approval', async (_what, given, told) => {
    const result = await findingsFor([given]);
    expect(result.findings).toEqual([]);
    expect(result.notes.join('\n')).toContain(told);
    expect(result.verdict).toBe('comment');
  });
});

test('a suggested change is kept only for exactly the lines it was written for', async () => {
  const suggestedChange = 'eleven newer';
  expect((await findingsFor([{ startLine: 11, endLine: 11, suggestedChange }])).findings[0]!.suggestedChange).toBe(suggestedChange);
  expect((await findingsFor([{ startLine: 12, endLine: 20, suggestedChange }])).findings[0]!.suggestedChange).toBeNull();
  expect((await findingsFor([{ side: 'LEFT', startLine: 11, endLine: 11, suggestedChange }])).findings[0]!.suggestedChange).toBeNull();
});

describe('the identity of a finding', () => {
  const idOf = async (finding: Record<string, unknown>, diff = TWO_HUNKS) => (await findingsFor([finding], diff)).findings[0]!.id;

  test('survives a reword and a shift of lines', async () => {
    const before = await idOf({ startLine: 40, endLine: 40 });
    const shifted = TWO_HUNKS.replace('@@ -40,3 +39,4 @@', '@@ -140,3 +139,4 @@').replace('+added here', '+  added   here');
    expect(await idOf({ startLine: 140, endLine: 140, title: 'Said otherwise', explanation: 'In other words.', severity: 'high' }, shifted)).toBe(before);
  });

  test('differs by category and by what the line says', async () => {
    const ids = await Promise.all([
      idOf({ startLine: 40, endLine: 40 }), idOf({ startLine: 40, endLine: 40, category: 'security' }), idOf({ startLine: 11, endLine: 11 }),
    ]);
    expect(new Set(ids).size).toBe(3);
  });
});

test('two findings of one category at one line are one that says both', async () => {
  const result = await findingsFor([
    { startLine: 11, endLine: 11, title: 'First', explanation: 'One.', severity: 'low' },
    { startLine: 11, endLine: 12, title: 'Second', explanation: 'Two.', severity: 'high', confidence: 0.8 },
  ]);
  expect(result.findings).toHaveLength(1);
  expect(result.findings[0]).toMatchObject({ title: 'Second', severity: 'high', confidence: 0.8 });
  expect(result.findings[0]!.explanation).toContain('First');
});

test('what an exact check and the model both found is one finding', async () => {
  const { result } = await reviewDiff(addedFile('src/a.ts', ['a();', 'debugger;']),
    () => answer([{ startLine: 1, endLine: 2, category: 'reliability', title: 'Remove the debugger', severity: 'low' }]));
  expect(result.findings).toMatchObject([{ source: 'check', startLine: 2, endLine: 2, severity: 'medium' }]);
});
