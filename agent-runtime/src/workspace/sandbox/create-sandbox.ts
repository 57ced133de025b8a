import { chown, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AiosError } from '../../errors.ts';
import type { RunResult } from '../workspace.ts';
import { prepareSandboxFiles, runInBubblewrap, whySandboxFails, type BubblewrapOptions, type SandboxedRun } from './bubblewrap.ts';
import type { SandboxUser } from './sandbox.ts';

export interface Sandbox {
  /** Throws `sandbox_unavailable` with the reason. */
  run(run: SandboxedRun): Promise<RunResult>;
  missing(): Promise<string | null>;
}

/** After a failure the host is looked at again, because somebody may have mended it. */
const PROBE_AGAIN_MS = 60_000;
const PROBE = ['/bin/sh', '-c', 'cat /proc/self/status && test ! -e /root && test -w . && test "$(ls /proc/self/fd | wc -l)" -le 5'];

/** Runs programs in bubblewrap once a trial has shown that it shuts them off here; never without. */
export function createSandbox(options: BubblewrapOptions & { readonly user: SandboxUser }): Sandbox {
  let probed: { readonly at: number; readonly failure: Promise<AiosError | null> } | null = null;
  const probe = async () => {
    const failed = probed === null ? null : await probed.failure;
    if (probed === null || (failed !== null && Date.now() - probed.at > PROBE_AGAIN_MS)) {
      probed = { at: Date.now(), failure: tryOut(options).catch((error: unknown) => { if (error instanceof AiosError) return error; throw error; }) };
    }
    return probed.failure;
  };
  return {
    async run(run) {
      const failure = await probe();
      if (failure) throw new AiosError(failure.code, failure.message, { cause: failure });
      const outcome = await runInBubblewrap(run, options);
      if (outcome.result) return outcome.result;
      throw whySandboxFails(outcome.reason, run.user);
    },
    missing: async () => (await probe())?.message ?? null,
  };
}

async function tryOut(options: BubblewrapOptions & { readonly user: SandboxUser }): Promise<AiosError | null> {
  const refused = (message: string) => new AiosError('sandbox_unavailable', `Commands are not run here, because they could not be shut off: ${message}`);
  if (process.platform !== 'linux') return refused('the sandbox needs Linux.');
  await prepareSandboxFiles(options.folder);
  const closed = options.user === null ? null : await closedFolder(options.folder);
  if (closed !== null) return refused(`programs run as another user, who may not pass ${closed}. Open it (chmod o+x ${closed}), which is seen within a minute, or put the workspaces elsewhere (AIOS_WORKSPACE_DIR).`);
  const root = join(options.folder, 'trial');
  await mkdir(root, { recursive: true, mode: 0o777 });
  if (options.user) await chown(root, options.user.uid, options.user.gid);
  const outcome = await runInBubblewrap({
    command: PROBE, root, folder: '', user: options.user, timeoutMs: 20_000, used: { bytes: 0, entries: 0 }, maxBytes: Number.MAX_SAFE_INTEGER, maxEntries: Number.MAX_SAFE_INTEGER,
  }, options);
  if (outcome.result === null) return whySandboxFails(outcome.reason, options.user);
  const { exitCode, stdout, stderr } = outcome.result;
  const line = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(stdout)?.[1];
  const shutOff = exitCode === 0 && line('NoNewPrivs') === '1' && line('Seccomp') === '2' && /^0+$/.test(line('CapEff') ?? '') && /^0+$/.test(line('CapBnd') ?? '');
  if (shutOff) return null;
  return whySandboxFails(stderr.trim() || `a trial program was not shut off (exit code ${exitCode}, seccomp ${line('Seccomp')}, capabilities ${line('CapEff')})`, options.user);
}

/** A folder on the way that other users may not pass, or null. */
async function closedFolder(folder: string): Promise<string | null> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & 0o001) === 0) return path;
    if (path === dirname(path)) return null;
  }
}
