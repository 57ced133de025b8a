import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createPostgresRecords } from '../../agent-runtime/src/stores/records/postgres.ts';
import type { Change, Records } from '../../agent-runtime/src/stores/records/records.ts';
import type { PostgresOptions } from '../../agent-runtime/src/stores/postgres/postgres-options.ts';
import { postgresMissing, startPostgres, type PostgresServer } from '../servers/start-postgres.ts';
import { newBatch, T } from './records-cases.ts';

const run = promisify(execFile);
const missing = postgresMissing();
const onPostgres = missing === null ? test : test.skip;

let server: PostgresServer;
const opened: Records[] = [];
const clients: pg.Client[] = [];
beforeAll(async () => { if (missing === null) server = await startPostgres(); });
afterEach(async () => {
  await Promise.all([...opened.splice(0).map((records) => records.close()), ...clients.splice(0).map((client) => client.end())]);
});
afterAll(async () => { await server?.stop(); });

async function open(options: Partial<PostgresOptions> = {}): Promise<Records> {
  const records = await createPostgresRecords({ url: server.url, ...options });
  opened.push(records);
  return records;
}

async function connect(url = server.url): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

/** Until it succeeds. */
async function eventually<Result>(work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const UNSHARE = 'unshare';

/** A small disk of its own needs the right to mount one. */
function tmpfsMissing(): string | null {
  const able = process.platform === 'linux' && process.getuid?.() === 0
    && spawnSync(UNSHARE, ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0;
  return able ? null : 'only root may mount a small disk';
}

const PASSWORD = 'correct-horse';

onPostgres.each([
  ['a port where nobody listens', (url: string) => url.replace(/:\d+\//, ':1/'), /ECONNREFUSED.*AIOS_POSTGRES_URL has its address/],
  ['a host that is not known', (url: string) => url.replace('127.0.0.1', 'nowhere.invalid'), /host name/],
  ['a wrong password', (url: string) => url.replace(PASSWORD, 'battery-staple'), /refuses the user aios.*correct the user and the password in AIOS_POSTGRES_URL/],
  ['an unknown database', (url: string) => url.replace(/\/postgres$/, '/nothere'), /CREATE DATABASE nothere OWNER aios/],
  ['a schema that is missing', (url: string) => `${url}?options=-c%20search_path%3Dnothere`, /CREATE SCHEMA/],
  ['TLS where the server has none', (url: string) => `${url}?sslmode=verify-full`, /TLS/],
  ['something else', () => 'mysql://root:hidden@localhost/x', /Write postgres:\/\//],
])('%s is an error that names the setting and says what to do, without the password', async (_name, change, says) => {
  const error = await createPostgresRecords({ url: change(server.url) }).then(() => null, (thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational', message: expect.stringMatching(says) });
  expect(error!.message).toContain('AIOS_POSTGRES_URL');
  expect(String(error!.message)).not.toMatch(/correct-horse|battery-staple|hidden/);
});

onPostgres('a server killed amid transactions loses nothing that was committed, and is used again once it is back', async () => {
  const records = await open();
  const accepted: string[] = [];
  const failures: unknown[] = [];
  let stop = false;
  const writers = Array.from({ length: 5 }, async (_, writer) => {
    for (let index = 0; !stop; index += 1) {
      const id = `k${writer}/${index}`;
      await records.batches.accept(newBatch(id), T).then(() => accepted.push(id), async (error: unknown) => {
        failures.push(error);
        await new Promise((resolve) => setTimeout(resolve, 5));
      });
    }
  });
  for (let round = 0; round < 2; round += 1) {
    const before = accepted.length;
    while (accepted.length < before + 30) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.kill();
    await expect(records.ping()).rejects.toMatchObject({ code: 'store_unavailable', kind: 'operational' });
    await server.start();
    await eventually(() => records.ping());
  }
  stop = true;
  await Promise.all(writers);
  expect(failures.length).toBeGreaterThan(0);
  for (const failure of failures) expect(failure).toMatchObject({ code: 'store_unavailable' });
  for (const id of accepted) expect(await records.batches.hasEnded(id)).toBe(false);
});

onPostgres('who watches is told to look again once the server is back, and hears of others', async () => {
  const [records, other] = [await open(), await open()];
  const changes: Change[] = [];
  let heard = Promise.withResolvers<void>();
  records.watch((change) => {
    changes.push(change);
    heard.resolve();
  });
  await heard.promise;
  changes.length = 0;
  heard = Promise.withResolvers();
  await server.kill();
  await server.start();
  await heard.promise;
  expect(changes).toEqual([{ type: 'elsewhere' }]);
  changes.length = 0;
  heard = Promise.withResolvers();
  await eventually(() => other.batches.accept(newBatch('watched'), T));
  await heard.promise;
  expect(changes).toEqual([{ type: 'task', taskId: 'watched/0' }, { type: 'task', taskId: 'watched/1' }]);
});

onPostgres('so many changes at once are told as one, and nothing is sent of what nobody did', async () => {
  const [records, other] = [await open(), await open()];
  const heard: Change[] = [];
  const ready = Promise.withResolvers<void>();
  const all = Promise.withResolvers<void>();
  records.watch((change) => {
    ready.resolve();
    heard.push(change);
    if (change.type === 'batch-ended') all.resolve();
  });
  await ready.promise;
  heard.length = 0;
  const tasks = Array.from({ length: 3_000 }, (_, index) => ({ ...newBatch('x').tasks[0]!, id: `many/a-rather-long-name-of-a-task/${index}` }));
  await other.batches.accept(newBatch('many', { tasks }), T);
  await other.batches.accept(newBatch('one', { tasks: tasks.slice(0, 1).map((task) => ({ ...task, id: 'one/0' })) }), T);
  await other.tasks.endQueued('one/0', { status: 'cancelled', error: { code: 'task_cancelled', kind: 'user', message: '' } }, T);
  await all.promise;
  expect(heard.length).toBeLessThan(20);
});

onPostgres('a pool whose connections are all held is an error, and serves again when they are free', async () => {
  const records = await open({ poolSize: 2, connectTimeoutMs: 300 });
  await records.batches.accept(newBatch('held'), T);
  const blocker = await connect();
  await blocker.query('BEGIN');
  await blocker.query(`SELECT 1 FROM tasks WHERE id LIKE 'held/%' FOR UPDATE`);
  const waiting = ['held/0', 'held/1'].map((id) => records.tasks.endQueued(id, { status: 'cancelled', error: { code: 'x', kind: 'user', message: '' } }, T));
  for (let held = 0; held < 2;) {
    const { rows } = await blocker.query<{ held: number }>(`SELECT count(*)::int AS held FROM pg_locks WHERE NOT granted`);
    held = rows[0]!.held;
  }
  await expect(records.ping()).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('larger pool') });
  await blocker.query('COMMIT');
  expect(await Promise.all(waiting)).toEqual([true, true]);
  await records.ping();
});

onPostgres('a statement that waits too long is given up, and the connection is used again', async () => {
  const records = await open({ poolSize: 1, statementTimeoutMs: 200 });
  await records.batches.accept(newBatch('slow'), T);
  const blocker = await connect();
  await blocker.query('BEGIN');
  await blocker.query(`SELECT 1 FROM tasks WHERE id = 'slow/0' FOR UPDATE`);
  const end = () => records.tasks.endQueued('slow/0', { status: 'cancelled', error: { code: 'x', kind: 'user', message: '' } }, T);
  await expect(end()).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('took too long') });
  await blocker.query('ROLLBACK');
  expect(await end()).toBe(true);
});

onPostgres('a server that does not answer any more is given up, and used again once it does', async () => {
  const records = await open({ statementTimeoutMs: 200, connectTimeoutMs: 300 });
  server.pause();
  await expect(records.ping()).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('in time') });
  await expect(records.ping()).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('in time') });
  server.resume();
  await eventually(() => records.ping());
});

(missing ?? tmpfsMissing() ? test.skip : test)('a full disk is an error, and the records serve again when there is space', async () => {
  const place = await mkdtemp(join(tmpdir(), 'aios-small-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0777', 'tmpfs', place]);
  try {
    const admin = await connect();
    await mkdir(join(place, 'space'));
    await run('chown', ['-R', 'postgres', join(place, 'space')]);
    await admin.query(`CREATE TABLESPACE small LOCATION '${join(place, 'space')}'`);
    await admin.query('CREATE DATABASE small TABLESPACE small');
    const records = await open({ url: server.url.replace(/postgres$/, 'small') });
    await records.batches.accept(newBatch('before'), T);
    await run('fallocate', ['-l', '1g', join(place, 'filler')]).catch(() => run('sh', ['-c', `cat /dev/zero > ${join(place, 'filler')} || true`]));
    let error: unknown;
    for (let index = 0; error === undefined; index += 1) {
      await records.batches.accept(newBatch(`full${index}`, { tasks: [{ ...newBatch('x').tasks[0]!, id: `full${index}`, input: { text: randomBytes(100_000).toString('hex') } }] }), T)
        .catch((thrown: unknown) => { error = thrown; });
    }
    expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational', message: expect.stringContaining('disk is full') });
    await rm(join(place, 'filler'));
    await records.batches.accept(newBatch('after'), T);
    await records.close();
    await admin.query('DROP DATABASE small WITH (FORCE)');
    await admin.query('DROP TABLESPACE small');
  } finally {
    await run('umount', ['-l', place]);
    await rm(place, { recursive: true });
  }
});

onPostgres('a server that takes no more connections says so', async () => {
  const client = await connect();
  await client.query(`CREATE ROLE few LOGIN PASSWORD 'few' CONNECTION LIMIT 0`);
  const url = server.url.replace(`aios:${PASSWORD}`, 'few:few');
  await expect(createPostgresRecords({ url })).rejects.toMatchObject({ code: 'store_unavailable', message: expect.stringContaining('max_connections') });
});

onPostgres('characters that Postgres cannot store are replaced, not refused', async () => {
  const records = await open();
  await records.batches.accept(newBatch('nul'), T);
  await records.tasks.endQueued('nul/0', { status: 'failed', error: { code: 'internal', kind: 'bug', message: 'a\0b\ud800' } }, T);
  expect((await records.tasks.find('nul/0'))!.error!.message).toBe('a\uFFFDb\uFFFD');
  await records.batches.accept(newBatch('nul2', { tasks: [{ ...newBatch('nul2').tasks[0]!, input: { text: 'a\0b\ud800' } }] }), T);
  const claim = await records.runs.claim('nul2/0', { owner: 'me', leaseUntil: T + 1 }, T);
  expect(claim).toMatchObject({ task: { input: { text: 'a\0b\ud800' } } });
});
