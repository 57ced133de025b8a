import type { PullRequestReference } from '../contract/review.ts';
import type { GitHub, PullRequest, PullRequestFile, ReviewComment } from '../connectors/github/github.ts';
import { AiosError } from '../errors.ts';
import { isAsset } from './asset.ts';
import type { ChangedFile, FileStatus, Hunk } from './change.ts';
import { parseHunks } from './diff.ts';
import { findingMarkerOf } from './review-body.ts';
import { scanChange, type Scan, type ScannedChange } from './scan.ts';
import { redact } from './secrets.ts';

/** All that a review reads from GitHub, of one head commit. Plain JSON, for the journal, and so without secrets. */
export interface Snapshot {
  readonly pullRequest: PullRequest;
  readonly files: readonly (PullRequestFile & { readonly scan: Scan })[];
  /** Those that end with a finding's marker, and of their text nothing else. */
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
    if (after.headSha === pullRequest.headSha) {
      const guidanceFiles = { aiosYml: aiosYml && await redact(aiosYml), agentsMd: agentsMd && await redact(agentsMd) };
      return { ...await withoutSecrets(pullRequest, files, signal), comments: markedOf(comments), guidanceFiles };
    }
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

export function changeFromSnapshot(snapshot: Snapshot): ScannedChange {
  return {
    title: snapshot.pullRequest.title,
    description: snapshot.pullRequest.body,
    files: snapshot.files.map((file) => ({ file: { ...toChangedFile(file), shown: file.scan.shown }, scan: file.scan })),
  };
}

async function withoutSecrets(
  pullRequest: PullRequest, files: readonly PullRequestFile[], signal: AbortSignal,
): Promise<Pick<Snapshot, 'pullRequest' | 'files'>> {
  const scanned = await scanChange({ title: pullRequest.title, description: pullRequest.body, files: files.map(toChangedFile) }, signal);
  const { title, description } = scanned;
  return {
    pullRequest: { ...pullRequest, title, body: description },
    files: await Promise.all(files.map(async (given, index) => {
      const { file, scan } = scanned.files[index]!;
      // What could not be read as hunks is kept too: reading it again must fail the same way.
      const patch = file.hunks.length > 0 ? toPatch(file.hunks) : given.patch && await redact(given.patch);
      return { ...given, patch, scan };
    })),
  };
}

function markedOf(comments: readonly ReviewComment[]): ReviewComment[] {
  return comments.flatMap((comment) => {
    const body = findingMarkerOf(comment.body);
    return body === null ? [] : [{ ...comment, body }];
  });
}

/** The hunks as GitHub gives them: what `parseHunks` reads. */
function toPatch(hunks: readonly Hunk[]): string {
  const markers = { context: ' ', added: '+', deleted: '-' } as const;
  return hunks.flatMap(({ header, lines }) => [header, ...lines.flatMap(({ kind, text, endsWithoutNewline }) => (
    [`${markers[kind]}${text}`, ...(endsWithoutNewline ? ['\\ No newline at end of file'] : [])]))]).join('\n');
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
  if (file.empty === true) return { reason: 'empty file', hidesLines: false };
  // GitHub does not tell these apart, and a binary file may be a program.
  return {
    reason: 'no text changed: a binary file, an empty file or a change of mode only',
    hidesLines: file.status !== 'removed' && !isAsset(file.path),
  };
}
