import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import type { LocalWorkspacesOptions } from '../../../agent-runtime/src/workspace/local-options.ts';
import { createBench, failure, type Bench } from './bench.ts';
import { startGitServer, type GitServer } from './git-server.ts';
import type { TestRepository } from './test-repository.ts';

const TOKEN = 'ghp_AbCdEf0123456789secret';
const BASIC = Buffer.from(`x-access-token:${TOKEN}`).toString('base64');

let bench: Bench;
let repository: TestRepository;
let server: GitServer;

beforeEach(async () => {
  bench = createBench({ protocols: ['http'] });
  repository = bench.repository({ 'a.txt': 'x\n' });
  server = await startGitServer(repository.folder, TOKEN);
});
afterEach(async () => {
  await server.close();
  await bench.close();
});

const create = (password: string | null, options: Partial<LocalWorkspacesOptions> = {}, address = server.url) =>
  bench.another({ credential: () => (password === null ? null : { username: 'x-access-token', password }), ...options }).create({ taskId: 't', repository: address, revision: 'main' });

test('opens a private repository', async () => {
  const workspace = await create(TOKEN);
  expect((await workspace.read('a.txt')).text).toBe('x\n');
});

test('stands in no argument list of a process, in no file and in no other process than git\'s own', async () => {
  const held = server.holdNext();
  const creating = create(TOKEN);
  const release = await held;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const commandLines = processes.map((pid) => tryRead(`/proc/${pid}/cmdline`)).join('\n');
  const knowing = processes.filter((pid) => tryRead(`/proc/${pid}/environ`).includes(BASIC)).map((pid) => tryRead(`/proc/${pid}/comm`).trim());
  expect(commandLines).toContain(server.url);
  for (const secret of [TOKEN, BASIC]) expect(commandLines).not.toContain(secret);
  expect(knowing.length).toBeGreaterThan(0);
  for (const name of knowing) expect(name).toMatch(/^git/);
  release();
  await creating;
  expect(execFileSync('grep', ['-r', '-c', '-a', '', bench.folder]).toString()).toContain('config');
  for (const secret of [TOKEN, BASIC]) expect(() => execFileSync('grep', ['-r', '-l', '-a', '-F', secret, bench.folder])).toThrow();
});

test('that is wrong or missing is the caller\'s error, and is not told', async () => {
  const wrong = await failure(create('ghp_wrong_but_secret'));
  expect(wrong).toMatchObject({ code: 'repository_unauthorized', kind: 'user', message: expect.stringContaining('refused the configured token') });
  expect(await failure(create(null))).toMatchObject({ code: 'repository_unauthorized', kind: 'user', message: expect.stringContaining('needs a token') });
  server.answerWith(403);
  const forbidden = await failure(create(TOKEN));
  expect(forbidden).toMatchObject({ code: 'repository_unauthorized', kind: 'user' });
  for (const error of [wrong, forbidden]) expect(JSON.stringify([error.message, error])).not.toMatch(/ghp_|eC1hY2Nlc3/);
  expect(bench.copies()).toEqual([]);
});

test('opens no repository for somebody else: a commit that is here already is not given to who may not read it', async () => {
  const { commit } = await create(TOKEN);
  for (const other of ['ghp_other', null]) {
    const workspaces = bench.another({ credential: () => (other === null ? null : { username: 'x-access-token', password: other }) });
    expect(await failure(workspaces.create({ taskId: 't', repository: server.url, revision: commit }))).toMatchObject({ code: 'repository_unauthorized' });
  }
});

test('is sent to no other host: a redirect is not followed', async () => {
  const elsewhere = await startGitServer(repository.folder);
  server.answerWith(301, { location: `${elsewhere.url}/info/refs?service=git-upload-pack` });
  expect(await failure(create(TOKEN))).toMatchObject({ code: 'repository_not_found', kind: 'user', message: expect.stringContaining('present address') });
  expect(elsewhere.authorizations).toEqual([]);
  await elsewhere.close();
});

test('is asked for anew at each copy, so that one that was changed is used', async () => {
  await create(TOKEN);
  expect(await failure(create('ghp_old'))).toMatchObject({ code: 'repository_unauthorized' });
});

test.each([[500, 'operational', 'repository_unavailable'], [429, 'operational', 'repository_unavailable'], [404, 'user', 'repository_not_found']])('a server that answers %d', async (status, kind, code) => {
  server.answerWith(status);
  expect(await failure(create(TOKEN))).toMatchObject({ code, kind });
});

test('a server that is away or too slow is tried again', async () => {
  const address = server.url;
  expect(await failure(create(TOKEN, {}, address.replace(/:\d+/, ':1')))).toMatchObject({ code: 'repository_unavailable', kind: 'operational' });
  const held = server.holdNext();
  const slow = failure(create(TOKEN, { limits: { fetchTimeoutMs: 700 } }));
  await held;
  expect(await slow).toMatchObject({ code: 'repository_unavailable', kind: 'operational', message: expect.stringContaining('0.7 s') });
});

test('a fetch that is aborted ends git at once', async () => {
  const abort = new AbortController();
  const held = server.holdNext();
  const creating = bench.another({ credential: () => ({ username: 'x-access-token', password: TOKEN }) })
    .create({ taskId: 't', repository: server.url, revision: 'main', signal: abort.signal }).catch((error: unknown) => error);
  await held;
  const reason = new Error('cancelled');
  abort.abort(reason);
  expect(await creating).toBe(reason);
  expect(readdirSync('/proc').filter((pid) => tryRead(`/proc/${pid}/cmdline`).includes(server.url))).toEqual([]);
});

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
