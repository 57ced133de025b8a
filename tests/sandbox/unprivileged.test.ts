import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createBench, type Bench } from '../runtime/workspace/bench.ts';
import { bubblewrapMissing } from './sandbox-missing.ts';

const missing = bubblewrapMissing();
const ROOT = new URL('../..', import.meta.url).pathname;
const USER = 60_700;

let bench: Bench;
beforeAll(() => { bench = createBench(); });
afterAll(() => bench.close());

/** Where another user can read them, what the process needs: the checkout itself may be closed to others. */
function copyRuntime(): string {
  const to = join(bench.folder, 'runtime');
  for (const path of ['agent-runtime/src/workspace', 'agent-runtime/src/errors.ts', 'agent-runtime/package.json', 'node_modules/diff']) {
    mkdirSync(join(to, path, '..'), { recursive: true });
    cpSync(join(ROOT, path), join(to, path), { recursive: true, dereference: true });
  }
  mkdirSync(join(to, 'tests/sandbox'), { recursive: true });
  copyFileSync(new URL('unprivileged-process.ts', import.meta.url), join(to, 'tests/sandbox/unprivileged-process.ts'));
  copyFileSync(process.execPath, join(to, 'node'));
  chmodSync(join(to, 'node'), 0o755);
  return to;
}

(missing === null ? test : test.skip)(`a runtime that is no root shuts off as well${missing === null ? '' : ` (${missing})`}`, async () => {
  const runtime = copyRuntime();
  const repository = bench.repository({ 'a.txt': 'inside\n', 'folder/b.txt': 'b\n' });
  const folder = join(bench.folder, 'of-a-user');
  mkdirSync(folder);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    chownSync(folder, USER, USER);
    execFileSync('chown', ['-R', String(USER), repository.folder]);
  }
  const child = spawn(join(runtime, 'node'), ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(runtime, 'tests/sandbox/unprivileged-process.ts'),
    join(runtime, 'agent-runtime/src/workspace/local.ts'), folder, repository.url], {
    ...isRoot && { uid: USER, gid: USER }, cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', THE_SECRET: 'SECRET-of-the-runtime' }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => { stdout += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const results = JSON.parse(stdout) as Record<string, unknown>;
  expect(results).toEqual({
    uid: isRoot ? USER : process.getuid?.(), works: 'inside\n', owner: '1000\n', outside: '', killed: '', forked: expect.any(String), bomb: 'time', memory: 'memory', temporary: 'memory', hidden: 0,
    diff: expect.objectContaining({ files: [{ path: 'made.txt', change: 'added' }], skipped: ['a.txt', 'folder/b.txt'] }),
  });
  expect(Number(results['forked'])).toBeGreaterThan(20);
  expect(Number(results['forked'])).toBeLessThan(40);
  expect(readdirSync(join(folder, 'copies'))).toEqual([]);
}, 60_000);
