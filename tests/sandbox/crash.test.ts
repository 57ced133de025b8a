import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBench, type Bench } from '../runtime/workspace/bench.ts';
import { insideWith } from './inside-with.ts';
import { bubblewrapMissing } from './sandbox-missing.ts';

const missing = bubblewrapMissing();
const OWNER = fileURLToPath(new URL('../runtime/workspace/owner-process.ts', import.meta.url));
const MARK = '304.75';

let bench: Bench;
beforeAll(() => { bench = createBench(); });
afterAll(() => bench.close());

const until = async (holds: () => boolean) => { while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 5); }); };

(missing === null ? test : test.skip)(`what runs in the sandbox dies with a runtime that is killed${missing === null ? '' : ` (${missing})`}`, async () => {
  const { url } = bench.repository({ 'a.txt': 'x\n' });
  const runtime = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', OWNER, join(bench.folder, 'w'), url, 'run'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(runtime.stdout, 'data');
  await until(() => insideWith(MARK).length >= 3);
  const killed = once(runtime, 'exit');
  runtime.kill('SIGKILL');
  await killed;
  await until(() => insideWith(MARK).length === 0);
  expect(await bench.workspaces.sweep()).toEqual({ removed: 0 });
  expect(bench.copies()).toEqual([]);
});
