import { createFailures } from '../http/failures.ts';
import type { PlannedFailure } from '../http/failures.ts';
import { assertNone } from '../http/http-exchange.ts';
import type { RecordedRequest, Violation } from '../http/http-exchange.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import { answerRequest } from './answer-request.ts';
import { deliverWebhook } from './deliver-webhook.ts';
import type { WebhookAnswer, WebhookDelivery } from './deliver-webhook.ts';
import { loadGitHubContract } from './github-contract.ts';
import { CHECK_RUN_OPERATIONS } from './operations/check-runs.ts';
import { HOOK_OPERATIONS } from './operations/hooks.ts';
import { PULL_REQUEST_OPERATIONS } from './operations/pull-requests.ts';
import { REPOSITORY_OPERATIONS } from './operations/repositories.ts';
import { REVIEW_OPERATIONS } from './operations/reviews.ts';
import { pullRequestOf, repositoryOf, shaOf } from './state.ts';
import type {
  CheckRunState, Contents, FileState, GitHubState, HookState, NewPullRequest, NewRepository, PullRequestState,
  RepositoryState, ReviewState, TokenState,
} from './state.ts';

export interface GitHubStandInOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default: one GitHub App token, `GITHUB_TEST_TOKEN`, of `aios-reviewer[bot]`, that may do everything. */
  readonly tokens?: readonly TokenState[];
}

/** The token that the stand-in knows unless others are given. */
export const GITHUB_TEST_TOKEN = 'ghs_standInTokenThatIsNoSecret0000000001';

const OPERATIONS = {
  ...REPOSITORY_OPERATIONS, ...PULL_REQUEST_OPERATIONS, ...REVIEW_OPERATIONS, ...CHECK_RUN_OPERATIONS, ...HOOK_OPERATIONS,
};

export interface NewHead {
  readonly files: readonly FileState[];
  readonly headSha?: string;
  /** Files at the new head, for reading. */
  readonly contents?: Contents;
  /** The old head stays part of the pull request: a push and not a force-push. Default false. */
  readonly keepOld?: boolean;
}

/** A GitHub that lives in memory, speaks HTTP and holds every call against GitHub's published description. */
export interface GitHubStandIn {
  readonly url: string;
  /** A token it accepts. */
  readonly token: string;
  /** By full name in lower case. */
  readonly repositories: ReadonlyMap<string, RepositoryState>;
  readonly reviews: readonly ReviewState[];
  readonly checkRuns: readonly CheckRunState[];
  readonly hooks: readonly HookState[];
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  addRepository(repository: NewRepository): RepositoryState;
  /** `fullName`: `acme/shop`; the repository is made when it is not there. */
  addPullRequest(fullName: string, pullRequest: NewPullRequest): PullRequestState;
  /** Pushes to a pull request; answers with the new head. */
  moveHead(fullName: string, number: number, head: NewHead): string;
  reviewsWith(marker: string): readonly ReviewState[];
  fail(planned: PlannedFailure): void;
  /** Delivers to every active hook of the repository that wants the event. */
  deliver(fullName: string, delivery: WebhookDelivery): Promise<readonly WebhookAnswer[]>;
  assertNoViolations(): void;
  close(): Promise<void>;
}

export async function startGitHubStandIn(options: GitHubStandInOptions = {}): Promise<GitHubStandIn> {
  const tokens = options.tokens ?? [{ token: GITHUB_TEST_TOKEN, login: 'aios-reviewer[bot]', kind: 'app' }];
  const state: GitHubState = {
    tokens: new Map(tokens.map((token) => [token.token, token])),
    repositories: new Map(), reviews: [], checkRuns: [], hooks: [], nextId: 1_000,
  };
  const violations: Violation[] = [];
  const requests: RecordedRequest[] = [];
  const failures = createFailures();
  const contract = await loadGitHubContract();
  const server = await startHttpServer({
    port: options.port, failures, requests,
    handle: (request) => answerRequest({ contract, operations: OPERATIONS, state, violations, url: server.url }, request),
  });

  const find = (fullName: string): RepositoryState | undefined => state.repositories.get(fullName.toLowerCase());
  const standIn: GitHubStandIn = {
    url: server.url,
    token: tokens[0]?.token ?? '',
    repositories: state.repositories,
    reviews: state.reviews, checkRuns: state.checkRuns, hooks: state.hooks, requests, violations,
    addRepository(input) {
      const repository = repositoryOf(input);
      state.repositories.set(`${input.owner}/${input.name}`.toLowerCase(), repository);
      return repository;
    },
    addPullRequest(fullName, input) {
      const [owner = '', name = ''] = fullName.split('/');
      const repository = find(fullName) ?? standIn.addRepository({ owner, name });
      const pull = pullRequestOf(repository, input, () => state.nextId++);
      repository.pullRequests.set(pull.number, pull);
      return pull;
    },
    moveHead(fullName, number, head) {
      const repository = find(fullName);
      const pull = repository?.pullRequests.get(number);
      if (repository === undefined || pull === undefined) throw new Error(`the stand-in has no ${fullName}#${number}`);
      const headSha = head.headSha ?? shaOf(`after ${pull.headSha}`);
      if (head.keepOld !== true) pull.diffs.clear();
      pull.diffs.set(headSha, head.files);
      Object.assign(pull, { headSha, changedFiles: head.files.length });
      if (head.contents !== undefined) repository.contents.set(headSha, head.contents);
      return headSha;
    },
    reviewsWith: (marker) => state.reviews.filter((review) => review.body.includes(marker)),
    fail: (planned) => failures.plan(planned),
    deliver(fullName, delivery) {
      const hooks = state.hooks.filter((hook) => hook.repository.toLowerCase() === fullName.toLowerCase() && hook.active
        && (hook.events.includes(delivery.event) || hook.events.includes('*')));
      return Promise.all(hooks.map((hook) => deliverWebhook(hook, delivery)));
    },
    assertNoViolations: () => assertNone(violations, 'GitHub'),
    close: () => server.close(),
  };
  return standIn;
}
