import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CommandFailed, createProcesses } from '../../local/processes.mjs';

let folder: string;
const options = () => ({ cwd: folder, env: process.env, log: path.join(folder, 'out.log') });
const script = (text: string): string[] => [process.execPath, '-e', text];

beforeEach(() => { folder = mkdtempSync(path.join(tmpdir(), 'aios-processes-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a stop reaches grandchildren that ignore their parent', async () => {
  const processes = createProcesses();
  const seen = Promise.withResolvers<number>();
  const program = processes.start(script(`
    const child = require('child_process').spawn(process.execPath, ['-e', 'console.log(process.pid); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    setInterval(() => {}, 1000);
  `), { ...options(), onLine: (line: string) => seen.resolve(Number(line)) });
  const grandchild = await seen.promise;
  expect(isAlive(grandchild)).toBe(true);
  await processes.stopAll();
  expect(isAlive(grandchild)).toBe(false);
  expect(isAlive(program.pid)).toBe(false);
});

test('nothing starts once everything is being stopped', async () => {
  const processes = createProcesses();
  await processes.stopAll();
  expect(() => processes.start(script(''), options())).toThrow(/being stopped/);
});

test('a failed command tells its last lines and keeps them all in its log', async () => {
  const processes = createProcesses();
  const failure = await processes.run(script('for (let i = 0; i < 40; i += 1) console.log("line", i); process.exit(3)'), options()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommandFailed);
  expect((failure as CommandFailed).tail.at(-1)).toBe('line 39');
  expect(readFileSync(options().log, 'utf8')).toContain('line 0\n');
});

test('a command that does not exist fails like any other', async () => {
  await expect(createProcesses().run(['/no/such/program'], options())).rejects.toThrow(/127/);
});

test('who watches learns what runs', async () => {
  const changes: number[] = [];
  const processes = createProcesses({ onChange: (ids: readonly number[]) => changes.push(ids.length) });
  await processes.run(script(''), options());
  expect(changes).toEqual([1, 0]);
});
