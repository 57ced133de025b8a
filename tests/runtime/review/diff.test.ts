import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { AiosError } from '../../../agent-runtime/src/errors.ts';
import { parseDiff, parseHunks } from '../../../agent-runtime/src/review/diff.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/diffs/${name}`, import.meta.url), 'utf8');
const refusal = (text: string): AiosError => {
  try {
    parseDiff(text);
  } catch (error) {
    return error as AiosError;
  }
  throw new Error('the diff was taken');
};

describe('a diff by git', () => {
  const files = new Map(parseDiff(fixture('git-many-kinds.diff')).map((file) => [file.path, file]));

  test('shows every file under its path, quoted, with spaces and beyond ASCII', () => {
    expect([...files.keys()]).toEqual([
      'docs/größe.md', 'docs/with space.md', 'empty.txt', 'logo.png', 'q.sql', 'run.sh', 'src/added.ts', 'src/deleted.ts',
      'src/no-newline.txt', 'src/pure-moved.txt', 'src/renamed-to.txt', 'src/windows.txt',
    ]);
  });

  test('tells what happened to each file', () => {
    expect(files.get('src/added.ts')).toMatchObject({ status: 'added', previousPath: null });
    expect(files.get('src/deleted.ts')).toMatchObject({ status: 'removed', previousPath: null });
    expect(files.get('src/renamed-to.txt')).toMatchObject({ status: 'renamed', previousPath: 'src/renamed-from.txt' });
    expect(files.get('src/pure-moved.txt')).toMatchObject({ status: 'renamed', hunks: [], absence: { reason: expect.stringContaining('renamed') } });
    expect(files.get('logo.png')).toMatchObject({ hunks: [], absence: { reason: 'binary file', hidesLines: false } });
    expect(files.get('run.sh')).toMatchObject({ hunks: [], absence: { reason: 'only its mode changed' } });
    expect(files.get('empty.txt')).toMatchObject({ hunks: [], absence: { reason: 'empty file' } });
  });

  test('numbers the lines of both sides', () => {
    expect(files.get('src/renamed-to.txt')!.hunks[0]!.lines.map((line) => [line.kind, line.oldNumber, line.newNumber, line.text])).toEqual([
      ['context', 1, 1, 'line one'], ['context', 2, 2, 'line two'], ['deleted', 3, null, 'line three'], ['added', null, 3, 'line 3'],
      ['context', 4, 4, 'line four'], ['context', 5, 5, 'line five'],
    ]);
    expect(files.get('src/deleted.ts')!.hunks[0]!.lines.map((line) => line.oldNumber)).toEqual([1, 2, 3]);
    expect(files.get('src/added.ts')!.hunks[0]!.lines.map((line) => line.newNumber)).toEqual([1, 2, 3]);
  });

  test('keeps carriage returns, missing line ends and lines that look like file headers', () => {
    expect(files.get('src/windows.txt')!.hunks[0]!.lines.map((line) => line.text)).toEqual(['one\r', 'two\r', 'zwei\r', 'three\r']);
    expect(files.get('src/no-newline.txt')!.hunks[0]!.lines.map((line) => [line.text, line.endsWithoutNewline]))
      .toEqual([['no end', true], ['still no end', true]]);
    expect(files.get('q.sql')!.hunks[0]!.lines.map((line) => [line.kind, line.text]))
      .toEqual([['context', 'select 1;'], ['deleted', '-- a comment'], ['context', 'select 2;'], ['added', '++ odd']]);
  });
});

test.each([
  ['git-binary-patch.diff', ['logo.png']],
  ['git-no-prefix.diff', ['src/no-newline.txt', 'src/windows.txt']],
  ['format-patch.diff', ['docs/größe.md', 'docs/with space.md', 'src/added.ts']],
  ['plain-unified.diff', ['file.txt']],
])('%s is read', (name, paths) => {
  expect(parseDiff(fixture(name)).map((file) => file.path)).toEqual(paths);
});

test('a binary patch is a binary file', () => {
  expect(parseDiff(fixture('git-binary-patch.diff'))[0]).toMatchObject({ hunks: [], absence: { reason: 'binary file' } });
});

test('a whole diff with Windows line ends is read', () => {
  const [file] = parseDiff(fixture('plain-unified.diff').replaceAll('\n', '\r\n'));
  expect(file).toMatchObject({ path: 'file.txt', hunks: [{ header: '@@ -1,3 +1,3 @@' }] });
});

test("GitHub's patches without file headers are read, hunk headings included", () => {
  const hunks = parseHunks('@@ -10,2 +10,3 @@ function total() {\n a\n+b\n c\n@@ -30 +31 @@\n-x\n+y\n\\ No newline at end of file');
  expect(hunks.map((hunk) => hunk.header)).toEqual(['@@ -10,2 +10,3 @@ function total() {', '@@ -30 +31 @@']);
  expect(hunks[1]!.lines.map((line) => [line.kind, line.oldNumber, line.newNumber, line.endsWithoutNewline]))
    .toEqual([['deleted', 30, null, false], ['added', null, 31, true]]);
});

describe('a diff that cannot be read is refused with the line', () => {
  test.each([
    ['no diff at all', 'hello\nworld\n', 'Line 1'],
    ['a hunk without its file', '@@ -1 +1 @@\n-a\n+b\n', 'Line 1'],
    ['a hunk with fewer lines than promised', '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n-b\n', 'Line 3'],
    ['a hunk with more lines than promised', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+c\n', 'Line 3'],
    ['the combined diff of a merge', 'diff --cc x\nindex 1,2..3\n--- a/x\n+++ b/x\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n', 'Line 5'],
  ])('%s', (_what, text, line) => {
    const error = refusal(text);
    expect(error.code).toBe('diff_invalid');
    expect(error.message).toContain(line);
  });

  test('and without quoting it', () => {
    expect(refusal('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n*password=hunter2\n').message).not.toContain('hunter2');
  });
});
