import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../../agent-runtime/src/workspace/workspace.ts';
import { createBench, failure, type Bench } from './bench.ts';
import type { TestRepository } from './test-repository.ts';

let bench: Bench;
let workspace: Workspace;
let root: string;
let repository: TestRepository;

const LINES = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);

beforeEach(async () => {
  bench = createBench({ limits: { fileBytes: 100_000 } });
  ({ workspace, root, repository } = await bench.copyOf({ 'a.txt': `${LINES.join('\n')}\n`, 'b.txt': 'b\n', 'c.txt': 'no end', 'windows.txt': 'one\r\ntwo\r\n', 'my file.txt': 'x\n', 'link': { link: 'b.txt' }, '.gitignore': 'ignored/\n*.log\n' }));
});
afterEach(() => bench.close());

const text = (path: string) => readFileSync(join(root, path), 'utf8');

describe('a patch', () => {
  test('that git made changes, creates, deletes, renames and makes executable', async () => {
    const base = repository.git('rev-parse', 'HEAD');
    repository.commit({
      'a.txt': `${LINES.map((line, index) => (index === 2 || index === 25 ? `${line}!` : line)).join('\n')}\n`, 'b.txt': null, 'new/ä b.txt': 'new\n', 'c.txt': 'no end at all', 'windows.txt': 'one\r\nTWO\r\nthree\n',
      'my file.txt': null, 'moved file.txt': 'x\n', 'tool.sh': { executable: '#!/bin/sh\n' },
    });
    const patch = repository.git('-c', 'core.quotePath=false', 'diff', '--find-renames', base, 'HEAD');
    const { files } = await workspace.applyPatch(`${patch}\n`);
    expect(files.map(({ path, change }) => `${change} ${path}`).sort()).toEqual(['changed a.txt', 'changed c.txt', 'changed windows.txt', 'created new/ä b.txt', 'created tool.sh', 'deleted b.txt', 'renamed moved file.txt']);
    expect((await workspace.diff()).text.trim()).toBe(patch);
    expect(statSync(join(root, 'tool.sh')).mode & 0o111).toBe(0o111);
  });

  test('keeps a moved program executable', async () => {
    const made = await bench.copyOf({ 'run.sh': { executable: '#!/bin/sh\necho run\n' }, 'other.sh': { executable: '#!/bin/sh\necho other one\n' } });
    await made.workspace.applyPatch('diff --git a/run.sh b/bin/run.sh\nsimilarity index 100%\nrename from run.sh\nrename to bin/run.sh\n'
      + 'diff --git a/other.sh b/bin/other.sh\nsimilarity index 60%\nrename from other.sh\nrename to bin/other.sh\nindex 1111111..2222222 100755\n--- a/other.sh\n+++ b/bin/other.sh\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-echo other one\n+echo other two\n');
    for (const path of ['bin/run.sh', 'bin/other.sh']) expect(statSync(join(made.root, path)).mode & 0o777).toBe(0o755);
  });

  test('fits where its lines have moved to', async () => {
    await workspace.write('a.txt', `first\nsecond\n${LINES.join('\n')}\n`);
    await workspace.applyPatch('--- a/a.txt\n+++ b/a.txt\n@@ -10,3 +10,3 @@\n line 10\n-line 11\n+eleven\n line 12\n');
    expect(text('a.txt')).toContain('line 10\neleven\nline 12');
  });

  test('that does not fit says which hunk of which file and changes nothing', async () => {
    const patch = '--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-b\n+B\n--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n-line 1\n+one\n line 2\n@@ -20,2 +20,2 @@\n-line twenty\n+20\n line 21\n';
    const error = await failure(workspace.applyPatch(patch));
    expect(error).toMatchObject({ code: 'edit_refused', kind: 'user' });
    expect(error.message).toContain('Hunk 2 of 2 (@@ -20,2 +20,2 @@) does not fit "a.txt"');
    expect((await workspace.diff()).files).toEqual([]);
  });

  test.each([
    ['is no patch', 'hello\n'],
    ['counts its lines wrong', '--- a/b.txt\n+++ b/b.txt\n@@ -1,9 +1,1 @@\n-b\n+B\n'],
    ['names no file', '@@ -1 +1 @@\n-b\n+B\n'],
    ['changes an absent file', '--- a/none.txt\n+++ b/none.txt\n@@ -1 +1 @@\n-b\n+B\n'],
    ['creates one that exists', '--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+B\n'],
    ['deletes half a file', '--- a/a.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-line 1\n'],
    ['makes a link', 'diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc/passwd\n\\ No newline at end of file\n'],
    ['makes a module', 'diff --git a/l b/l\nnew file mode 160000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+Subproject commit 0000000000000000000000000000000000000000\n'],
    ['is binary', 'diff --git a/b.txt b/b.txt\nindex 6178079..f2ad6c7 100644\nGIT binary patch\nliteral 2\nJcmZ>D&dvY;0000a\n\nliteral 2\nJcmZ>D&dvY;0000a\n'],
    ['changes a file twice', '--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-b\n+B\n--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-b\n+C\n'],
    ['creates a file and another below it', '--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+n\n--- /dev/null\n+++ b/n/m\n@@ -0,0 +1 @@\n+m\n'],
    ['creates a file twice by two spellings', '--- /dev/null\n+++ b/n/m\n@@ -0,0 +1 @@\n+n\n--- /dev/null\n+++ b/n/.//m\n@@ -0,0 +1 @@\n+m\n'],
  ])('that %s is refused', async (_, patch) => {
    expect(await failure(workspace.applyPatch(patch))).toMatchObject({ code: 'edit_refused' });
    expect((await workspace.diff()).files).toEqual([]);
  });

  test.each(['../outside.txt', '/etc/aios', '.git/hooks/post-checkout', 'x/../../y'])('that creates %j is refused', async (path) => {
    expect(await failure(workspace.applyPatch(`--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`))).toMatchObject({ code: 'workspace_file_refused' });
  });
});

describe('a diff', () => {
  test('shows what was changed by any hand, and not what is ignored', async () => {
    await workspace.edit('a.txt', { find: 'line 5\n', replace: 'five\n' });
    await workspace.write('new.txt', 'new\n');
    rmSync(join(root, 'b.txt'));
    chmodSync(join(root, 'c.txt'), 0o755);
    rmSync(join(root, 'link'));
    symlinkSync('a.txt', join(root, 'link'));
    mkdirSync(join(root, 'ignored'));
    writeFileSync(join(root, 'ignored/x'), 'x');
    writeFileSync(join(root, 'x.log'), 'x');
    mkdirSync(join(root, 'sub'));
    writeFileSync(join(root, 'sub/.gitignore'), '*\n!.gitignore\n!kept\n');
    writeFileSync(join(root, 'sub/kept'), 'kept\n');
    writeFileSync(join(root, 'sub/lost'), 'lost\n');
    const { text: shown, files, skipped, cut } = await workspace.diff();
    expect(files.map(({ path, change }) => `${change} ${path}`)).toEqual(['changed a.txt', 'deleted b.txt', 'changed c.txt', 'changed link', 'added new.txt', 'added sub/.gitignore', 'added sub/kept']);
    for (const part of ['-line 5\n+five\n', '+++ b/new.txt', 'deleted file mode 100644', 'old mode 100644\nnew mode 100755', '-b.txt\n\\ No newline at end of file\n+a.txt']) expect(shown).toContain(part);
    expect([skipped, cut]).toEqual([[], false]);
  });

  test('can be applied to the commit it was made from', async () => {
    await workspace.write('a.txt', 'other\n');
    await workspace.write('deep/er.txt', 'x');
    const { text: shown } = await workspace.diff();
    const other = await bench.workspaces.create({ taskId: 'u', repository: repository.url, revision: workspace.commit });
    await other.applyPatch(shown);
    expect((await other.diff()).text).toBe(shown);
  });

  test('does not take a link whose target is no UTF-8 for changed', async () => {
    symlinkSync(Buffer.from('caf\xe9', 'latin1'), join(repository.folder, 'latin'));
    const other = await bench.workspaces.create({ taskId: 'u', repository: repository.url, revision: repository.commit({}) });
    expect((await other.list()).entries).toContainEqual({ path: 'latin', type: 'link', target: 'caf\ufffd' });
    expect(await other.diff()).toEqual({ text: '', files: [], skipped: [], cut: false });
  });

  test('a file that became a folder, and a folder that became a file', async () => {
    rmSync(join(root, 'b.txt'));
    await workspace.write('b.txt/inside.txt', 'x\n');
    expect((await workspace.diff()).files).toEqual([{ path: 'b.txt', change: 'deleted' }, { path: 'b.txt/inside.txt', change: 'added' }]);
  });

  test('names what is too large or no plain file, and is cut at its limit', async () => {
    writeFileSync(join(root, 'large.txt'), 'x'.repeat(100_001));
    writeFileSync(join(root, 'medium.txt'), 'line\n'.repeat(10_000));
    const { text: shown, skipped, cut } = await workspace.diff({ maxBytes: 1_000 });
    expect(skipped).toEqual(['large.txt']);
    expect(cut).toBe(true);
    expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(1_000);
    expect(shown.endsWith('\n')).toBe(true);
  });

  test('git settings that were planted in the copy start nothing', async () => {
    const pwned = join(bench.folder, 'pwned');
    const config = `[core]\n\tfsmonitor = "touch ${pwned}; false"\n\thooksPath = .\n[diff]\n\texternal = "touch ${pwned}"\n[diff "x"]\n\ttextconv = "touch ${pwned}; cat"\n[filter "x"]\n\tclean = "touch ${pwned}; cat"\n`;
    for (const folder of ['.git', 'nested/.git', 'bare.git']) {
      for (const part of ['objects', 'refs', 'hooks', 'info']) mkdirSync(join(root, folder, part), { recursive: true });
      writeFileSync(join(root, folder, 'HEAD'), 'ref: refs/heads/main\n');
      writeFileSync(join(root, folder, 'config'), config);
    }
    writeFileSync(join(root, '.gitattributes'), '* filter=x diff=x\n');
    writeFileSync(join(root, 'nested/file'), 'x\n');
    await workspace.edit('a.txt', { find: 'line 5\n', replace: 'five\n' });
    const { files } = await workspace.diff();
    expect(files.map(({ path }) => path)).toEqual(['.gitattributes', 'a.txt', 'bare.git/HEAD', 'bare.git/config', 'nested/file']);
    await workspace.search({ pattern: 'five' });
    expect(() => statSync(pwned)).toThrow('ENOENT');
  });
});
