import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { artifactLinks } from '../../agent-runtime/src/stores/artifacts/artifact-links.ts';
import type { Artifacts } from '../../agent-runtime/src/stores/artifacts/artifacts.ts';
import { createEmbeddedArtifacts, type EmbeddedArtifactsOptions } from '../../agent-runtime/src/stores/artifacts/embedded.ts';
import { memoryOfLargeContent } from './artifacts-memory.ts';

const DRIVER = new URL('../../agent-runtime/src/stores/artifacts/embedded.ts', import.meta.url).href;
const DAY_MS = 24 * 3_600_000;
const EXPIRY = { rules: [{ prefix: 'tasks/', afterDays: 30 }, { prefix: 'tasks/short/', afterDays: 7 }], replacedAfterDays: 3 };

let folder: string;
let stores: Artifacts[];
const open = (options: Partial<EmbeddedArtifactsOptions> = {}) => {
  const store = createEmbeddedArtifacts({ folder, expiry: EXPIRY, links: null, ...options });
  stores.push(store);
  return store;
};
/** Paths of the contents that are there, unfinished ones too. */
const contents = async () => {
  const entries = await readdir(join(folder, 'artifacts'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-artifacts-'));
  stores = [];
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await rm(folder, { recursive: true });
});

test('the contents are the owner\'s alone', async () => {
  const artifacts = open();
  await artifacts.put('a', Buffer.from('secret'));
  const [file] = await contents();
  const modes = await Promise.all([join(folder, 'artifacts.db'), join(folder, 'artifacts'), join(file!, '..'), file!].map(async (path) => (await stat(path)).mode & 0o777));
  expect(modes).toEqual([0o600, 0o700, 0o700, 0o600]);
});

test('a key with a single quote is like any other', async () => {
  const artifacts = open();
  await artifacts.put("it's", Buffer.from('x'));
  expect(await artifacts.versions("it's")).toHaveLength(1);
  expect((await artifacts.list("it'")).artifacts).toMatchObject([{ key: "it's" }]);
});

test('writers that are killed at any moment leave whole versions, and nothing else after the sweep', async () => {
  const program = `
    const { Readable } = await import('node:stream');
    const { createEmbeddedArtifacts } = await import(${JSON.stringify(DRIVER)});
    const artifacts = createEmbeddedArtifacts(${JSON.stringify({ folder, expiry: EXPIRY, links: null })});
    console.log('ready');
    for (;;) await artifacts.put('a', Readable.from(Array.from({ length: 20 }, () => Buffer.alloc(10_000, 'x'))));`;
  for (let round = 0; round < 6; round += 1) {
    const writers = [0, 1].map(() => spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] }));
    await Promise.all(writers.map((writer) => once(writer.stdout, 'data')));
    const target = (await contents()).length + 5;
    while ((await contents()).length < target);
    for (const writer of writers) writer.kill('SIGKILL');
    await Promise.all(writers.map((writer) => once(writer, 'close')));
  }
  const artifacts = open();
  const versions = await artifacts.versions('a');
  expect(versions.length).toBeGreaterThan(0);
  for (const { version } of versions) expect(await buffer((await artifacts.get('a', { version })).content)).toHaveLength(200_000);
  const longAgo = new Date(Date.now() - 2 * DAY_MS);
  for (const path of await contents()) await utimes(path, longAgo, longAgo);
  await artifacts.sweep();
  expect(await contents()).toHaveLength((await artifacts.versions('a')).length);
  await artifacts.delete('a');
  expect(await contents()).toEqual([]);
}, 60_000);

test('the sweep leaves what a living writer is writing', async () => {
  const artifacts = open();
  const source = new Readable({ read: () => undefined });
  source.push(Buffer.from('half '));
  const stored = artifacts.put('a', source);
  while ((await contents()).length === 0);
  await open().sweep();
  source.push(Buffer.from('whole'));
  source.push(null);
  await stored;
  expect((await buffer((await artifacts.get('a')).content)).toString()).toBe('half whole');
});

test('a failed put leaves no file', async () => {
  const artifacts = open({ maxBytes: 10 });
  await expect(artifacts.put('a', Readable.from([Buffer.alloc(5), Buffer.alloc(6)]))).rejects.toMatchObject({ code: 'payload_too_large' });
  await artifacts.put('a', Buffer.from('x'), { ifAbsent: true });
  await expect(artifacts.put('a', Buffer.from('y'), { ifAbsent: true })).rejects.toMatchObject({ code: 'artifact_exists' });
  expect(await contents()).toHaveLength(1);
});

describe('what has expired', () => {
  const at = async (key: string, day: number) => {
    await open({ now: () => day * DAY_MS }).put(key, Buffer.from(`day ${day}`));
  };
  const keysOn = async (artifacts: Artifacts) => (await artifacts.list('')).artifacts.map(({ key }) => key);

  test('goes by the earliest rule that matches, with its file', async () => {
    for (const [key, day] of [['tasks/1', 0], ['tasks/short/1', 0], ['tasks/short/2', 5], ['kept', 0], ['Tasks/1', 0]] as const) await at(key, day);
    const artifacts = open();
    expect(await artifacts.sweep(7 * DAY_MS - 1)).toEqual({ removed: 0 });
    expect(await artifacts.sweep(7 * DAY_MS)).toEqual({ removed: 1 });
    expect(await keysOn(artifacts)).toEqual(['Tasks/1', 'kept', 'tasks/1', 'tasks/short/2']);
    expect(await artifacts.sweep(400 * DAY_MS)).toEqual({ removed: 2 });
    expect(await keysOn(artifacts)).toEqual(['Tasks/1', 'kept']);
    expect(await contents()).toHaveLength(2);
  });

  test('is a version that was replaced long ago, never the newest', async () => {
    for (const day of [0, 1, 10]) await at('kept', day);
    const artifacts = open();
    const left = async () => (await artifacts.versions('kept')).map(({ createdAt }) => createdAt / DAY_MS);
    expect(await artifacts.sweep(3 * DAY_MS)).toEqual({ removed: 0 });
    expect(await artifacts.sweep(4 * DAY_MS)).toEqual({ removed: 1 });
    expect(await left()).toEqual([10, 1]);
    await artifacts.sweep(400 * DAY_MS);
    expect(await left()).toEqual([10]);
  });
});

describe('a link', () => {
  const links = artifactLinks({ secret: 'a secret of the runtime', basePath: '/v1/artifacts' });
  const linkTo = async (now: number) => {
    const artifacts = open({ links, now: () => now });
    const { version } = await artifacts.put('tasks/1/report é.md', Buffer.from('x'));
    return { version, link: (await artifacts.link('tasks/1/report é.md', { expiresInMs: 60_000 }))! };
  };

  test('tells the version it is for until it expires', async () => {
    const { version, link } = await linkTo(1_000_000);
    expect(link).toEqual({ url: expect.stringMatching(/^\/v1\/artifacts\/[\w.-]+$/), expiresAt: 1_060_000 });
    expect(links.read(link.url, 1_059_999)).toEqual({ key: 'tasks/1/report é.md', version, fileName: 'report é.md', expiresAt: 1_060_000 });
    expect(links.read(link.url, 1_060_000)).toBeNull();
  });

  test('that was changed or signed by another is none', async () => {
    const { link } = await linkTo(0);
    const [head, signature] = link.url.split('.') as [string, string];
    const forged = Buffer.from(JSON.stringify(['other', 'x', 'x', 9e15])).toString('base64url');
    const others = artifactLinks({ secret: 'another', basePath: '/v1/artifacts' }).sign({ key: 'a', version: 'x', fileName: 'x', expiresAt: 9e15 });
    for (const url of [`/v1/artifacts/${forged}.${signature}`, `${head}.${signature.slice(0, -2)}`, `${head}.`, head, others, '/v1/artifacts/', '', `x${link.url}`]) expect(links.read(url, 0)).toBeNull();
  });

  test('is not given where the store has no way to make one', async () => {
    const artifacts = open();
    await artifacts.put('a', Buffer.from('x'));
    expect(await artifacts.link('a', { expiresInMs: 60_000 })).toBeNull();
  });
});

test('256 MiB pass through with a part of that in memory, however busy the machine is', async () => {
  expect(await memoryOfLargeContent(DRIVER, 'createEmbeddedArtifacts', { folder, expiry: EXPIRY, links: null }, 256)).toBeLessThan(64);
}, 60_000);

// A file system of 1 MiB, seen by the program alone, needs root.
(process.getuid?.() === 0 ? test : test.skip)('a full disk is a failure of the world that leaves nothing behind', async () => {
  const small = join(folder, 'small');
  await mkdir(small);
  const program = `
    const { createEmbeddedArtifacts } = await import(${JSON.stringify(DRIVER)});
    const { readdirSync } = await import('node:fs');
    const artifacts = createEmbeddedArtifacts(${JSON.stringify({ folder: small, expiry: EXPIRY, links: null })});
    await artifacts.put('a', Buffer.from('fits'));
    const error = await artifacts.put('a', Buffer.alloc(2 * 1024 * 1024)).catch((error) => error);
    const files = readdirSync(${JSON.stringify(join(small, 'artifacts'))}, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
    await artifacts.put('a', Buffer.from('fits again'));
    console.log(JSON.stringify({ code: error.code, kind: error.kind, message: error.message, files, versions: (await artifacts.versions('a')).length }));`;
  const script = join(folder, 'program.mjs');
  await writeFile(script, program);
  const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs -o size=1m none "$1" && exec "$2" --no-warnings "$3"', 'sh', small, process.execPath, script]);
  expect(JSON.parse(stdout)).toEqual({ code: 'store_unavailable', kind: 'operational', message: expect.stringContaining('ENOSPC'), files: 1, versions: 2 });
});

test('a folder that cannot be used says so', async () => {
  await writeFile(join(folder, 'file'), randomBytes(1));
  expect(() => open({ folder: join(folder, 'file') })).toThrow(expect.objectContaining({ code: 'store_unavailable', message: expect.stringContaining('AIOS_DATA_DIR') }));
});
