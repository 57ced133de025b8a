import { spawn } from 'node:child_process';
import { AiosError } from '../../errors.ts';

export interface GitCall {
  readonly arguments: readonly string[];
  /** All of it: git sees nothing of the runtime's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly stdin?: string | Uint8Array;
  /** Called with what git writes; the default keeps it, up to `maxBytes`. */
  readonly onOutput?: (chunk: Buffer) => void;
  /** More output than this ends the call; default 64 MiB. */
  readonly maxBytes?: number;
  /** Looks at the call while it runs, every 200 ms; an error it answers with ends the call. */
  readonly watch?: () => Promise<AiosError | null>;
}

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** The last 8 KiB. */
  readonly stderr: string;
  /** The call was ended by its time limit. */
  readonly timedOut: boolean;
}

const WATCH_EVERY_MS = 200;
const KEPT_STDERR = 8_192;

/**
 * Runs git as a process group of its own, from an argument list. Throws the signal's reason, what `watch` or `onOutput` found, or
 * `workspace_unavailable` when there is no git; a failure of git itself is an answer.
 */
export async function runGit(call: GitCall): Promise<GitAnswer> {
  call.signal?.throwIfAborted();
  const child = spawn('git', call.arguments, { env: { ...call.environment }, cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const kept: Buffer[] = [];
  let bytes = 0;
  let stderr = '';
  let timedOut = false;
  let stop: { readonly error: unknown } | null = null;
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch { /* It ended by itself. */ }
  };
  const end = (error: unknown) => {
    stop ??= { error };
    kill();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (call.onOutput === undefined && bytes > (call.maxBytes ?? 64 * 1_048_576)) return end(new AiosError('workspace_too_large', 'Git answered with more than the runtime takes at once.'));
    try {
      if (call.onOutput) call.onOutput(chunk);
      else kept.push(chunk);
    } catch (error) {
      end(error);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => { stderr = (stderr + chunk.toString()).slice(-KEPT_STDERR); });
  child.stdin.on('error', () => { /* Git ended before it read all. */ });
  child.stdin.end(call.stdin ?? '');
  const onAbort = () => end(call.signal?.reason);
  call.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, call.timeoutMs);
  const watching = call.watch === undefined ? null : watchUntil(call.watch, end);
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? -1));
    }).catch((error: unknown) => { throw cannotStart(error); });
    if (stop) throw (stop as { error: unknown }).error;
    return { exitCode, stdout: Buffer.concat(kept), stderr, timedOut };
  } finally {
    clearTimeout(timer);
    watching?.stop();
    call.signal?.removeEventListener('abort', onAbort);
  }
}

function watchUntil(watch: () => Promise<AiosError | null>, end: (error: unknown) => void) {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    timer = setTimeout(() => {
      void watch().then((error) => {
        if (stopped) return;
        if (error) end(error);
        else look();
      }, end);
    }, WATCH_EVERY_MS);
  };
  look();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

function cannotStart(error: unknown): AiosError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new AiosError('workspace_unavailable', 'Working copies need git on the runtime\'s host. Install it (Debian: apt-get install git).', { cause: error });
  return new AiosError('store_unavailable', `Git could not be started: ${code ?? String(error)}.`, { cause: error });
}
