import type { OperationContext } from '../agents/agent.ts';
import type { GitHub, NewCheckRun } from '../connectors/github/github.ts';
import { AiosError } from '../errors.ts';
import { quoted } from './markdown.ts';
import type { Reviewed } from './review-body.ts';
import { nameOf, type Snapshot } from './snapshot.ts';

const NAME = 'CTO Agent review';

/**
 * Sets a check run on the reviewed commit, once; to be called only after the review was posted. A token that may not do
 * this (only GitHub Apps may) is a note, because the review stands without it.
 */
export async function setCheckRun(
  gitHub: GitHub, { pullRequest }: Snapshot, review: Reviewed, context: OperationContext,
): Promise<{ readonly url: string | null; readonly note: string | null }> {
  try {
    const run = await context.effect({
      key: `github-check-run:${nameOf(pullRequest).toLowerCase()}@${pullRequest.headSha}`,
      find: (marker) => gitHub.findCheckRun(pullRequest, pullRequest.headSha, marker, context.signal),
      perform: (marker) => gitHub.createCheckRun(pullRequest, toCheckRun(review, pullRequest.headSha, marker), context.signal),
    });
    return { url: run.url, note: null };
  } catch (error) {
    if (!(error instanceof AiosError) || error.kind !== 'user' || !error.code.startsWith('github_')) throw error;
    return { url: null, note: `The check run was not set: ${error.message}` };
  }
}

function toCheckRun(review: Reviewed, headSha: string, externalId: string): NewCheckRun {
  return {
    headSha, externalId, name: NAME,
    conclusion: review.verdict === 'request_changes' ? 'failure' : review.coverage.complete ? 'success' : 'neutral',
    title: `${review.findings.length} finding(s), ${review.coverage.hunksReviewed} of ${review.coverage.hunksTotal} hunks reviewed`,
    summary: quoted(review.summary).slice(0, 60_000),
  };
}
