import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBench, failure, type Bench } from '../runtime/workspace/bench.ts';
import type { RunOptions, Workspace } from '../../agent-runtime/src/workspace/workspace.ts';
import { insideWith as alive } from './inside-with.ts';
import { bubblewrapMissing } from './sandbox-missing.ts';

const missing = bubblewrapMissing();
const PYTHON = '/usr/bin/python3';
const MEBIBYTE = 1_048_576;

(missing === null ? describe : describe.skip)(`a limit of the sandbox${missing === null ? '' : ` (${missing})`}`, () => {
  let bench: Bench;
  let workspace: Workspace;

  beforeAll(async () => {
    bench = createBench({
      limits: { copyBytes: 64 * MEBIBYTE, entries: 2_000 },
      sandbox: { limits: { memoryBytes: 256 * MEBIBYTE, processes: 40, fileBytes: 32 * MEBIBYTE, temporaryBytes: 16 * MEBIBYTE, outputBytes: 2_000, maxOutputBytes: 8 * MEBIBYTE, openFiles: 256 } },
    });
    ({ workspace } = await bench.copyOf({ 'a.txt': 'x\n' }));
  });
  afterAll(() => bench.close());

  const shell = (script: string, options?: RunOptions) => workspace.run(['/bin/sh', '-c', script], options);
  const python = (script: string, options?: RunOptions) => workspace.run([PYTHON, '-c', script], options);

  test('time ends a program and all that it started', async () => {
    const result = await shell('echo begun; sleep 300.25 & setsid sleep 300.25 & sleep 300.25', { timeoutMs: 400 });
    expect(result).toMatchObject({ exitCode: null, stoppedBy: 'time', stdout: 'begun\n' });
    expect(result.durationMs).toBeLessThan(5_000);
    expect(alive('300.25')).toEqual([]);
  });

  test('nothing outlives a program that ends: not in a new session, not twice forked, not ignoring signals, not with its output closed', async () => {
    const result = await python(`
import os, signal, time
def child(n):
    os.setsid()
    for s in range(1, 32):
        try: signal.signal(s, signal.SIG_IGN)
        except OSError: pass
    if os.fork(): os._exit(0)
    for fd in range(3): os.close(fd)
    os.execv('/bin/sleep', ['sleep', '301.5'])
for n in range(5):
    if os.fork() == 0: child(n)
os.system('nohup sleep 301.5 >/dev/null 2>&1 &')
time.sleep(0.3)
print(sum('sleep' in open('/proc/%s/comm' % p).read() for p in os.listdir('/proc') if p.isdigit()))
`);
    expect(result).toMatchObject({ exitCode: 0, stdout: '6\n' });
    expect(alive('301.5')).toEqual([]);
  });

  test('a signal that is aborted ends it at once, and before it began', async () => {
    const abort = new AbortController();
    const reason = new Error('cancelled');
    let ended = false;
    const running = shell('sleep 302.5 & sleep 302.5', { signal: abort.signal }).catch((error: unknown) => error).finally(() => { ended = true; });
    while (!ended && alive('302.5').length < 2) await new Promise((resolve) => { setTimeout(resolve, 5); });
    const at = performance.now();
    abort.abort(reason);
    expect(await running).toBe(reason);
    expect(performance.now() - at).toBeLessThan(2_000);
    expect(alive('302.5')).toEqual([]);
    expect(await shell('sleep 302.5', { signal: AbortSignal.abort(reason) }).catch((error: unknown) => error)).toBe(reason);
  });

  test('an abort ends it at any moment of its start', async () => {
    for (let delay = 0; delay < 30; delay += 1) {
      const abort = new AbortController();
      const running = shell('sleep 305.5 & sleep 305.5', { signal: abort.signal }).catch((error: unknown) => error);
      const until = performance.now() + delay / 2;
      while (performance.now() < until) await new Promise(setImmediate);
      abort.abort(new Error('now'));
      expect(await running).toMatchObject({ message: 'now' });
      expect(alive('305.5')).toEqual([]);
    }
  });

  test('closing the workspace ends what runs in it', async () => {
    const { workspace: short } = await bench.copyOf({ 'a.txt': 'x\n' });
    let ended = false;
    const running = short.run(['/bin/sleep', '303.5']).catch((error: unknown) => error).finally(() => { ended = true; });
    while (!ended && alive('303.5').length < 1) await new Promise((resolve) => { setTimeout(resolve, 5); });
    await short.close();
    expect(await running).toMatchObject({ code: 'workspace_closed' });
    expect(alive('303.5')).toEqual([]);
  });

  test('a fork bomb gets no more processes than its own, and ends with its time', async () => {
    const result = await python(`
import os, sys
made = 0
while True:
    try:
        if os.fork() == 0:
            while True:
                try: os.fork()
                except BlockingIOError: pass
        made += 1
    except BlockingIOError:
        if made: print(made); sys.stdout.flush(); made = 0
`, { timeoutMs: 1_500 });
    expect(['time', 'output']).toContain(result.stoppedBy);
    expect(Math.max(...result.stdout.split('\n').map(Number).filter(Number.isFinite))).toBeLessThanOrEqual(40);
    // The host, and the next run, go on as before.
    expect(await shell('for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1 & done; wait; echo fine')).toMatchObject({ exitCode: 0, stdout: 'fine\n' });
  });

  test('threads count as processes', async () => {
    const { stdout } = await python('import threading, time\nn=0\ntry:\n    while n<200:\n        threading.Thread(target=time.sleep, args=(5,), daemon=True).start(); n+=1\nexcept RuntimeError: pass\nprint(n, flush=True)\nimport os\nos._exit(0)');
    expect(Number(stdout)).toBeLessThan(40);
  });

  test('memory of one process', async () => {
    const { stdout, stoppedBy } = await python('try:\n    x = bytearray(400 << 20); print("had it")\nexcept MemoryError: print("refused")');
    expect([stdout, stoppedBy]).toEqual(['refused\n', null]);
  });

  test.each([
    ['of many processes together', 'import os, time\nfor n in range(8):\n    if os.fork() == 0:\n        x = bytearray(b"x") * (100 << 20); time.sleep(20); os._exit(0)\ntime.sleep(20)'],
    ['that is shared and of no process\'s data', 'import mmap, time\nm = [mmap.mmap(-1, 50 << 20) for n in range(12)]\nfor x in m:\n    for at in range(0, 50 << 20, 4096): x[at] = 1\ntime.sleep(20)'],
  ])('memory %s', async (_, script) => {
    expect(await python(script, { timeoutMs: 15_000 })).toMatchObject({ exitCode: null, stoppedBy: 'memory' });
  });

  test('memory by way of empty files in /tmp', async () => {
    expect(await python('n=0\nwhile True:\n    open("/tmp/%d" % n, "w").close(); n+=1', { timeoutMs: 25_000 })).toMatchObject({ stoppedBy: 'memory' });
  });

  test('/tmp and /dev/shm are full at their size', async () => {
    for (const folder of ['/tmp', '/dev/shm']) {
      const { stderr, stoppedBy } = await shell(`head -c 30000000 /dev/zero > ${folder}/x; ls -l ${folder}/x >&2`);
      expect(stderr).toContain('No space left');
      expect(stoppedBy).toBeNull();
    }
  });

  test('a file', async () => {
    const { stdout, exitCode } = await shell('head -c 50000000 /dev/zero > big; echo $?; stat -c %s big; rm big');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^(?:153|1)\n33554432\n$/);
  });

  test.each([
    ['in many files', 'n=0; while true; do n=$((n+1)); head -c 5000000 /dev/zero > fill/$n || exit 1; done'],
    ['in files that were removed and are still open', `${PYTHON} -c '
import os, time
held = []
while True:
    f = open("hidden", "wb"); os.unlink("hidden"); f.write(b"x" * (8 << 20)); f.flush(); held.append(f)'`],
    ['in too many files', 'n=0; while true; do n=$((n+1)); : > fill/$n; done'],
  ])('the disk %s', async (where, script) => {
    const { workspace: filled } = await bench.copyOf({ 'fill/a.txt': 'x\n' });
    const run = (command: string) => filled.run(['/bin/sh', '-c', command], { timeoutMs: 25_000 });
    expect(await run(script)).toMatchObject({ exitCode: null, stoppedBy: 'disk' });
    if (!where.includes('removed')) expect(await failure(run('true'))).toMatchObject({ code: 'workspace_too_large', kind: 'user' });
    await filled.remove('fill');
    expect(await run('echo room')).toMatchObject({ stdout: 'room\n' });
    await filled.close();
  });

  (process.getuid?.() === 0 ? test : test.skip)('a disk that others have filled is not held against a program (a small disk is mounted as root)', async () => {
    const small = mkdtempSync(join(tmpdir(), 'aios-small-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=755', 'tmpfs', small]);
    try {
      const workspaces = bench.another({ folder: join(small, 'w') });
      const copy = await workspaces.create({ taskId: 't', repository: bench.repository({ 'a.txt': 'x\n' }).url, revision: 'main' });
      const error = await failure(copy.run(['true']));
      expect(error).toMatchObject({ code: 'store_unavailable', kind: 'operational' });
      expect(error.message).toContain('less than 512 MiB left');
      await workspaces.close();
    } finally {
      execFileSync('umount', ['--lazy', small]);
      rmSync(small, { recursive: true });
    }
  });

  test('output is cut in its middle, each stream for itself, and a flood is ended', async () => {
    const { stdout, stderr, stdoutBytes, stoppedBy } = await shell('echo first; head -c 100000 /dev/zero | tr "\\0" x; echo; echo last; echo plain >&2');
    expect(stdout).toMatch(/^first\nx{994}\n\[… 98,012 bytes cut …\]\nx{994}\nlast\n$/);
    expect([stderr, stdoutBytes, stoppedBy]).toEqual(['plain\n', 100_012, null]);
    const flood = await shell('yes flood', { timeoutMs: 20_000 });
    expect(flood.stoppedBy).toBe('output');
    expect(flood.stdout.length).toBeLessThan(2_100);
    expect((await shell('yes flood >&2', { timeoutMs: 20_000 })).stoppedBy).toBe('output');
  });

  test('CPU time', async () => {
    expect(await shell('ulimit -t')).toMatchObject({ stdout: '121\n' });
  });

  test('many at once do not get in each other\'s way', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, (_, index) => shell(`sleep 0.2; echo ${index}`)));
    expect(results.map(({ stdout }) => stdout)).toEqual(['0\n', '1\n', '2\n', '3\n', '4\n', '5\n']);
  });
});
