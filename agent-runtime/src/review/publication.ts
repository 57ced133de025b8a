import type { OperationContext } from '../agents/agent.ts';
import type { Finding } from '../contract/finding.ts';
import type { PostedReview, Verdict } from '../contract/review.ts';
import { AiosError } from '../errors.ts';
import type { GitHub, NewReview, NewReviewComment, PullRequest } from '../connectors/github/github.ts';
import { commentBody, findingMarker, findingMarkerOf, reviewBody, type Reviewed } from './review-body.ts';
import { assertOpen, nameOf, type Snapshot } from './snapshot.ts';

/** More inline comments than this bury a conversation; the rest stands in the review's body. */
const MAX_INLINE_COMMENTS = 40;

export interface PublicationOptions {
  readonly allowApprove: boolean;
}

/** The head of the pull request is not the reviewed one any more; nothing was posted. */
export class HeadMoved extends Error {
  override readonly name = 'HeadMoved';
  readonly pullRequest: PullRequest;

  constructor(pullRequest: PullRequest) {
    super(`the head moved to ${pullRequest.headSha}`);
    this.pullRequest = pullRequest;
  }
}

export interface Posted {
  readonly review: Omit<PostedReview, 'checkRunUrl'>;
  /** Another task had posted it. False as well if that cannot be told: its receipt was lost. */
  readonly byAnotherTask: boolean;
}

/** What the receipt keeps; without `taskId` the review was found on GitHub. */
type Receipt = Posted['review'] & { readonly taskId?: string };

/**
 * Posts the review once for its head commit, whatever crashes and whoever else reviews the same commit. Throws HeadMoved
 * if commits came in meanwhile, and AiosError `pull_request_closed`.
 */
export async function postReview(
  gitHub: GitHub, snapshot: Snapshot, review: Reviewed, options: PublicationOptions, context: OperationContext,
): Promise<Posted> {
  const { pullRequest } = snapshot;
  const model = await context.spend();
  const { inline, inBody } = divide(review.findings, snapshot);
  const comments = inline.map(toComment);
  const wanted = eventOf(review.verdict, options.allowApprove);
  const build = (event: PostedReview['event'], marker: string): NewReview => ({
    headSha: pullRequest.headSha, event, comments, body: reviewBody(review, inBody, model, footer(marker, event)),
  });
  const { taskId, ...posted } = await context.effect<Receipt>({
    key: `github-review:${nameOf(pullRequest).toLowerCase()}@${pullRequest.headSha}`,
    find: async (marker) => {
      // One that another installation posted may have had another verdict.
      if (await gitHub.findReview(pullRequest, marker, context.signal) === null) return null;
      for (const event of ['REQUEST_CHANGES', 'APPROVE', 'COMMENT'] as const) {
        const found = await gitHub.findReview(pullRequest, footer(marker, event), context.signal);
        if (found !== null) return { ...found, event, inlineComments: comments.length };
      }
      return null;
    },
    perform: async (marker) => {
      const now = await gitHub.readPullRequest(pullRequest, context.signal);
      assertOpen(now);
      if (now.headSha !== pullRequest.headSha) throw new HeadMoved(now);
      const post = async (event: PostedReview['event']) => (
        { ...await gitHub.createReview(pullRequest, build(event, marker), context.signal), event, inlineComments: comments.length, taskId: context.taskId });
      try {
        return await post(wanted);
      } catch (error) {
        if (wanted === 'COMMENT' || !refusesOwnPullRequest(error)) throw error;
        return post('COMMENT');
      }
    },
  });
  return { review: posted, byAnotherTask: taskId !== undefined && taskId !== context.taskId };
}

/**
 * Findings that get an inline comment, and those told in the body: mere information, and what is too many. `repeated` have
 * a comment already; one by the pull request's author doesn't count, who could write our marker to silence a finding.
 */
export function divide(
  findings: readonly Finding[], { comments, pullRequest }: Pick<Snapshot, 'comments' | 'pullRequest'>,
): { inline: Finding[]; inBody: Finding[]; repeated: Finding[] } {
  const trusted = comments.filter((comment) => comment.author !== pullRequest.author);
  const inline: Finding[] = [];
  const inBody: Finding[] = [];
  const repeated: Finding[] = [];
  for (const finding of findings) {
    const there = trusted.some((comment) => comment.path === finding.path && comment.line !== null
      && findingMarkerOf(comment.body) === findingMarker(finding.id));
    if (there) repeated.push(finding);
    else if (finding.severity !== 'info' && inline.length < MAX_INLINE_COMMENTS) inline.push(finding);
    else inBody.push(finding);
  }
  return { inline, inBody, repeated };
}

function eventOf(verdict: Verdict, allowApprove: boolean): PostedReview['event'] {
  if (verdict === 'request_changes') return 'REQUEST_CHANGES';
  return verdict === 'approve' && allowApprove ? 'APPROVE' : 'COMMENT';
}

function toComment(finding: Finding): NewReviewComment {
  const { path, side, startLine, endLine } = finding;
  return { path, side, line: endLine, ...(startLine < endLine ? { startLine } : {}), body: commentBody(finding) };
}

/** By the footer a review is found again, and with it as what it was posted. */
function footer(marker: string, event: PostedReview['event']): string {
  const hidden = marker.startsWith('<!--') ? marker : `<!-- ${marker} -->`;
  return `${hidden}<!-- aios:event ${event} -->`;
}

/** GitHub lets nobody approve or request changes on a pull request of their own. */
function refusesOwnPullRequest(error: unknown): boolean {
  if (!(error instanceof AiosError) || error.code !== 'github_unprocessable') return false;
  return [error.message, ...error.issues.map((issue) => issue.message)].some((text) => /your own pull request/i.test(text));
}
