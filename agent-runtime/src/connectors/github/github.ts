import type { PullRequestReference, PostedReview } from '../../contract/review.ts';
import type { Side } from '../../contract/finding.ts';

export interface PullRequest extends PullRequestReference {
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly url: string;
  readonly state: 'open' | 'closed';
  readonly draft: boolean;
  readonly headSha: string;
  readonly baseSha: string;
  readonly baseRef: string;
  readonly defaultBranch: string;
  /** The head branch lives in another repository, or that one was deleted. */
  readonly fromFork: boolean;
  /** GitHub's count, to tell whether all files were listed (GitHub lists 3,000 at most). */
  readonly changedFiles: number;
}

export interface PullRequestFile {
  readonly path: string;
  /** Before a rename or copy. */
  readonly previousPath: string | null;
  readonly status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed' | 'unchanged';
  readonly additions: number;
  readonly deletions: number;
  /** Hunks only, without file headers. Null: GitHub left it out (binary, too big, or nothing but a rename). */
  readonly patch: string | null;
  /** True when the file has no content after the change; absent where that is not known. */
  readonly empty?: boolean;
}

export interface ReviewComment {
  readonly path: string;
  /** Null when the line is gone from the diff. */
  readonly line: number | null;
  readonly side: Side;
  readonly body: string;
  readonly author: string;
}

/** An inline comment. `startLine` absent: one line. GitHub wants all lines inside one hunk of the diff. */
export interface NewReviewComment {
  readonly path: string;
  readonly body: string;
  readonly line: number;
  readonly side: Side;
  readonly startLine?: number;
}

export interface NewReview {
  readonly headSha: string;
  readonly event: PostedReview['event'];
  readonly body: string;
  readonly comments: readonly NewReviewComment[];
}

export interface PostedReviewReference {
  readonly reviewId: number;
  readonly url: string;
}

export interface NewCheckRun {
  readonly headSha: string;
  readonly name: string;
  /** Our own id for it; an earlier check run with the same one is found by `findCheckRun`. */
  readonly externalId: string;
  readonly conclusion: 'success' | 'neutral' | 'failure';
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
}

/**
 * GitHub as the runtime uses it. Failures are AiosErrors of the `github_*` codes, whose message names the token, the
 * permission or the field. Primary and secondary rate limits are waited for up to a minute, then thrown with `retryAfterMs`.
 * Every method takes the task's `signal`.
 */
export interface GitHub {
  readPullRequest(reference: PullRequestReference, signal: AbortSignal): Promise<PullRequest>;
  listFiles(reference: PullRequestReference, signal: AbortSignal): Promise<readonly PullRequestFile[]>;
  listReviewComments(reference: PullRequestReference, signal: AbortSignal): Promise<readonly ReviewComment[]>;
  /** Text of a file at a ref; null when it is not there, is a folder or is not text. */
  readFile(repository: Pick<PullRequestReference, 'owner' | 'repository'>, path: string, ref: string, signal: AbortSignal): Promise<string | null>;
  createReview(reference: PullRequestReference, review: NewReview, signal: AbortSignal): Promise<PostedReviewReference>;
  /** The newest review by this token's user whose body holds `marker`, or null. */
  findReview(reference: PullRequestReference, marker: string, signal: AbortSignal): Promise<PostedReviewReference | null>;
  createCheckRun(repository: Pick<PullRequestReference, 'owner' | 'repository'>, run: NewCheckRun, signal: AbortSignal): Promise<{ readonly url: string }>;
  findCheckRun(repository: Pick<PullRequestReference, 'owner' | 'repository'>, headSha: string, externalId: string, signal: AbortSignal): Promise<{ readonly url: string } | null>;
}
