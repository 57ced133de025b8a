import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../../agent-runtime/src/workspace/workspace.ts';
import { createBench, failure, type Bench } from './bench.ts';

let bench: Bench;
let workspace: Workspace;
let root: string;

const NUMBERS = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join('');

beforeAll(async () => {
  bench = createBench({ limits: { fileBytes: 400_000, copyBytes: 3_000_000 } });
  ({ workspace, root } = await bench.copyOf({
    'numbers.txt': NUMBERS, 'empty.txt': '', 'no-end.txt': 'a\nb', 'windows.txt': 'one\r\ntwo\r\n', 'binary.bin': Buffer.from([1, 0, 2]), 'latin.txt': Buffer.from([0x63, 0xe9]),
    'wide.txt': `${'x'.repeat(300_000)}\nend\n`, 'src/deep/er/x.ts': 'export const x = 1;\n', 'src/y.ts': 'export const Y = 2;\n', 'src/run.sh': { executable: 'echo\n' },
  }));
});
afterAll(() => bench.close());

describe('read', () => {
  test('answers with the asked lines and how many there are', async () => {
    expect(await workspace.read('numbers.txt', { first: 3, last: 4 })).toEqual({ text: 'line 3\nline 4\n', firstLine: 3, lastLine: 4, lines: 20, cut: false });
    expect(await workspace.read('numbers.txt', { first: 20, last: 99 })).toMatchObject({ text: 'line 20\n', lastLine: 20 });
    expect(await workspace.read('no-end.txt')).toMatchObject({ text: 'a\nb', lines: 2 });
    expect(await workspace.read('empty.txt')).toMatchObject({ text: '', lines: 0 });
    expect((await workspace.read('windows.txt')).text).toBe('one\r\ntwo\r\n');
  });

  test('cuts what is too long to answer at once, and says so', async () => {
    const { text, cut } = await workspace.read('wide.txt');
    expect(cut).toBe(true);
    expect(text.length).toBe(262_144);
    expect((await workspace.read('wide.txt', { first: 2 })).text).toBe('end\n');
  });

  test.each([['binary.bin', 'binary'], ['latin.txt', 'UTF-8'], ['src', 'folder']])('refuses %s as %s', async (path, why) => {
    expect(await failure(workspace.read(path))).toMatchObject({ code: 'workspace_file_refused', message: expect.stringContaining(why) });
  });

  test('refuses a file over the limit, an absent one and a wrong range', async () => {
    writeFileSync(join(root, 'huge.txt'), 'x'.repeat(400_001));
    expect(await failure(workspace.read('huge.txt'))).toMatchObject({ code: 'workspace_file_refused', message: expect.stringContaining('400,000') });
    expect(await failure(workspace.read('src/none/x'))).toMatchObject({ code: 'not_found' });
    for (const range of [{ first: 0 }, { first: 5, last: 4 }, { first: 1.5 }, { first: 21 }]) expect(await failure(workspace.read('numbers.txt', range))).toMatchObject({ code: 'invalid_request' });
  });
});

describe('list', () => {
  test('goes as deep as asked', async () => {
    const paths = async (depth: number) => (await workspace.list('src', { depth })).entries.map(({ path }) => path);
    expect(await paths(1)).toEqual(['src/deep', 'src/run.sh', 'src/y.ts']);
    expect(await paths(3)).toEqual(['src/deep', 'src/deep/er', 'src/deep/er/x.ts', 'src/run.sh', 'src/y.ts']);
    expect(await failure(workspace.list('src/y.ts'))).toMatchObject({ code: 'workspace_file_refused' });
    expect(await failure(workspace.list('nothing'))).toMatchObject({ code: 'not_found' });
  });
});

describe('search', () => {
  const found = async (query: Parameters<Workspace['search']>[0]) => (await workspace.search(query)).matches.map(({ path, line }) => `${path}:${line}`);

  test('finds literal text and regular expressions, by folder, file and glob', async () => {
    expect(await found({ pattern: 'export const' })).toEqual(['src/deep/er/x.ts:1', 'src/y.ts:1']);
    expect(await found({ pattern: 'const y', ignoreCase: true })).toEqual(['src/y.ts:1']);
    expect(await found({ pattern: '^line 1\\d$', regex: true })).toHaveLength(10);
    expect(await found({ pattern: '^two$', regex: true })).toEqual(['windows.txt:2']);
    expect(await found({ pattern: 'export', path: 'src/deep' })).toEqual(['src/deep/er/x.ts:1']);
    expect(await found({ pattern: 'export', path: 'src/y.ts' })).toEqual(['src/y.ts:1']);
    expect(await found({ pattern: 'export', glob: 'src/*.ts' })).toEqual(['src/y.ts:1']);
    expect(await found({ pattern: 'e', glob: '*.sh' })).toEqual(['src/run.sh:1']);
    expect(await found({ pattern: 'x = .' })).toEqual([]);
  });

  test('stops at its limit and cuts long lines', async () => {
    expect(await workspace.search({ pattern: 'line', limit: 5 })).toMatchObject({ cut: true, reason: 'matches', matches: { length: 5 } });
    expect((await workspace.search({ pattern: 'xxx', path: 'wide.txt' })).matches[0]!.text.length).toBeLessThan(310);
  });

  test('a regular expression that never ends is ended', async () => {
    writeFileSync(join(root, 'src/evil.txt'), `${'a'.repeat(60)}b\n`);
    const result = await workspace.search({ pattern: '^(a+)+$', regex: true, glob: 'evil.txt' });
    expect(result).toEqual({ matches: [], cut: true, reason: 'time' });
  });

  test('refuses what is no pattern', async () => {
    for (const query of [{ pattern: '(', regex: true }, { pattern: '' }, { pattern: 'a\nb' }, { pattern: 'x'.repeat(1_001) }]) {
      expect(await failure(workspace.search(query))).toMatchObject({ code: 'invalid_request' });
    }
  });
});

describe('edit and write', () => {
  test('replaces a text that stands there once, or all', async () => {
    await workspace.write('e.txt', 'a $& b\na\n');
    expect(await failure(workspace.edit('e.txt', { find: 'a', replace: 'c' }))).toMatchObject({ code: 'edit_refused', message: expect.stringContaining('2 times') });
    expect(await workspace.edit('e.txt', { find: 'a $& b', replace: '$1 $& $$' })).toEqual({ replacements: 1 });
    expect((await workspace.read('e.txt')).text).toBe('$1 $& $$\na\n');
    await workspace.write('e.txt', 'a a\n');
    expect(await workspace.edit('e.txt', { find: 'a', replace: 'b', all: true })).toEqual({ replacements: 2 });
  });

  test('says when only the line ends differ', async () => {
    expect(await failure(workspace.edit('windows.txt', { find: 'one\ntwo', replace: 'x' }))).toMatchObject({ code: 'edit_refused', message: expect.stringContaining('CRLF') });
    expect(await failure(workspace.edit('numbers.txt', { find: 'nowhere', replace: 'x' }))).toMatchObject({ code: 'edit_refused' });
    expect(await failure(workspace.edit('numbers.txt', { find: '', replace: 'x' }))).toMatchObject({ code: 'invalid_request' });
  });

  test('keeps a program executable and makes folders', async () => {
    await workspace.edit('src/run.sh', { find: 'echo', replace: 'date' });
    expect(statSync(join(root, 'src/run.sh')).mode & 0o111).toBe(0o111);
    await workspace.write('new/folders/here.txt', 'x');
    expect((await workspace.read('new/folders/here.txt')).text).toBe('x');
    expect(statSync(join(root, 'new/folders/here.txt')).uid).toBe(statSync(root).uid);
    expect(statSync(join(root, 'new')).uid).toBe(statSync(root).uid);
    await workspace.remove('new/folders/here.txt');
    expect(await failure(workspace.read('new/folders/here.txt'))).toMatchObject({ code: 'not_found' });
  });

  test('stays within the limits of a file and of the copy', async () => {
    expect(await failure(workspace.write('x.txt', 'x'.repeat(400_001)))).toMatchObject({ code: 'workspace_file_refused' });
    const fill = async () => { for (let index = 0; index < 10; index += 1) await workspace.write(`fill/${index}`, 'x'.repeat(390_000)); };
    expect(await failure(fill())).toMatchObject({ code: 'workspace_too_large', kind: 'user' });
  });
});
