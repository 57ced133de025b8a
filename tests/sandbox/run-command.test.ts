import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { startTestRuntime, type TestRuntime } from '../runtime/api/test-runtime.ts';
import { createBench, type Bench } from '../runtime/workspace/bench.ts';
import { bubblewrapMissing } from './sandbox-missing.ts';

const missing = bubblewrapMissing();

(missing === null ? describe : describe.skip)(`a command on a repository${missing === null ? '' : ` (${missing})`}`, () => {
  let runtime: TestRuntime;
  let bench: Bench;
  let repository: string;
  beforeAll(async () => {
    bench = createBench();
    repository = bench.repository({ 'a.txt': 'one\n', 'docs/b.txt': 'two\n' }).url;
    runtime = await startTestRuntime({ AIOS_WORKSPACE_PROTOCOLS: 'file', AIOS_WORKSPACE_DIR: join(bench.folder, 'of-the-runtime') });
  });
  afterAll(async () => {
    await runtime.stop();
    await bench.close();
  });

  async function run(input: object) {
    const { body } = await runtime.request('POST', '/v1/batches?waitMs=60000', {
      tasks: [{ agent: 'devops', operation: 'run-command', input: { repository, revision: 'main', ...input } }],
    });
    return body.tasks[0];
  }

  test('runs on a copy at the commit, and keeps its diff and the files asked for', async () => {
    const task = await run({ command: ['sh', '-c', 'cat a.txt; echo more >> a.txt; mkdir -p out; echo made > out/report.txt; echo wrong >&2; exit 3'], keep: ['out/report.txt', 'not-made.txt'] });
    expect(task).toMatchObject({
      status: 'succeeded', result: {
        commit: expect.stringMatching(/^[0-9a-f]{40}$/), exitCode: 3, stoppedBy: null, stdout: 'one\n', stderr: 'wrong\n',
        changedFiles: expect.arrayContaining(['a.txt', 'out/report.txt']), artifacts: ['changes.diff', 'out/report.txt'],
      },
    });
    const { body } = await runtime.request('GET', `/v1/tasks/${task.id}/artifacts`);
    expect(body.artifacts.map(({ name }: { name: string }) => name)).toEqual(['changes.diff', 'out/report.txt']);
    const opened = await runtime.app.inject(body.artifacts[1].url);
    expect(opened.body).toBe('made\n');
    expect((await runtime.app.inject(body.artifacts[0].url)).body).toContain('+more');
  });

  test('a patch is applied before, and one that does not fit is the caller’s to mend', async () => {
    const patch = '--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+changed\n';
    expect(await run({ patch, command: ['cat', 'a.txt'] })).toMatchObject({ status: 'succeeded', result: { stdout: 'changed\n', changedFiles: ['a.txt'] } });
    expect(await run({ patch: patch.replace('-one', '-other'), command: ['true'] })).toMatchObject({ status: 'failed', error: { code: 'edit_refused', kind: 'user' } });
  });

  test('a file that cannot be kept is said with its reason, and costs nothing of the result', async () => {
    const command = ['sh', '-c', 'echo made > report.txt; ln -s /etc/passwd link.txt; mkfifo pipe.txt; head -c 6000000 /dev/zero > large.txt'];
    const { status, result } = await run({ command, keep: ['link.txt', 'pipe.txt', 'large.txt', '../git/config', 'docs', 'report.txt', 'report.txt', './report.txt'] });
    expect([status, result.exitCode, result.artifacts]).toEqual(['succeeded', 0, ['changes.diff', 'report.txt']]);
    expect(result.notKept.map(({ path, reason }: { path: string; reason: string }) => `${path}: ${reason}`)).toEqual([
      expect.stringContaining('link.txt: "link.txt" is a link out'), expect.stringContaining('is no plain file'), expect.stringContaining('is over the 5,242,880 bytes'),
      expect.stringContaining('leads out'), expect.stringContaining('is a folder'), expect.stringContaining('has a segment'),
    ]);
    const { body } = await runtime.request('POST', '/v1/batches', { tasks: [{ agent: 'devops', operation: 'run-command', input: { repository, revision: 'main', command: ['true'], keep: ['changes.diff'] } }] });
    expect(body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('must not be changes.diff') });
  });

  test('the names of changed files are cut where they are many or long', async () => {
    const many = await run({ command: ['sh', '-c', 'seq 1200 | xargs touch'] });
    expect([many.result.changedFiles.length, many.result.moreChangedFiles]).toEqual([1_000, 200]);
    const deep = 'import os\nfor name in ["d" * 200] * 100: os.mkdir(name); os.chdir(name)\nfor name in range(10): open(str(name), "w")';
    const long = await run({ command: ['python3', '-c', deep] });
    expect([long.result.changedFiles.length, long.result.moreChangedFiles]).toEqual([4, 6]);
  });

  test('files that the diff has no room for are named, and it is said that it is not complete', async () => {
    const few = await run({ command: ['sh', '-c', 'echo made > report.txt'] });
    expect([few.result.changedFiles, few.result.diffComplete]).toEqual([['report.txt'], true]);
    const large = await run({ command: ['sh', '-c', 'echo made > report.txt; head -c 6000000 /dev/zero > large.bin'] });
    expect([large.result.changedFiles, large.result.diffComplete]).toEqual([['large.bin', 'report.txt'], false]);
    const cut = await run({ command: ['sh', '-c', 'yes | head -c 3000000 > long.txt; echo made > z.txt'] });
    expect([cut.result.changedFiles, cut.result.diffComplete]).toEqual([['long.txt', 'z.txt'], false]);
    const many = await run({ command: ['sh', '-c', 'seq 5200 | xargs touch'] });
    expect([many.result.moreChangedFiles, many.result.diffComplete]).toEqual([4_200, false]);
  });

  test('what is not there or not allowed is said, and nothing is left of any run', async () => {
    expect(await run({ revision: 'nothing', command: ['true'] })).toMatchObject({ status: 'failed', error: { code: 'commit_not_found' } });
    expect(await run({ repository: 'https://user:secret@127.0.0.1/x.git', command: ['true'] })).toMatchObject({ status: 'failed', error: { kind: 'user' } });
    expect(await run({ command: ['no-such-program'] })).toMatchObject({ status: 'succeeded', result: { exitCode: expect.any(Number) } });
    expect(await run({ command: ['sleep', '60'], timeoutMs: 1_000 })).toMatchObject({ status: 'succeeded', result: { exitCode: null, stoppedBy: 'time' } });
    const { body } = await runtime.request('GET', '/v1/workers');
    expect(body.workers[0].capabilities).toEqual({ sandbox: 'bubblewrap' });
    const copies = join(bench.folder, 'of-the-runtime', 'copies');
    expect(readdirSync(copies)).toEqual([]);
  });
});
