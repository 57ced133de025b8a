import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
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

(missing === null ? test : test.skip)(`and what was only being started is ended by the next runtime${missing === null ? '' : ` (${missing})`}`, async () => {
  const { url } = bench.repository({ 'a.txt': 'x\n' });
  for (let round = 0; round < 12; round += 1) {
    const runtime = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', OWNER, join(bench.folder, 'w'), url, 'run'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(runtime.stdout, 'data');
    // From the moment that a bwrap is there, a little later each time.
    await until(() => bubblewraps(bench.folder) > 0);
    const at = performance.now() + round;
    while (performance.now() < at) await new Promise(setImmediate);
    const killed = once(runtime, 'exit');
    runtime.kill('SIGKILL');
    await killed;
    await bench.workspaces.sweep();
    expect(bubblewraps(bench.folder)).toBe(0);
  }
  expect(bench.copies()).toEqual([]);
}, 60_000);

/** Processes of bubblewrap that were told of a folder. */
const bubblewraps = (folder: string) => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
  try {
    return /^bwrap\0/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8')) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
  } catch {
    return false;
  }
}).length;
