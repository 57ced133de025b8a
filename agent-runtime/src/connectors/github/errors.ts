import { AiosError } from '../../errors.ts';
import type { FieldIssue } from '../../errors.ts';

/** The part of Octokit's RequestError that says what happened. Without `response` GitHub did not answer at all. */
export interface GitHubFailure {
  readonly status?: number;
  readonly message: string;
  readonly cause?: unknown;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data?: unknown;
  };
}

export interface FailedCall {
  /** `GET`. */
  readonly method: string;
  /** `/repos/acme/shop/pulls/7`. */
  readonly path: string;
  /** Replaced wherever GitHub's own words repeat it; undefined: no token is configured. */
  readonly token: string | undefined;
  /** In ms since the epoch. */
  readonly now: number;
}

/** How long to wait when GitHub limits the rate and does not say for how long: its documented minimum, in ms. */
const UNTOLD_WAIT_MS = 60_000;

/** What Octokit threw as an error that says which token, permission or field, and what to do. */
export function toGitHubError(failure: GitHubFailure, call: FailedCall): AiosError {
  const what = `${call.method} ${call.path}`;
  if (failure.response === undefined) {
    return new AiosError('github_unavailable', `GitHub did not answer ${what}: ${clean(reasonOf(failure), call)}. `
      + 'Check the network and GITHUB_API_URL; the runtime tries again by itself.');
  }
  const status = failure.status ?? 500;
  const said = clean(messageIn(failure.response.data), call);
  const waitMs = rateLimitWait(failure, call.now);
  if (waitMs !== null) {
    return new AiosError('github_rate_limited', `GitHub limits the rate of requests (${said}); it takes them again in `
      + `${Math.ceil(waitMs / 1_000)} s. The runtime tries again by itself${call.token === undefined ? '; setting GITHUB_TOKEN raises the limit' : ''}.`, { retryAfterMs: waitMs });
  }
  if (status >= 500) {
    return new AiosError('github_unavailable', `GitHub answered ${status} to ${what} (${said}). The runtime tries again by itself; see githubstatus.com if it lasts.`);
  }
  // A repository that could be read without a token does not need one because a file is missing in it.
  const missingFile = status === 404 && /\/contents\//.test(call.path);
  if (call.token === undefined && [401, 403, 404].includes(status) && !missingFile) {
    if (status === 404) {
      return new AiosError('github_token_missing', `GitHub answered 404 to ${what}: it does not exist, or is private and needs a token (GITHUB_TOKEN). `
        + 'Check owner, repository and number; if they are right, set GITHUB_TOKEN to a token that may see it.');
    }
    return new AiosError('github_token_missing', `GitHub answered ${status} to ${what} and no token is configured. Set GITHUB_TOKEN to a token that may do this.`);
  }
  if (status === 401) {
    return new AiosError('github_unauthorized', `GitHub refused the token in GITHUB_TOKEN (${said}). It is wrong, expired or revoked: make a new one and set GITHUB_TOKEN.`);
  }
  if (status === 403 || status === 451) return forbidden(failure.response.headers, what, said);
  if (status === 404 || status === 410) {
    return new AiosError('github_not_found', `GitHub answered ${status} to ${what}: it does not exist, or the token in GITHUB_TOKEN may not see it. `
      + `Check owner, repository and number, and that the token is granted this repository.${rightsIn(failure.response.headers)}`);
  }
  const issues = issuesIn(failure.response.data).map((issue) => ({ ...issue, message: clean(issue.message, call) }));
  const fields = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new AiosError('github_unprocessable', `GitHub answered ${status} to ${what}: ${[said, ...fields].join('; ')}.`, { issues });
}

/** How long GitHub wants us to wait in ms, or null when the failure is no rate limit. */
export function rateLimitWait({ status, response }: GitHubFailure, now: number): number | null {
  if (response === undefined || (status !== 403 && status !== 429)) return null;
  const { headers } = response;
  const secondary = /secondary rate|abuse detection/i.test(messageIn(response.data));
  const used = String(headers['x-ratelimit-remaining']) === '0';
  const retryAfter = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && retryAfter >= 0) return Math.max(retryAfter, 1) * 1_000;
  // One second more: the window opens after the second that GitHub names.
  if (used) return Math.max(Number(headers['x-ratelimit-reset']) * 1_000 - now, 0) + 1_000 || UNTOLD_WAIT_MS;
  return secondary || status === 429 ? UNTOLD_WAIT_MS : null;
}

function forbidden(headers: Headers, what: string, said: string): AiosError {
  const singleSignOn = /url=(\S+)/.exec(String(headers['x-github-sso'] ?? ''))?.[1];
  if (singleSignOn !== undefined) {
    return new AiosError('github_forbidden', `The organisation wants the token in GITHUB_TOKEN to be authorised for single sign-on. Authorise it at ${singleSignOn}`);
  }
  if (/GitHub App/i.test(said)) {
    return new AiosError('github_forbidden', `GitHub takes ${what} only from a GitHub App (${said}). Put an installation token with the permission checks=write into GITHUB_TOKEN, or switch the check run off.`);
  }
  return new AiosError('github_forbidden', `The token in GITHUB_TOKEN may not do ${what} (${said}).${rightsIn(headers)} Give the token this right and access to the repository.`);
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/** Which permission or scope GitHub names in its headers, as a sentence. */
function rightsIn(headers: Headers): string {
  const permissions = headers['x-accepted-github-permissions'];
  if (permissions !== undefined && permissions !== '') return ` It needs the permission ${String(permissions).replaceAll(';', ' or')}.`;
  const wanted = headers['x-accepted-oauth-scopes'];
  const held = headers['x-oauth-scopes'];
  if (wanted === undefined || wanted === '' || held === undefined) return '';
  return ` It needs one of the scopes ${wanted}; it has ${held === '' ? 'none' : held}.`;
}

function issuesIn(data: unknown): FieldIssue[] {
  const errors = (data as { errors?: unknown } | undefined)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => {
    if (typeof error === 'string') return { path: '', message: error };
    const { resource, field, code, message } = error as { resource?: string; field?: string; code?: string; message?: string };
    return { path: [resource, field].filter((part) => part !== undefined).join('.'), message: message ?? code ?? 'is not valid' };
  });
}

function messageIn(data: unknown): string {
  const message = (data as { message?: unknown } | null | undefined)?.message;
  return typeof message === 'string' && message !== '' ? message : 'no reason given';
}

function reasonOf(failure: GitHubFailure): string {
  const cause = failure.cause as { message?: string; cause?: { code?: string; message?: string } } | undefined;
  return cause?.cause?.code ?? cause?.cause?.message ?? cause?.message ?? failure.message;
}

function clean(text: string, { token }: FailedCall): string {
  const withoutToken = token === undefined || token === '' ? text : text.replaceAll(token, '[token]');
  return withoutToken.replaceAll(/\s+/g, ' ').slice(0, 300).replace(/\.$/, '');
}
