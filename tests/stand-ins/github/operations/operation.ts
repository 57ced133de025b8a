import type { Answer } from '../../http/http-exchange.ts';
import type { GitHubState, PullRequestState, RepositoryState, TokenState } from '../state.ts';

/** What an operation is called with; the request has been checked against GitHub's description. */
export interface OperationCall {
  readonly state: GitHubState;
  /** Address of the stand-in, for links. */
  readonly url: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- checked against the operation's schema before
  readonly body: any;
  /** Whose token was sent; null: none. */
  readonly account: TokenState | null;
}

/** Answers with the fields that matter; the rest is filled in from the description. */
export type OperationHandler = (call: OperationCall) => Answer;

/** What a token needs, as `permission=level`, or nothing. */
export interface PlayedOperation {
  readonly needs?: { readonly permission: string; readonly level: 'read' | 'write'; readonly scope: string };
  readonly handle: OperationHandler;
}

/** Thrown by a handler to answer with an error. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, more: Record<string, unknown> = {}) {
    super(message);
    this.answer = { status, body: { message, ...more, documentation_url: 'https://docs.github.com/rest', status: String(status) } };
  }
}

export function repositoryIn({ state, path, account }: OperationCall): RepositoryState {
  const repository = state.repositories.get(`${path.owner}/${path.repo}`.toLowerCase());
  if (repository === undefined || (repository.private && account === null)) throw new Refusal(404, 'Not Found');
  return repository;
}

export function pullRequestIn(call: OperationCall): { repository: RepositoryState; pull: PullRequestState } {
  const repository = repositoryIn(call);
  const pull = repository.pullRequests.get(Number(call.path.pull_number));
  if (pull === undefined) throw new Refusal(404, 'Not Found');
  return { repository, pull };
}

/** One page of `items`, with GitHub's Link header. */
export function page<Item>(call: OperationCall, items: readonly Item[]): { readonly items: readonly Item[]; readonly headers: Record<string, string> } {
  const size = Math.min(Number(call.query.get('per_page') ?? 30), 100);
  const number = Math.max(Number(call.query.get('page') ?? 1), 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const link = (relation: string, target: number): string => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(target));
    return `<${call.url}?${query}>; rel="${relation}"`;
  };
  const links = [
    ...(number > 1 ? [link('prev', number - 1), link('first', 1)] : []),
    ...(number < last ? [link('next', number + 1), link('last', last)] : []),
  ];
  return {
    items: items.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}
