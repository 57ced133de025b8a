import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { AiosError } from '../../errors.ts';
import type { DiskUse } from '../disk.ts';
import type { RunResult, StoppedBy } from '../workspace.ts';
import { bubblewrapArguments, SECCOMP_FD, STATUS_FD } from './bubblewrap-arguments.ts';
import { captureOutput } from './captured-output.ts';
import { ended, killFamily, known, type KnownProcess } from './processes.ts';
import { mustHaveRoom, watchRun } from './run-watch.ts';
import type { SandboxLimits, SandboxUser } from './sandbox.ts';
import { systemCallFilter } from './system-call-filter.ts';

export interface BubblewrapOptions {
  /** Holds what the sandbox shows as /etc and its filter; made when missing. */
  readonly folder: string;
  /** `bwrap`, or its path. */
  readonly program: string;
  readonly limits: SandboxLimits;
  readonly readable: readonly string[];
  readonly programFolders: readonly string[];
}

export interface SandboxedRun {
  readonly command: readonly string[];
  readonly root: string;
  readonly folder: string;
  readonly user: SandboxUser;
  readonly timeoutMs: number;
  /** What the copy takes when the run begins. */
  readonly used: DiskUse;
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly signal?: AbortSignal;
}

/** A result of null: bubblewrap failed before it started the program, and why. */
export type SandboxedResult = { readonly result: RunResult } | { readonly result: null; readonly reason: string };

const FILES: Readonly<Record<string, string>> = {
  passwd: 'root:x:0:0:root:/:/usr/sbin/nologin\nsandbox:x:1000:1000:sandbox:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n',
  group: 'root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
};

/** Yields to the runtime and everything else on the host. */
const NICE = 10;
/** The first to go when the host is out of memory. */
const OUT_OF_MEMORY_SCORE = '1000';

export async function prepareSandboxFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  for (const [name, content] of Object.entries({ ...FILES, 'filter.bpf': systemCallFilter() })) {
    await writeFile(join(folder, name), content, { mode: 0o644 });
    await chmod(join(folder, name), 0o644);
  }
}

/** Runs a program in bubblewrap and settles when all that it started is gone. Throws the signal's reason. */
export async function runInBubblewrap(run: SandboxedRun, { folder, program, limits, readable, programFolders }: BubblewrapOptions): Promise<SandboxedResult> {
  run.signal?.throwIfAborted();
  mustHaveRoom(run.root);
  const startedAt = performance.now();
  const stdout = captureOutput(limits.outputBytes);
  const stderr = captureOutput(limits.outputBytes);
  let status = '';
  let stoppedBy: StoppedBy | null = null;
  let first: KnownProcess | null = null;
  const killed: KnownProcess[] = [];
  const settled = new AbortController();
  const filter = openSync(join(folder, 'filter.bpf'), 'r');
  const child = spawnChild(program, run, bubblewrapArguments({ root: run.root, folder: run.folder, etc: folder, readable, programFolders }, limits, Math.ceil(run.timeoutMs / 1_000) + 1, run.command), filter);
  // The first process inside takes all others along, whatever they have done to get away. It does not yet die with bwrap itself
  // while bwrap prepares it, nor is it always known then.
  const kill = () => { if (child.pid !== undefined) killed.push(...killFamily(child.pid)); };
  const stop = (by: StoppedBy) => {
    stoppedBy ??= by;
    kill();
  };
  for (const [stream, output] of [[child.stdout!, stdout], [child.stderr!, stderr]] as const) {
    stream.on('data', (chunk: Buffer) => {
      output.add(chunk);
      if (stdout.bytes + stderr.bytes > limits.maxOutputBytes) stop('output');
    });
  }
  (child.stdio[STATUS_FD] as Readable).on('data', (chunk: Buffer) => {
    status += chunk.toString();
    const pid = /"child-pid": (\d+)/.exec(status)?.[1];
    if (first !== null || pid === undefined) return;
    first = known(Number(pid));
    yieldToOthers(first.pid);
    void watchRun({ pid: first.pid, root: run.root, limits, used: run.used, maxBytes: run.maxBytes, maxEntries: run.maxEntries }, settled.signal)
      .then((by) => { if (by !== null && !settled.signal.aborted) stop(by); });
  });
  const timer = setTimeout(() => stop('time'), run.timeoutMs);
  run.signal?.addEventListener('abort', kill, { once: true });
  try {
    const failed = await closed(child);
    await Promise.all([first ?? [], killed].flat().map(ended));
    run.signal?.throwIfAborted();
    const exit = /"exit-code": (\d+)/.exec(status)?.[1];
    if (failed !== null || (stoppedBy === null && exit === undefined)) return { result: null, reason: failed ?? stderr.text().trim() };
    return {
      result: {
        exitCode: stoppedBy !== null || exit === undefined ? null : Number(exit),
        stoppedBy,
        stdout: stdout.text(), stderr: stderr.text(), stdoutBytes: stdout.bytes, stderrBytes: stderr.bytes,
        durationMs: Math.round(performance.now() - startedAt),
      },
    };
  } finally {
    settled.abort();
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', kill);
    closeSync(filter);
  }
}

function spawnChild(program: string, run: SandboxedRun, commandLine: readonly string[], filter: number): ChildProcess {
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe'];
  stdio[SECCOMP_FD] = filter;
  stdio[STATUS_FD] = 'pipe';
  // The sandbox can read the environment of its first process, which is bwrap.
  const child = spawn(program, commandLine, { env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, cwd: '/', stdio, ...(run.user ?? {}) });
  if (child.pid !== undefined) yieldToOthers(child.pid);
  return child;
}

function yieldToOthers(pid: number): void {
  try {
    setPriority(pid, NICE);
    writeFileSync(`/proc/${pid}/oom_score_adj`, OUT_OF_MEMORY_SCORE);
  } catch { /* It ended already. */ }
}

/** Null when it ended and its output was read; else why it did not start. */
function closed(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? 'ENOENT' : error.message));
    child.once('close', () => resolve(null));
  });
}

/** What to do about a sandbox that could not be made, by what bubblewrap said. */
export function whySandboxFails(reason: string, user: SandboxUser): AiosError {
  const refused = (message: string) => new AiosError('sandbox_unavailable', `Commands are not run here, because they could not be shut off: ${message}`);
  if (reason === 'ENOENT') return refused('bubblewrap is not installed on the runtime\'s host. Install it (Debian: apt-get install bubblewrap).');
  if (/EAGAIN|ENOMEM|resource temporarily unavailable|cannot allocate memory|no space left on device.*namespace/i.test(reason)) {
    return new AiosError('store_unavailable', `The host has no room for another sandbox (${reason.slice(0, 200)}). The runtime tries again by itself.`);
  }
  if (/unknown option/i.test(reason)) return refused(`bubblewrap is too old (${reason.slice(0, 100)}). Version 0.8.0 or later is needed.`);
  if (/prlimit/.test(reason)) return refused('the program prlimit is missing. Install util-linux.');
  if (/mount proc|\/proc/i.test(reason)) {
    return refused(`/proc could not be mounted (${reason.slice(0, 200)}). In a container, let it be: docker run --security-opt systempaths=unconfined.`);
  }
  if (/namespace|uid map|permission denied|operation not permitted|clone/i.test(reason)) {
    return refused(`user namespaces are forbidden (${reason.slice(0, 200)}). Allow them: sysctl user.max_user_namespaces and kernel.unprivileged_userns_clone, `
      + `on Ubuntu an AppArmor profile for bwrap, in a container a seccomp profile that lets unshare and mount pass.${user === null ? '' : ' The folder of the workspaces must be open to other users (chmod o+x), because programs run as one of them.'}`);
  }
  return refused(`bubblewrap said: ${reason.slice(0, 300) || 'nothing'}.`);
}
