import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../../agent-runtime/src/workspace/workspace.ts';
import { createBench, failure, type Bench } from './bench.ts';

let bench: Bench;
let workspace: Workspace;
let root: string;
let outside: string;

beforeAll(async () => {
  bench = createBench();
  ({ workspace, root } = await bench.copyOf({ 'a.txt': 'inside\n', 'folder/b.txt': 'b\n', 'near': { link: 'folder/b.txt' }, 'folder/up': { link: '../a.txt' } }));
});
afterAll(() => bench.close());

beforeEach(() => {
  outside = join(bench.folder, 'outside');
  rmSync(outside, { recursive: true, force: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.txt'), 'secret\n');
  rmSync(join(root, 'planted'), { recursive: true, force: true });
  mkdirSync(join(root, 'planted'));
});

const PATCH = (path: string) => `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-secret\n+stolen\n`;

/** Every operation that takes a path. */
const operations: [string, (path: string) => Promise<unknown>][] = [
  ['read', (path) => workspace.read(path)],
  ['write', (path) => workspace.write(path, 'stolen\n')],
  ['edit', (path) => workspace.edit(path, { find: 'secret', replace: 'stolen' })],
  ['remove', (path) => workspace.remove(path)],
  ['patch', (path) => workspace.applyPatch(PATCH(path))],
  ['keep', (path) => workspace.keep(path)],
  ['search', (path) => workspace.search({ pattern: 'secret', path })],
  ['list', (path) => workspace.list(path)],
  ['run', (path) => workspace.run(['true'], { folder: path })],
];

describe.each(operations)('%s', (name, operate) => {
  /** Refused, and nothing outside was touched. */
  async function mustBeRefused(path: string): Promise<void> {
    const before = statSync(outside).mtimeMs;
    expect(await failure(operate(path))).toMatchObject({ kind: name === 'keep' ? expect.any(String) : 'user', code: expect.stringMatching(/workspace_file_refused|not_found|internal|edit_refused/) });
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
    expect(statSync(outside).mtimeMs).toBe(before);
  }

  test.each(['../outside/secret.txt', '..', 'folder/../../bytes', '../git/config', '/etc/passwd', '/proc/self/environ', 'a\0.txt', 'folder/../../../outside/secret.txt', `${'x/'.repeat(3_000)}y`])(
    'does not leave the copy by %j', (path) => mustBeRefused(path.slice(0, 6_000)));

  test.each(['.git/config', '.GIT/config', 'folder/.git/hooks/x', '.git', 'git~1/x', '.git./x', '.g\u200cit/x'])('knows no %j', (path) => mustBeRefused(path));

  test('does not follow links out: absolute, relative, through a folder, in a chain', async () => {
    symlinkSync(join(outside, 'secret.txt'), join(root, 'planted/absolute'));
    symlinkSync('../../../../../outside/secret.txt', join(root, 'planted/relative'));
    symlinkSync(outside, join(root, 'planted/folder'));
    symlinkSync('folder', join(root, 'planted/chain'));
    symlinkSync('loop', join(root, 'planted/loop'));
    symlinkSync('/proc/self/root', join(root, 'planted/magic'));
    if (name === 'remove') {
      for (const path of ['absolute', 'folder', 'loop']) await workspace.remove(`planted/${path}`);
      expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
      await mustBeRefused(`planted/magic${outside}/secret.txt`);
      return;
    }
    for (const path of ['absolute', 'relative', 'folder/secret.txt', 'chain/secret.txt', 'loop', `magic${outside}/secret.txt`, 'folder']) await mustBeRefused(`planted/${path}`);
  });

  test('takes no hard link, whose other name may be anywhere', async () => {
    if (['list', 'run', 'remove'].includes(name)) return;
    linkSync(join(outside, 'secret.txt'), join(root, 'planted/hard'));
    if (name === 'search') {
      expect(await workspace.search({ pattern: 'secret', path: 'planted' })).toEqual({ matches: [], cut: false });
      return;
    }
    await mustBeRefused('planted/hard');
  });

  test('does not hang on a pipe, and takes no socket or device', async () => {
    execFileSync('mkfifo', [join(root, 'planted/pipe')]);
    if (process.getuid?.() === 0) execFileSync('mknod', [join(root, 'planted/device'), 'c', '1', '5']);
    for (const path of process.getuid?.() === 0 ? ['pipe', 'device'] : ['pipe']) {
      if (name === 'remove') await workspace.remove(`planted/${path}`);
      else if (name === 'search') expect((await workspace.search({ pattern: 'secret', path: 'planted' })).matches).toEqual([]);
      else await mustBeRefused(`planted/${path}`);
    }
  });
});

test('links inside the copy are followed', async () => {
  expect((await workspace.read('near')).text).toBe('b\n');
  expect((await workspace.read('folder/up')).text).toBe('inside\n');
  expect((await workspace.read('folder/../folder/./b.txt')).text).toBe('b\n');
  await workspace.edit('near', { find: 'b', replace: 'c' });
  expect(readFileSync(join(root, 'folder/b.txt'), 'utf8')).toBe('c\n');
  await workspace.write('folder/b.txt', 'b\n');
});

test('a listing names links, pipes and files as what they are, and follows none', async () => {
  symlinkSync('/etc', join(root, 'planted/etc'));
  execFileSync('mkfifo', [join(root, 'planted/pipe')]);
  mkdirSync(join(root, 'planted/.git'));
  writeFileSync(join(root, 'planted/.git/config'), '');
  expect((await workspace.list('planted', { depth: 5 })).entries).toEqual([
    { path: 'planted/etc', type: 'link', target: '/etc' },
    { path: 'planted/pipe', type: 'other' },
  ]);
});

test('a folder that is swapped for a link while files are read and written leads nowhere', async () => {
  const [real, link] = [join(root, 'planted/real'), join(root, 'planted/link')];
  mkdirSync(real);
  writeFileSync(join(real, 'secret.txt'), 'mine\n');
  symlinkSync(outside, link);
  const current = join(root, 'planted/current');
  renameSync(real, current);
  let swapping = true;
  let swaps = 0;
  const move = (from: string, to: string) => {
    // A write that found nothing here has made the folder.
    rmSync(to, { recursive: true, force: true });
    try {
      renameSync(from, to);
    } catch (error) {
      if (!['EISDIR', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code!)) throw error;
      move(from, to);
    }
  };
  const swap = async () => {
    while (swapping) {
      // Each way round: the name is now a folder, now a link out.
      move(current, real);
      move(link, current);
      await new Promise(setImmediate);
      move(current, link);
      move(real, current);
      swaps += 1;
      await new Promise(setImmediate);
    }
  };
  const swapper = swap();
  const seen: string[] = [];
  for (let round = 0; round < 300; round += 1) {
    await workspace.read('planted/current/secret.txt').then(({ text }) => seen.push(text), () => {});
    await workspace.write('planted/current/secret.txt', 'mine\n').catch(() => {});
    await workspace.write(`planted/current/${round}`, 'x').catch(() => {});
  }
  swapping = false;
  await swapper;
  expect(swaps).toBeGreaterThan(10);
  expect(new Set(seen)).toEqual(new Set(['mine\n']));
  expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret\n');
  expect(execFileSync('ls', [outside]).toString()).toBe('secret.txt\n');
});

test('a write takes a new file\'s place and is not written through one that was opened before', async () => {
  await workspace.write('folder/open.txt', 'old\n');
  const inode = statSync(join(root, 'folder/open.txt')).ino;
  await workspace.write('folder/open.txt', 'new\n');
  expect(statSync(join(root, 'folder/open.txt')).ino).not.toBe(inode);
});

test('no handle is left open', async () => {
  const count = () => execFileSync('ls', [`/proc/${process.pid}/fd`]).toString().split('\n').length;
  await workspace.read('near');
  const before = count();
  for (let round = 0; round < 50; round += 1) {
    await workspace.read('near');
    await failure(workspace.read('folder/nothing/here'));
    await failure(workspace.read('../x'));
  }
  expect(count()).toBeLessThan(before + 10);
});
