import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { rootFolder } from '../../../local/folders.mjs';
import { createRunningFile } from '../../../local/steps/running.mjs';

let folder: string;
const record = (pid: number, groupIds: number[]) => writeFileSync(path.join(folder, 'running.json'), JSON.stringify({ pid, groupIds }));
const sleeper = (...parameters: string[]) => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', ...parameters], { detached: true, stdio: 'ignore' });

beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'aios-running-')); });
afterEach(() => rmSync(folder, { recursive: true }));

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid!;
}

test('what a killed start left running is stopped', async () => {
  const left = sleeper(path.join(rootFolder, 'agent-runtime', 'dist', 'main.js'));
  const exit = once(left, 'exit');
  record(await endedProcess(), [left.pid!]);
  expect(await createRunningFile(folder).takeOver()).toBe(1);
  expect((await exit)[1]).toBe('SIGTERM');
});

test('each program left gets the whole time to end by itself', async () => {
  const slow = path.join(rootFolder, 'agent-runtime', 'dist', 'main.js');
  const script = "process.on('SIGTERM', () => setTimeout(() => process.exit(7), 300)); setInterval(() => {}, 1000); process.stdout.write('ready')";
  const left = [1, 2].map(() => spawn(process.execPath, ['-e', script, slow], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] }));
  const exits = left.map((child) => once(child, 'exit'));
  await Promise.all(left.map((child) => once(child.stdout, 'data')));
  record(await endedProcess(), left.map((child) => child.pid!));
  expect(await createRunningFile(folder).takeOver()).toBe(2);
  expect((await Promise.all(exits)).map(([code]) => code)).toEqual([7, 7]);
});

test('a start that still runs is not disturbed', async () => {
  const other = sleeper('local/up.mjs');
  record(other.pid!, []);
  await expect(createRunningFile(folder).takeOver()).rejects.toThrow(/it runs already/);
  const exit = once(other, 'exit');
  other.kill();
  await exit;
});

test('a foreign program that got the same id since is left alone', async () => {
  const foreign = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  record(await endedProcess(), [foreign.pid!]);
  expect(await createRunningFile(folder).takeOver()).toBe(0);
  const exit = once(foreign, 'exit');
  foreign.kill('SIGKILL');
  expect((await exit)[1]).toBe('SIGKILL');
});

test('nothing was left', async () => {
  const running = createRunningFile(folder);
  expect(await running.takeOver()).toBe(0);
  running.write([]);
  expect(await running.takeOver()).toBe(0);
  running.remove();
  expect(await running.takeOver()).toBe(0);
});
