import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../../agent-runtime/src/main.ts', import.meta.url));
const KEY = 'the-key-of-the-main-test';
const started: ChildProcess[] = [];
let folder: string;

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'aios-main-')); });
afterAll(() => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** The runtime as a process of its own, with nothing of this process's environment. */
function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], {
    env: { AIOS_API_KEYS: `main:${KEY}`, AIOS_PORT: '0', AIOS_DATA_DIR: join(folder, 'data'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const lines: Record<string, unknown>[] = [];
  const ready = new Promise<{ port: number; role: string }>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line);
      lines.push(entry);
      if (entry.event === 'ready') resolve(entry);
    });
  });
  const errors = text(child.stderr);
  const ended = once(child, 'close').then(async ([code]) => ({ code: code as number, errors: await errors, lines }));
  const endedEarly = async (): Promise<never> => { throw new Error(`It ended: ${(await ended).errors}`); };
  return { child, lines, ended, ready: () => Promise.race([ready, endedEarly()]) };
}

describe('the runtime as a process', () => {
  test('says when it is ready, answers, and stops in order on SIGTERM', async () => {
    const runtime = start({ AIOS_LOG_LEVEL: 'error' });
    const { port, role } = await runtime.ready();
    expect(role).toBe('all');
    const response = await fetch(`http://127.0.0.1:${port}/v1/tasks`, {
      method: 'POST', headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ agent: 'cto', operation: 'ask', input: { question: 'Why?' } }),
    });
    expect(response.status).toBe(202);
    runtime.child.kill('SIGTERM');
    const { code, errors, lines } = await runtime.ended;
    expect([code, errors]).toEqual([0, '']);
    expect(JSON.stringify(lines)).not.toContain(KEY);
  });

  test('keeps what it had accepted for its next life', async () => {
    const data = { AIOS_DATA_DIR: join(folder, 'kept') };
    const api = start({ ...data, AIOS_ROLE: 'api' });
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ agent: 'cto', operation: 'ask', input: { question: 'Why?' } });
    const accepted = await fetch(`http://127.0.0.1:${(await api.ready()).port}/v1/tasks`, { method: 'POST', headers, body });
    const { id } = await accepted.json() as { id: string };
    api.child.kill('SIGKILL');
    await api.ended;
    const all = start(data);
    const task = await fetch(`http://127.0.0.1:${(await all.ready()).port}/v1/tasks/${id}?waitMs=60000`, { headers });
    expect(await task.json()).toMatchObject({ id, status: 'succeeded' });
    all.child.kill('SIGINT');
    expect((await all.ended).code).toBe(0);
  });

  test('as a worker has health and metrics but no API', async () => {
    const worker = start({ AIOS_ROLE: 'worker', AIOS_API_KEYS: '', AIOS_DATA_DIR: join(folder, 'worker') });
    const { port } = await worker.ready();
    const statuses = await Promise.all(['/healthz', '/readyz', '/metrics', '/v1/tasks', '/docs'].map(
      async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status));
    expect(statuses).toEqual([200, 200, 200, 404, 404]);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);
  });

  test('warns of unknown variables', async () => {
    const runtime = start({ AIOS_CONCURENCY: '2', AIOS_DATA_DIR: join(folder, 'warned') });
    await runtime.ready();
    expect(runtime.lines).toContainEqual(expect.objectContaining({ event: 'config-warning', msg: expect.stringContaining('AIOS_CONCURENCY') }));
    runtime.child.kill('SIGTERM');
    await runtime.ended;
  });
});

describe('a start that cannot work ends with 2 and says what to do', () => {
  test('no API key', async () => {
    const { code, errors } = await start({ AIOS_API_KEYS: '' }).ended;
    expect(code).toBe(2);
    expect(errors).toContain('AIOS_API_KEYS is empty');
    expect(errors).toContain('AIOS_API_KEYS=n8n:<key>');
  });

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, errors } = await start({ AIOS_PORT: String(port), AIOS_DATA_DIR: join(folder, 'taken') }).ended;
    server.close();
    expect([code, errors]).toEqual([2, `The address 127.0.0.1:${port} is taken. Stop what listens there, or set AIOS_PORT to a free port.\n`]);
  });

  test('a data folder that is a file, or below one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const dataDir of [file, join(file, 'below')]) {
      const { code, errors } = await start({ AIOS_DATA_DIR: dataDir }).ended;
      expect([code, errors]).toEqual([2, `The data folder ${dataDir} is not a folder. Remove the file in its place, or set AIOS_DATA_DIR to another folder.\n`]);
    }
  });

  test('a database that is damaged', async () => {
    const data = join(folder, 'damaged');
    const runtime = start({ AIOS_DATA_DIR: data });
    await runtime.ready();
    runtime.child.kill('SIGTERM');
    await runtime.ended;
    writeFileSync(join(data, 'records.db'), 'not a database, but long enough to have a header of its own'.repeat(100));
    const { code, errors } = await start({ AIOS_DATA_DIR: data }).ended;
    expect([code, errors]).toEqual([2, expect.stringMatching(/^A database in .*damaged is damaged \(.+\)\. Restore the folder from a backup.+\n$/)]);
  });
});
