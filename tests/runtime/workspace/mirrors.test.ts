import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, readFileSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tryLock } from '../../../agent-runtime/src/workspace/host-lock.ts';
import { createBench, failure, type Bench } from './bench.ts';
import type { TestRepository } from './test-repository.ts';

let bench: Bench;
beforeEach(() => { bench = createBench(); });
afterEach(() => bench.close());

const mirrors = () => readdirSync(join(bench.folder, 'w/mirrors')).filter((name) => name.endsWith('.git')).map((name) => join(bench.folder, 'w/mirrors', name));
const packs = (mirror: string) => readdirSync(join(mirror, 'objects/pack')).map((name) => join(mirror, 'objects/pack', name));
const create = (repository: TestRepository, revision = 'main', workspaces = bench.workspaces) => workspaces.create({ taskId: 't', repository: repository.url, revision });

describe('a mirror', () => {
  test('is shared by processes that want the same at once, and holds no history', async () => {
    const repository = bench.repository({ 'a.txt': 'old-and-gone\n' });
    const old = repository.git('rev-parse', 'HEAD');
    repository.commit({ 'a.txt': 'new\n' });
    const made = await Promise.all([bench.workspaces, bench.another(), bench.another(), bench.another()].map((workspaces) => create(repository, 'main', workspaces)));
    for (const workspace of made) expect((await workspace.read('a.txt')).text).toBe('new\n');
    expect(mirrors()).toHaveLength(1);
    expect(readFileSync(join(mirrors()[0]!, 'shallow'), 'utf8')).not.toContain(old);
  });

  test('serves a commit that it has when the server is gone', async () => {
    const repository = bench.repository({ 'a.txt': 'x\n' });
    const { commit } = await create(repository);
    rmSync(repository.folder, { recursive: true });
    expect((await (await create(repository, commit)).read('a.txt')).text).toBe('x\n');
  });

  test.each<[string, (mirror: string) => void]>([
    ['has lost its packs', (mirror) => { for (const pack of packs(mirror)) rmSync(pack); }],
    ['has a pack cut short', (mirror) => { for (const pack of packs(mirror)) if (pack.endsWith('.pack')) overwrite(pack, (bytes) => bytes.subarray(0, bytes.length >> 1)); }],
    ['has a pack with wrong bytes', (mirror) => { for (const pack of packs(mirror)) if (pack.endsWith('.pack')) overwrite(pack, (bytes) => bytes.fill(0x55, 12, bytes.length - 20)); }],
    ['has an empty index of a pack', (mirror) => { for (const pack of packs(mirror)) if (pack.endsWith('.idx')) overwrite(pack, () => Buffer.alloc(0)); }],
    ['has a config that can\'t be read', (mirror) => writeFileSync(join(mirror, 'config'), '[core\n')],
    ['has lost its head', (mirror) => rmSync(join(mirror, 'HEAD'))],
    ['has a wrong head', (mirror) => truncateSync(join(mirror, 'HEAD'), 0)],
    ['has lost its objects', (mirror) => rmSync(join(mirror, 'objects'), { recursive: true })],
    ['was left locked by a git that was killed', (mirror) => writeFileSync(join(mirror, 'shallow.lock'), '')],
  ])('that %s is made anew', async (_, breakIt) => {
    const repository = bench.repository({ 'a.txt': 'x'.repeat(5_000), 'b.bin': Buffer.from(Array.from({ length: 4_000 }, (__, index) => (index * 7_919) % 251)) });
    const { commit } = await create(repository);
    breakIt(mirrors()[0]!);
    const moved = repository.commit({ 'c.txt': 'c\n' });
    for (const [revision, wanted] of [[commit, commit], ['main', moved]]) {
      const workspace = await create(repository, revision);
      expect(workspace.commit).toBe(wanted);
      expect((await workspace.read('a.txt')).text).toBe('x'.repeat(5_000));
      expect((await workspace.diff()).files).toEqual([]);
    }
  });

  test('that is over its limit with older commits is made anew with the wanted one; a commit over it is refused', async () => {
    const random = (seed: number) => Buffer.from(Array.from({ length: 150_000 }, (_, index) => ((index + 1) * (seed * 2_654_435_761 + index * index)) >>> 13 & 0xff));
    const repository = bench.repository({ 'a.bin': random(1) });
    const workspaces = bench.another({ limits: { mirrorBytes: 400_000 } });
    for (let seed = 2; seed < 6; seed += 1) {
      await create(repository, 'main', workspaces);
      repository.commit({ 'a.bin': random(seed) });
    }
    expect(packs(mirrors()[0]!).filter((pack) => pack.endsWith('.pack')).length).toBeLessThan(4);
    const small = bench.another({ limits: { mirrorBytes: 90_000 } });
    expect(await failure(create(repository, 'main', small))).toMatchObject({ code: 'workspace_too_large', kind: 'user' });
  });

  test('that was used least goes first when there is no room, and one that is being fetched into stays', async () => {
    const repositories = [1, 2, 3].map((number) => bench.repository({ 'a.bin': Buffer.alloc(200_000, number) }));
    const paths: string[] = [];
    for (const [index, repository] of repositories.entries()) {
      await (await create(repository)).close();
      const path = mirrors().find((mirror) => !paths.includes(mirror))!;
      paths.push(path);
      utimesSync(path, 1_000 + index, 1_000 + index);
    }
    const lock = tryLock(`${paths[0]!}.lock`)!;
    const tight = bench.another({ limits: { totalBytes: 1 } });
    await tight.sweep();
    expect(mirrors()).toEqual([paths[0]]);
    lock.release();
  });
});

function overwrite(file: string, change: (bytes: Buffer) => Buffer): void {
  const bytes = change(Buffer.from(readFileSync(file)));
  chmodSync(file, 0o600);
  // A new inode: the copies made before share the old one.
  rmSync(file);
  writeFileSync(file, bytes);
}
