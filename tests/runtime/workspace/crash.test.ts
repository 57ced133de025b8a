import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createBench, type Bench } from './bench.ts';
import { startGitServer } from './git-server.ts';

const OWNER = fileURLToPath(new URL('owner-process.ts', import.meta.url));

let bench: Bench;
const started: ChildProcess[] = [];
beforeEach(() => { bench = createBench(); });
afterEach(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await bench.close();
});

function startProcess(url: string): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', OWNER, join(bench.folder, 'w'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  return child;
}

async function startOwner(url: string): Promise<ChildProcess> {
  const child = startProcess(url);
  await once(child.stdout!, 'data');
  return child;
}

/** Git at work in the bench's mirrors. */
const gits = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--git-dir=${bench.folder}/w/mirrors/`);
  } catch {
    return false;
  }
});

const owners = () => readdirSync(join(bench.folder, 'w/owners'));

test('what a killed process left is removed by the next one, and what a living one has stays', async () => {
  const { url } = bench.repository({ 'a.txt': 'x\n' });
  const [living, doomed] = [await startOwner(url), await startOwner(url)];
  expect(bench.copies()).toHaveLength(2);
  const killed = once(doomed, 'exit');
  doomed.kill('SIGKILL');
  await killed;
  const mine = await bench.workspaces.create({ taskId: 't', repository: url, revision: 'main' });
  expect(bench.copies()).toHaveLength(2);
  expect(owners()).toHaveLength(2);
  expect(await bench.workspaces.sweep()).toEqual({ removed: 0 });
  expect((await mine.read('a.txt')).text).toBe('x\n');
  const gone = once(living, 'exit');
  living.kill('SIGKILL');
  await gone;
  expect(await bench.workspaces.sweep()).toEqual({ removed: 1 });
  expect(bench.copies()).toHaveLength(1);
});

test('git that outlived a killed process is ended by the next one, which then fetches alone', async () => {
  const repository = bench.repository({ 'a.txt': 'x\n' });
  const server = await startGitServer(repository.folder);
  try {
    const waiting = server.holdNext();
    const doomed = startProcess(server.url);
    await waiting;
    expect(gits().length).toBeGreaterThan(0);
    const killed = once(doomed, 'exit');
    doomed.kill('SIGKILL');
    await killed;
    expect(gits().length).toBeGreaterThan(0);
    const mine = await bench.another({ protocols: ['http'] }).create({ taskId: 't', repository: server.url, revision: 'main' });
    expect(gits()).toEqual([]);
    expect((await mine.read('a.txt')).text).toBe('x\n');
  } finally {
    await server.close();
  }
});

test('a process that is stopped, not dead, keeps its copies however long', async () => {
  const { url } = bench.repository({ 'a.txt': 'x\n' });
  const paused = await startOwner(url);
  paused.kill('SIGSTOP');
  expect(await bench.workspaces.sweep()).toEqual({ removed: 0 });
  expect(bench.copies()).toHaveLength(1);
  const gone = once(paused, 'exit');
  paused.kill('SIGKILL');
  await gone;
});

test('many that sweep at once remove the same things once, and nobody\'s own', async () => {
  const { url } = bench.repository({ 'a.txt': 'x\n' });
  for (let count = 0; count < 3; count += 1) {
    const child = await startOwner(url);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  mkdirSync(join(bench.folder, 'w/copies/of-an-owner-without-a-lock.x'));
  const all = Array.from({ length: 4 }, () => bench.another());
  const made = await Promise.all(all.map((workspaces) => workspaces.create({ taskId: 't', repository: url, revision: 'main' })));
  await Promise.all(all.map((workspaces) => workspaces.sweep()));
  for (const workspace of made) expect((await workspace.read('a.txt')).text).toBe('x\n');
  expect(bench.copies()).toHaveLength(4);
});

test('a close removes the copies and the claim to them', async () => {
  await bench.copyOf({ 'a.txt': 'x\n' });
  await bench.workspaces.close();
  expect([bench.copies(), owners()]).toEqual([[], []]);
});
