import type { PullRequestReference } from '../contract/review.ts';
import type { GitHub, PullRequest, PullRequestFile, ReviewComment } from '../connectors/github/github.ts';
import { AiosError } from '../errors.ts';
import type { Change, ChangedFile, FileStatus } from './change.ts';
import { parseHunks } from './diff.ts';

/** All that a review reads from GitHub, of one head commit. Plain JSON, for the journal. */
export interface Snapshot {
  readonly pullRequest: PullRequest;
  readonly files: readonly PullRequestFile[];
  readonly comments: readonly ReviewComment[];
  /** Texts on the default branch; null where there is no such file. */
  readonly guidanceFiles: { readonly aiosYml: string | null; readonly agentsMd: string | null };
}

/** A head that moves more often than this while it is read is left to the task's own retry. */
const MAX_READS = 3;

/**
 * Reads a pull request as it is at one head commit: if the head moves while its files are read, reads again. The guidance
 * files come from the default branch only, because whoever writes a pull request must not write the reviewer's rules.
 */
export async function readSnapshot(gitHub: GitHub, reference: PullRequestReference, signal: AbortSignal): Promise<Snapshot> {
  let pullRequest = await gitHub.readPullRequest(reference, signal);
  for (let read = 1; read <= MAX_READS; read += 1) {
    assertOpen(pullRequest);
    const ref = pullRequest.defaultBranch;
    const [files, comments, aiosYml, agentsMd] = await Promise.all([
      gitHub.listFiles(reference, signal),
      gitHub.listReviewComments(reference, signal),
      gitHub.readFile(reference, '.aios.yml', ref, signal),
      gitHub.readFile(reference, 'AGENTS.md', ref, signal),
    ]);
    const after = await gitHub.readPullRequest(reference, signal);
    if (after.headSha === pullRequest.headSha) return { pullRequest, files, comments, guidanceFiles: { aiosYml, agentsMd } };
    pullRequest = after;
  }
  throw movedError(reference);
}

/** Throws AiosError `pull_request_closed`. */
export function assertOpen(pullRequest: PullRequest): void {
  if (pullRequest.state === 'open') return;
  throw new AiosError('pull_request_closed', `Pull request ${nameOf(pullRequest)} is closed. Open it again to have it reviewed, `
    + 'or start the workflow only on the actions opened, reopened, synchronize and ready_for_review.');
}

export function movedError(reference: PullRequestReference): AiosError {
  return new AiosError('pull_request_moved', `New commits reached pull request ${nameOf(reference)} again and again while it was `
    + 'being reviewed. The review is tried again later; nothing was posted for the new head.');
}

/** owner/repository#number */
export function nameOf(reference: PullRequestReference): string {
  return `${reference.owner}/${reference.repository}#${reference.number}`;
}

export function changeFromSnapshot(snapshot: Snapshot): Change {
  return {
    title: snapshot.pullRequest.title,
    description: snapshot.pullRequest.body,
    files: snapshot.files.map(toChangedFile),
  };
}

const STATUSES: Readonly<Record<PullRequestFile['status'], FileStatus>> = {
  added: 'added', removed: 'removed', modified: 'modified', renamed: 'renamed', copied: 'copied',
  changed: 'modified', unchanged: 'modified',
};

function toChangedFile(file: PullRequestFile): ChangedFile {
  const common = { path: file.path, previousPath: file.previousPath, status: STATUSES[file.status] };
  if (file.patch === null || file.patch === '') return { ...common, hunks: [], absence: absenceOf(file) };
  try {
    const hunks = parseHunks(file.patch);
    if (hunks.length > 0) return { ...common, hunks, absence: null };
    return { ...common, hunks, absence: { reason: "GitHub's patch of this file has no hunks", hidesLines: true } };
  } catch (error) {
    if (!(error instanceof AiosError)) throw error;
    return { ...common, hunks: [], absence: { reason: `GitHub's patch of this file cannot be read: ${error.message}`, hidesLines: true } };
  }
}

function absenceOf(file: PullRequestFile): ChangedFile['absence'] {
  const lines = file.additions + file.deletions;
  if (lines > 0) {
    return { reason: `GitHub left the patch out because it is too big (+${file.additions} −${file.deletions} lines)`, hidesLines: true };
  }
  if (file.status === 'renamed' || file.status === 'copied') {
    return { reason: `${file.status} without a change of its text`, hidesLines: false };
  }
  return { reason: 'no text changed: a binary file, an empty file or a change of mode only', hidesLines: false };
}
