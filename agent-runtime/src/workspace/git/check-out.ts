import { mkdir } from 'node:fs/promises';
import { AiosError } from '../../errors.ts';
import { diskUse, removeTree, type DiskUse } from '../disk.ts';
import type { LocalLimits } from '../local-options.ts';
import { gitSaid } from './fetch-failure.ts';
import { gitEnvironment } from './git-environment.ts';
import { listTree } from './list-tree.ts';
import { runGit } from './run-git.ts';

export interface CheckOut {
  readonly git: string;
  /** An empty folder. */
  readonly files: string;
  readonly commit: string;
  readonly limits: LocalLimits;
  readonly owner: string;
  readonly signal?: AbortSignal;
  /** Told before anything is written. */
  readonly reserve: (bytes: number) => Promise<void>;
}

const BLOCK = 4_096;

/**
 * Fills a folder with a commit's files as they are: no hook, filter or conversion runs. Null: the objects are not whole and may be
 * brought anew; with `last` that is an error.
 */
export async function checkOut({ git, files, commit, limits, owner, signal, reserve }: CheckOut, last: boolean): Promise<DiskUse | null> {
  let bytes = 0;
  let entries = 0;
  try {
    await listTree(git, commit, (entry) => {
      entries += 1;
      bytes += Math.ceil(entry.bytes / BLOCK) * BLOCK;
      if (entries > limits.entries) throw tooLarge(`it has more than ${limits.entries.toLocaleString('en')} files`);
      if (bytes > limits.copyBytes) throw tooLarge(`its files take more than ${Math.round(limits.copyBytes / 1_048_576)} MiB`);
    });
  } catch (error) {
    if (last || !(error instanceof AiosError) || error.code !== 'store_unavailable') throw error;
    return null;
  }
  await reserve(bytes);
  const answer = await runGit({
    arguments: [`--git-dir=${git}`, `--work-tree=${files}`, 'read-tree', '--reset', '-u', commit],
    environment: { ...gitEnvironment({ protocols: [], owner }), GIT_INDEX_FILE: `${git}/index` }, timeoutMs: limits.fetchTimeoutMs, signal,
  });
  if (answer.exitCode === 0) return diskUse(files);
  const said = gitSaid(answer.stderr, []);
  if (/no space left|quota exceeded/i.test(said)) throw new AiosError('store_unavailable', 'The disk of the workspaces is full. Free some space; the runtime tries again by itself.');
  if (answer.timedOut) throw new AiosError('store_unavailable', `A working copy was not made within ${limits.fetchTimeoutMs / 1_000} s. The runtime tries again by itself.`);
  if (/invalid path/i.test(said)) throw new AiosError('workspace_file_refused', `The commit holds a path that git refuses to write (${said}). Remove it from the repository.`);
  if (last) throw new AiosError('repository_unavailable', `The commit could not be checked out: ${said}. Check the repository with git fsck; the runtime tries again by itself.`);
  await removeTree(files);
  await mkdir(files, { mode: 0o700 });
  return null;
}

const tooLarge = (why: string) => new AiosError('workspace_too_large', `The commit is too large for a working copy: ${why}. Raise the limit, or leave this repository out.`);
