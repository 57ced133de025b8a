import type { Agent } from '../agent.ts';
import { createAsk } from './ask.ts';
import { createReviewPullRequest } from './review-pull-request.ts';

export type CtoAgentOptions = Parameters<typeof createReviewPullRequest>[0];

/** The CTO agent: reviews pull requests and answers engineering questions. */
export function createCtoAgent(options: CtoAgentOptions): Agent {
  return {
    name: 'cto',
    title: 'CTO Agent',
    description: 'Reviews pull requests and answers engineering questions.',
    operations: [createReviewPullRequest(options), createAsk()],
  };
}
