import { randomUUID } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AiosError } from '../../errors.ts';
import { removeTree } from '../disk.ts';
import { gitSaid } from '../git/fetch-failure.ts';
import { gitEnvironment } from '../git/git-environment.ts';
import { listTree } from '../git/list-tree.ts';
import { runGit } from '../git/run-git.ts';
import type { DiffOptions, WorkspaceDiff } from '../workspace.ts';
import { atPlace } from './confined-folder.ts';
import type { CopyFolder } from './copy-folder.ts';
import { runTreeJob } from './run-tree-job.ts';

export interface DiffSource {
  readonly copy: CopyFolder;
  /** The bare repository beside the copy, out of its reach. */
  readonly git: string;
  /** The index as it was when the copy was made. */
  readonly index: string;
  readonly commit: string;
}

const TIMEOUT_MS = 60_000;
const DEFAULT_BYTES = 1_000_000;
const MAX_UNTRACKED = 200_000;
const MAX_NEW_FILES = 5_000;
const DELETED = '0 0000000000000000000000000000000000000000';

/**
 * Compares the copy with its commit. Git itself never looks into the copy, where a program may have planted settings for it: our own
 * walk reads the files and puts what differs into git's store, and git compares its index with the commit.
 */
export async function diffCopy(source: DiffSource, { maxBytes = DEFAULT_BYTES }: DiffOptions): Promise<WorkspaceDiff> {
  const { copy, git, commit } = source;
  const environment = gitEnvironment({ protocols: [] });
  const tracked = new Map<string, string>();
  await listTree(git, commit, (entry) => { if (entry.type === 'blob') tracked.set(entry.path, `${entry.mode} ${entry.sha}`); });
  const scratch = join(copy.staging, randomUUID());
  await mkdir(join(scratch, 'ignores'), { recursive: true });
  try {
    const { fresh, left, missed } = await newFiles(source, environment, new Set(tracked.keys()), join(scratch, 'ignores'));
    const wanted = new Map([...tracked, ...fresh.map((path): [string, string] => [path, ''])]);
    const { answer } = await atPlace(copy.root, '', (root) => runTreeJob({
      kind: 'store', folder: `/proc/self/fd/${root.handle!.fd}`, wanted, objectsFolder: join(git, 'objects'), maxFileBytes: copy.maxFileBytes,
    }, TIMEOUT_MS));
    if (answer === null) throw tooSlow();
    const index = join(scratch, 'index');
    await copyFile(source.index, index);
    const lines = [...answer.changed.map(({ path, mode, sha }) => `${mode} ${sha}\t${path}\0`), ...answer.gone.map((path) => `${DELETED}\t${path}\0`)];
    // Deletions first: a file may have become a folder.
    const withIndex = { ...environment, GIT_INDEX_FILE: index };
    await mustSucceed(runGit({ arguments: [`--git-dir=${git}`, 'update-index', '-z', '--add', '--replace', '--index-info'], environment: withIndex, timeoutMs: TIMEOUT_MS, stdin: lines.reverse().join('') }));
    const { text, cut } = await diffText(git, commit, withIndex, maxBytes);
    const files = [
      ...answer.changed.map(({ path }) => ({ path, change: tracked.has(path) ? 'changed' as const : 'added' as const })),
      ...answer.gone.map((path) => ({ path, change: 'deleted' as const })),
    ].sort((one, other) => (one.path < other.path ? -1 : 1));
    return { text, files, skipped: [...answer.skipped, ...left].sort(), cut: cut || missed };
  } finally {
    await removeTree(scratch);
  }
}

/** Files that the commit does not have and that no .gitignore of the copy names; `left`: those over the limit. `missed`: there are more than were looked at. */
async function newFiles({ copy, git }: DiffSource, environment: Record<string, string>, tracked: ReadonlySet<string>, ignores: string) {
  const { answer } = await atPlace(copy.root, '', (root) => runTreeJob({
    kind: 'untracked', folder: `/proc/self/fd/${root.handle!.fd}`, tracked, ignoresFolder: ignores, limit: MAX_UNTRACKED,
  }, TIMEOUT_MS));
  if (answer === null) throw tooSlow();
  if (answer.paths.length === 0) return { fresh: [], left: [], missed: answer.cut };
  // 1: none is ignored.
  const { stdout } = await mustSucceed(runGit({
    arguments: [`--git-dir=${git}`, `--work-tree=${ignores}`, 'check-ignore', '--no-index', '-z', '--stdin'],
    environment: { ...environment, GIT_INDEX_FILE: join(ignores, '..', 'none') }, timeoutMs: TIMEOUT_MS, stdin: answer.paths.map((path) => `${path}\0`).join(''),
  }), 1);
  const ignored = new Set(stdout.toString().split('\0'));
  const fresh = answer.paths.filter((path) => !ignored.has(path));
  return { fresh: fresh.slice(0, MAX_NEW_FILES), left: fresh.slice(MAX_NEW_FILES), missed: answer.cut };
}

async function diffText(git: string, commit: string, environment: Record<string, string>, maxBytes: number) {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const full = Symbol('full');
  try {
    await mustSucceed(runGit({
      arguments: [`--git-dir=${git}`, 'diff-index', '--cached', '--patch', '--no-ext-diff', '--no-textconv', '--no-color', '--find-renames', '--src-prefix=a/', '--dst-prefix=b/', commit, '--'],
      environment, timeoutMs: TIMEOUT_MS,
      onOutput(chunk) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > maxBytes) throw full;
      },
    }));
    return { text: Buffer.concat(chunks).toString(), cut: false };
  } catch (error) {
    if (error !== full) throw error;
    const kept = Buffer.concat(chunks).subarray(0, maxBytes);
    return { text: kept.subarray(0, kept.lastIndexOf('\n') + 1).toString(), cut: true };
  }
}

async function mustSucceed(running: ReturnType<typeof runGit>, alsoGood = 0) {
  const answer = await running;
  if (answer.timedOut) throw tooSlow();
  if (answer.exitCode !== 0 && answer.exitCode !== alsoGood) throw new AiosError('internal', `Git could not compare the working copy: ${gitSaid(answer.stderr, [])}. Please report it.`);
  return answer;
}

const tooSlow = () => new AiosError('workspace_too_large', `The working copy could not be compared within ${TIMEOUT_MS / 1_000} s. It has too many or too large files.`);
