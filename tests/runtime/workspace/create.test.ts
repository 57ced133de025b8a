import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBench, failure, type Bench } from './bench.ts';

let bench: Bench;
beforeEach(() => { bench = createBench(); });
afterEach(() => bench.close());

describe('a working copy', () => {
  test.each(['main', 'v1', 'refs/pull/7/head', 'feature/x'])('is made at %s', async (revision) => {
    const repository = bench.repository({ 'a.txt': 'one\n' });
    const commit = repository.commit({ 'a.txt': 'two\n' });
    repository.git('tag', '--annotate', '--message=v1', 'v1');
    repository.git('update-ref', 'refs/pull/7/head', commit);
    repository.git('branch', 'feature/x');
    const workspace = await bench.workspaces.create({ taskId: 't', repository: repository.url, revision });
    expect(workspace.commit).toBe(commit);
    expect((await workspace.read('a.txt')).text).toBe('two\n');
  });

  test('is made at any commit by its SHA, and each copy is its own', async () => {
    const repository = bench.repository({ 'a.txt': 'one\n' });
    const first = repository.git('rev-parse', 'HEAD');
    const second = repository.commit({ 'a.txt': 'two\n' });
    const [one, two, again] = await Promise.all([first, second, first].map((revision) => bench.workspaces.create({ taskId: 't', repository: repository.url, revision })));
    await again!.write('a.txt', 'mine\n');
    expect((await one!.read('a.txt')).text).toBe('one\n');
    expect((await two!.read('a.txt')).text).toBe('two\n');
    await one!.close();
    expect((await again!.read('a.txt')).text).toBe('mine\n');
  });

  test('sees a branch where it stands now, not where the mirror last saw it', async () => {
    const repository = bench.repository({ 'a.txt': 'one\n' });
    const create = () => bench.workspaces.create({ taskId: 't', repository: repository.url, revision: 'main' });
    await create();
    const moved = repository.commit({ 'a.txt': 'two\n' });
    expect((await create()).commit).toBe(moved);
  });

  test('holds bytes as the commit has them, whatever the repository\'s attributes ask for', async () => {
    const { workspace, root } = await bench.copyOf({
      '.gitattributes': '*.txt text eol=crlf\n*.secret filter=steal\n*.id ident\n', 'a.txt': 'x\ny\n', 'b.secret': 'clear\n', 'c.id': '$Id$\n', 'run.sh': { executable: '#!/bin/sh\n' },
    });
    for (const [path, text] of [['a.txt', 'x\ny\n'], ['b.secret', 'clear\n'], ['c.id', '$Id$\n']]) expect(readFileSync(join(root, path!), 'utf8')).toBe(text);
    expect((await workspace.diff()).files).toEqual([]);
  });

  test('has an empty folder in place of a submodule', async () => {
    const repository = bench.repository({ 'a.txt': 'x\n' });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${repository.git('rev-parse', 'HEAD')},lib`);
    mkdirSync(join(repository.folder, 'lib'));
    writeFileSync(join(repository.folder, '.gitmodules'), '[submodule "lib"]\n\tpath = lib\n\turl = --upload-pack=touch${IFS}/tmp/pwned\n');
    repository.git('add', '.gitmodules');
    repository.git('commit', '--quiet', '--message=module');
    const workspace = await bench.workspaces.create({ taskId: 't', repository: repository.url, revision: 'main' });
    expect((await workspace.list('', { depth: 2 })).entries.map(({ path, type }) => `${path} ${type}`)).toEqual(['.gitmodules file', 'a.txt file', 'lib folder']);
    expect((await workspace.diff()).files).toEqual([]);
  });

  test('is removed when its task ends, and refuses work from then on', async () => {
    const { workspace, root } = await bench.copyOf({ 'a.txt': 'x\n' });
    await workspace.close();
    await workspace.close();
    expect(existsSync(root)).toBe(false);
    expect(bench.copies()).toEqual([]);
    expect(await failure(workspace.read('a.txt'))).toMatchObject({ code: 'workspace_closed', kind: 'operational' });
  });

  test('keeps a file where it outlives the task', async () => {
    const kept = new Map<string, string>();
    const workspaces = bench.another({ keep: async (taskId, name, content) => { kept.set(`${taskId}/${name}`, Buffer.from(content).toString('hex')); } });
    const repository = bench.repository({ 'image.bin': Buffer.from([0, 255, 1]) });
    const workspace = await workspaces.create({ taskId: 'task-9', repository: repository.url, revision: 'main' });
    await workspace.keep('image.bin', 'shot.png');
    expect(Object.fromEntries(kept)).toEqual({ 'task-9/shot.png': '00ff01' });
    expect(await failure(workspace.keep('../../bytes'))).toMatchObject({ code: 'workspace_file_refused' });
  });
});

describe('what can\'t be made', () => {
  test('an absent branch, commit and repository are the caller\'s errors and leave nothing', async () => {
    const repository = bench.repository({ 'a.txt': 'x\n' });
    const create = (address: string, revision: string) => failure(bench.workspaces.create({ taskId: 't', repository: address, revision }));
    expect(await create(repository.url, 'nowhere')).toMatchObject({ code: 'commit_not_found', kind: 'user', message: expect.stringContaining('nowhere') });
    expect(await create(repository.url, '1'.repeat(40))).toMatchObject({ code: 'commit_not_found' });
    expect(await create(repository.url, repository.git('rev-parse', 'HEAD:a.txt'))).toMatchObject({ code: 'commit_not_found' });
    expect(await create('file:///nonexistent/acme.git', 'main')).toMatchObject({ code: 'repository_not_found', kind: 'user' });
    expect(bench.copies()).toEqual([]);
  });

  test('a folder of another user is not trusted, and it is said why', async () => {
    const repository = bench.repository({ 'a.txt': 'x\n' });
    if (process.getuid?.() !== 0) return;
    chownSync(repository.folder, 60_701, 60_701);
    chownSync(join(repository.folder, '.git'), 60_701, 60_701);
    expect(await failure(bench.workspaces.create({ taskId: 't', repository: repository.url, revision: 'main' }))).toMatchObject({ code: 'repository_unauthorized', kind: 'user', message: expect.stringContaining('chown') });
  });

  test.each(['--upload-pack=touch /tmp/aios-pwned', '-x', 'main:refs/heads/evil', '+main', '^main', 'HEAD~1', 'a..b', 'ma*n', 'x y', '', '@{-1}', '.hidden', 'a/.b', 'x.lock', '../x'])('the revision %j', async (revision) => {
    const repository = bench.repository({ 'a.txt': 'x\n' });
    expect(await failure(bench.workspaces.create({ taskId: 't', repository: repository.url, revision }))).toMatchObject({ code: 'invalid_request' });
  });

  test.each([
    'ext::sh -c touch% /tmp/aios-pwned', 'ssh://-oProxyCommand=touch/x', 'git@github.com:acme/shop.git', '--upload-pack=x', '/etc', 'http://example.com/x.git',
    'https://user:password@example.com/x.git', 'https://example.com/x.git?y', 'https://example.com/x.git#y', 'https://example.com/x\n.git', '',
  ])('the repository %j', async (repository) => {
    const workspaces = bench.another({ protocols: ['https'] });
    const error = await failure(workspaces.create({ taskId: 't', repository, revision: 'main' }));
    expect(error).toMatchObject({ code: 'invalid_request' });
    expect(error.message).not.toContain('password@');
  });

  test('a commit over the limits is refused before it is written', async () => {
    const repository = bench.repository({ 'big.bin': Buffer.alloc(300_000), 'a/1': '1', 'a/2': '2', 'a/3': '3' });
    const create = (limits: object) => failure(bench.another({ limits }).create({ taskId: 't', repository: repository.url, revision: 'main' }));
    expect(await create({ copyBytes: 200_000 })).toMatchObject({ code: 'workspace_too_large', kind: 'user' });
    expect(await create({ entries: 3 })).toMatchObject({ code: 'workspace_too_large' });
    expect(await create({ totalBytes: 200_000 })).toMatchObject({ code: 'workspace_full', kind: 'operational' });
  });

  test('a tree that unfolds into billions of files is refused while it is listed', async () => {
    const repository = bench.repository({ 'leaf/f': 'x' });
    let tree = repository.git('rev-parse', 'HEAD:leaf');
    for (let level = 0; level < 12; level += 1) {
      const lines = Array.from({ length: 10 }, (_, index) => `040000 tree ${tree}\td${index}`).join('\n');
      tree = repository.makeTree(`${lines}\n`);
    }
    repository.git('update-ref', 'refs/heads/bomb', repository.git('commit-tree', '-m', 'bomb', tree));
    expect(await failure(bench.workspaces.create({ taskId: 't', repository: repository.url, revision: 'bomb' }))).toMatchObject({ code: 'workspace_too_large' });
  });

  test('an aborted one leaves nothing', async () => {
    const repository = bench.repository({ 'a.txt': 'x\n' });
    const reason = new Error('enough');
    expect(await bench.workspaces.create({ taskId: 't', repository: repository.url, revision: 'main', signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)).toBe(reason);
    expect(bench.copies()).toEqual([]);
  });

  test('a folder that can\'t be used names itself', async () => {
    writeFileSync(join(bench.folder, 'file'), '');
    const repository = bench.repository({ 'a.txt': 'x\n' });
    const folder = join(bench.folder, 'file/below');
    expect(await failure(bench.another({ folder }).create({ taskId: 't', repository: repository.url, revision: 'main' })))
      .toMatchObject({ code: 'workspace_unavailable', message: expect.stringContaining(folder) });
  });
});
