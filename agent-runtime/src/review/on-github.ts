import type { OperationContext } from '../agents/agent.ts';
import type { GitHub } from '../connectors/github/github.ts';
import type { PullRequestReference, ReviewInput, ReviewResult } from '../contract/review.ts';
import { AiosError } from '../errors.ts';
import { setCheckRun } from './check-run.ts';
import { readGuidance } from './guidance.ts';
import { divide, HeadMoved, postReview } from './publication.ts';
import { notesOnUnanchored, reviewChange, type ReviewOptions } from './review.ts';
import type { Reviewed } from './review-body.ts';
import { changeFromSnapshot, movedError, nameOf, readSnapshot, type Snapshot } from './snapshot.ts';

/** The GitHub that has an owner's repositories, or null when there is no token for it. */
export type GitHubFor = (owner: string) => GitHub | null;

/** A result without what the operation itself knows. */
export type Outcome = Omit<ReviewResult, 'model' | 'durationMs'>;
export type SharedOptions = Pick<ReviewOptions, 'instructions' | 'countTokens'>;

/** Heads that one attempt reviews before it gives up on a pull request that keeps moving. */
const MAX_HEADS = 3;

/** Reviews a pull request and posts the review if asked to; starts over when its head moves before that. */
export async function reviewOnGitHub(
  input: ReviewInput, reference: PullRequestReference, gitHubFor: GitHubFor, shared: SharedOptions, context: OperationContext,
): Promise<Outcome> {
  const gitHub = connect(gitHubFor, reference);
  // The first head keeps its step whatever it was, so a retried task goes on where it was; later ones have steps of their own.
  let step = 'snapshot';
  for (let head = 1; head <= MAX_HEADS; head += 1) {
    await context.progress(`Reading pull request ${nameOf(reference)}`);
    const snapshot = await context.remember(step, () => readSnapshot(gitHub, reference, context.signal));
    try {
      return await reviewSnapshot(input, snapshot, gitHub, shared, context);
    } catch (error) {
      if (!(error instanceof HeadMoved)) throw error;
      await context.progress(`New commits came in while ${snapshot.pullRequest.headSha} was reviewed: starting over`);
      step = `snapshot@${error.pullRequest.headSha}`;
    }
  }
  throw movedError(reference);
}

async function reviewSnapshot(
  input: ReviewInput, snapshot: Snapshot, gitHub: GitHub, shared: SharedOptions, context: OperationContext,
): Promise<Outcome> {
  const { title, url, author, headSha, baseSha, fromFork, owner, repository, number, draft, changedFiles } = snapshot.pullRequest;
  const notes = [
    ...(draft ? ['The pull request is a draft.'] : []),
    ...(fromFork ? ['The head comes from a fork: nothing but its diff was read.'] : []),
  ];
  const review = await reviewChange(changeFromSnapshot(snapshot), {
    ...shared, authorGuidance: input.guidance ?? '', repositoryGuidance: readGuidance(snapshot.guidanceFiles), stepPrefix: headSha,
    filesMissing: changedFiles > snapshot.files.length,
  }, context);
  const complete = { ...review, notes: [...notes, ...review.notes] };
  const { posted, notes: publicationNotes } = await publish(input, snapshot, complete, gitHub, context);
  const { unanchored, ...told } = complete;
  return {
    ...told, findings: [...told.findings], notes: [...told.notes, ...notesOnUnanchored(unanchored), ...publicationNotes], posted,
    pullRequest: { owner, repository, number, title, url, author, headSha, baseSha, fromFork },
  };
}

async function publish(
  input: ReviewInput, snapshot: Snapshot, review: Reviewed, gitHub: GitHub, context: OperationContext,
): Promise<{ posted: ReviewResult['posted']; notes: string[] }> {
  if (!input.publish) return { posted: null, notes: input.checkRun ? ['The check run was not set, because the review was not published.'] : [] };
  if (snapshot.files.length === 0) return { posted: null, notes: ['Nothing was posted, because the pull request has no changes.'] };
  await context.progress('Posting the review');
  const { review: posted, byAnotherTask } = await postReview(gitHub, snapshot, review, { allowApprove: input.allowApprove }, context);
  const { repeated } = divide(review.findings, snapshot);
  const notes = [
    ...(byAnotherTask ? ['This commit had been reviewed before; the review posted then stays and was not posted again.'] : []),
    ...(repeated.length === 0 ? [] : [`${repeated.length} finding(s) already have a comment from an earlier review and were not commented again.`]),
  ];
  if (!input.checkRun) return { posted: { ...posted, checkRunUrl: null }, notes };
  const check = await setCheckRun(gitHub, snapshot, review, context);
  return { posted: { ...posted, checkRunUrl: check.url }, notes: [...notes, ...(check.note === null ? [] : [check.note])] };
}

function connect(gitHubFor: GitHubFor, reference: PullRequestReference): GitHub {
  const gitHub = gitHubFor(reference.owner);
  if (gitHub !== null) return gitHub;
  throw new AiosError('github_token_missing', `No GitHub token is configured, so ${nameOf(reference)} cannot be read. Set GITHUB_TOKEN `
    + '(or GITHUB_TOKEN_FILE) in the environment of the agent runtime, or give the diff directly.');
}
