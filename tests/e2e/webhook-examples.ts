import { createRequire } from 'node:module';

/** A payload that GitHub documents, with the event it belongs to. */
export interface WebhookExample {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface PullRequestPayload {
  readonly action: string;
  readonly number: number;
  readonly pull_request: {
    readonly number: number;
    readonly title: string;
    readonly body: string;
    readonly head: { readonly sha: string };
    readonly user: { readonly login: string };
  };
}

const byEvent = createRequire(import.meta.url)('@octokit/webhooks-examples') as ReadonlyArray<{ name: string; examples: WebhookExample['payload'][] }>;

/** All examples of `@octokit/webhooks-examples`. */
export const webhookExamples: readonly WebhookExample[] =
  byEvent.flatMap(({ name, examples }) => examples.map((payload) => ({ event: name, payload })));

/** The first example of a pull_request event with the action. */
export function pullRequestExample(action: string): PullRequestPayload {
  const found = webhookExamples.find(({ event, payload }) => event === 'pull_request' && payload.action === action);
  if (!found) throw new Error(`there is no example of a pull request that was ${action}`);
  return found.payload as unknown as PullRequestPayload;
}
