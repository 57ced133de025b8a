import { readFileSync } from 'node:fs';
import type { ReviewInput, ReviewResult } from '../../contract/review.ts';
import { reviewInputSchema, reviewResultSchema } from '../../contract/review.ts';
import { reviewGivenDiff } from '../../review/given-diff.ts';
import { reviewOnGitHub, type GitHubFor } from '../../review/on-github.ts';
import type { CountTokens } from '../../review/selection.ts';
import type { Operation } from '../agent.ts';

export interface ReviewPullRequestOptions {
  readonly githubFor: GitHubFor;
  /** Tokens of a text, near enough for whatever model answers. */
  readonly countTokens: CountTokens;
}

/** Reviews a pull request on GitHub, and posts the review if asked to, or reviews a diff given directly. */
export function createReviewPullRequest({ githubFor, countTokens }: ReviewPullRequestOptions): Operation<ReviewInput, ReviewResult> {
  const shared = { instructions: readFileSync(new URL('./review-prompt.md', import.meta.url), 'utf8'), countTokens };
  return {
    name: 'review-pull-request',
    title: 'Review Pull Request',
    description: 'Reviews a GitHub pull request or a diff: findings anchored to lines, coverage, a verdict by rule.',
    inputSchema: reviewInputSchema,
    resultSchema: reviewResultSchema,
    repositoryOf: ({ pullRequest }) => (pullRequest === undefined ? null : `${pullRequest.owner}/${pullRequest.repository}`),
    async run(input, context) {
      const startedAt = performance.now();
      const outcome = input.pullRequest === undefined
        ? await reviewGivenDiff(input, shared, context)
        : await reviewOnGitHub(input, input.pullRequest, githubFor, shared, context);
      return { ...outcome, model: await context.spend(), durationMs: Math.round(performance.now() - startedAt) };
    },
  };
}
