import { readFileSync, readdirSync, readlinkSync, statSync, statfsSync } from 'node:fs';
import { AiosError } from '../../errors.ts';
import { diskUse, type DiskUse } from '../disk.ts';
import type { StoppedBy } from '../workspace.ts';
import { family } from './processes.ts';
import type { SandboxLimits } from './sandbox.ts';

export interface WatchedRun {
  /** Of the sandbox's first process, as the runtime sees it. */
  readonly pid: number;
  readonly root: string;
  readonly limits: SandboxLimits;
  /** What the copy takes when the run begins. */
  readonly used: DiskUse;
  readonly maxBytes: number;
  readonly maxEntries: number;
}

const LOOK_EVERY_MS = 100;
const WALK_EVERY_MS = 3_000;
/** The host's disk is never filled further than this, whoever fills it. */
const KEPT_FREE_BYTES = 536_870_912;
/** A file of /tmp takes memory that its size does not show. */
const MAX_TEMPORARY_FILES = 100_000;

/**
 * Looks at what no limit of the kernel covers without a control group: the memory of all processes of a run together, and the disk the
 * copy takes. Answers with the limit that was passed, once; ends at `signal`.
 */
export async function watchRun(run: WatchedRun, signal: AbortSignal): Promise<StoppedBy | null> {
  const { maxBytes, maxEntries } = run;
  let { used } = run;
  let walkedAt = Date.now();
  let freeThen = freeOf(run.root);
  while (!signal.aborted) {
    if (memoryOf(run.pid) > run.limits.memoryBytes || temporaryFiles(run.pid) > MAX_TEMPORARY_FILES) return 'memory';
    const free = freeOf(run.root);
    if (free.bytes < KEPT_FREE_BYTES) return 'disk';
    const taken = freeThen.bytes - free.bytes;
    // A walk costs more than a look, so it is made when the disk as a whole has lost what the copy had left.
    if (taken > Math.max(maxBytes - used.bytes, 0) || freeThen.entries - free.entries > Math.max(maxEntries - used.entries, 0) || Date.now() - walkedAt > WALK_EVERY_MS) {
      used = await diskUse(run.root);
      if (used.bytes + (taken > maxBytes ? hiddenBytes(run.pid) : 0) > maxBytes || used.entries > maxEntries) return 'disk';
      walkedAt = Date.now();
      freeThen = free;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, LOOK_EVERY_MS);
      function done() {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  }
  return null;
}

/** Throws `store_unavailable` where a program would be ended at once for what others have put on the disk. */
export function mustHaveRoom(folder: string): void {
  if (freeOf(folder).bytes >= KEPT_FREE_BYTES) return;
  throw new AiosError('store_unavailable', `No program is run while the disk of the workspaces has less than ${KEPT_FREE_BYTES / 1_048_576} MiB left. Free some space; the runtime tries again by itself.`);
}

function freeOf(folder: string): DiskUse {
  const { bavail, bsize, ffree } = statfsSync(folder);
  return { bytes: bavail * bsize, entries: ffree };
}

/** What the processes hold themselves, without the files they have mapped. Memory that they share is counted for each. */
function memoryOf(pid: number): number {
  let kilobytes = 0;
  for (const member of family(pid)) {
    try {
      const status = readFileSync(`/proc/${member}/status`, 'utf8');
      for (const [, amount] of status.matchAll(/^(?:RssAnon|RssShmem|VmPTE):\s+(\d+) kB$/gm)) kilobytes += Number(amount);
    } catch { /* It ended. */ }
  }
  return kilobytes * 1_024;
}

function temporaryFiles(pid: number): number {
  let files = 0;
  if (!hasOwnRoot(pid)) return 0;
  for (const folder of ['tmp', 'dev/shm']) {
    try {
      const { files: all, ffree } = statfsSync(`/proc/${pid}/root/${folder}`);
      files += all - ffree;
    } catch { /* Not mounted yet, or it ended. */ }
  }
  return files;
}

/** False while bubblewrap has not yet left the host's files behind. */
function hasOwnRoot(pid: number): boolean {
  try {
    const [inside, ours] = [statSync(`/proc/${pid}/root/`), statSync('/')];
    return inside.dev !== ours.dev || inside.ino !== ours.ino;
  } catch {
    return false;
  }
}

/** Files that were removed while a process has them open take their place on. */
function hiddenBytes(pid: number): number {
  const files = new Map<string, number>();
  for (const member of family(pid)) {
    try {
      for (const handle of readdirSync(`/proc/${member}/fd`)) {
        const path = `/proc/${member}/fd/${handle}`;
        if (!readlinkSync(path).endsWith(' (deleted)')) continue;
        const { dev, ino, nlink, blocks } = statSync(path);
        if (nlink === 0) files.set(`${dev}:${ino}`, blocks * 512);
      }
    } catch { /* It ended. */ }
  }
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
}
