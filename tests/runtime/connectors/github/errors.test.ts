import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../../../agent-runtime/src/connectors/github/octokit-github.ts';
import type { AiosError } from '../../../../agent-runtime/src/errors.ts';
import type { GitHubOptions } from '../../../../agent-runtime/src/connectors/github/octokit-client.ts';
import { primaryLimit, secondaryLimit } from '../../../stand-ins/github/rate-limits.ts';
import { startGitHubStandIn } from '../../../stand-ins/github/start-github-stand-in.ts';
import type { GitHubStandIn } from '../../../stand-ins/github/start-github-stand-in.ts';

const reference = { owner: 'acme', repository: 'shop', number: 7 };
const { signal } = new AbortController();
const TOKEN = 'ghp_secretReviewerToken';

let standIn: GitHubStandIn;
let headSha: string;
let waits: number[];

beforeEach(async () => {
  waits = [];
  standIn = await startGitHubStandIn({
    tokens: [
      { token: TOKEN, login: 'reviewer', kind: 'fine-grained' },
      { token: 'ghp_readsOnlySecret', login: 'reader', kind: 'fine-grained', permissions: { pull_requests: 'read', contents: 'read' } },
      { token: 'ghp_classicSecret', login: 'classic', kind: 'classic', scopes: ['read:user'] },
    ],
  });
  ({ headSha } = standIn.addPullRequest('acme/shop', { number: 7, author: 'ann', files: [{ path: 'a.ts', status: 'modified', patch: '@@ -1 +1 @@\n-a\n+b' }] }));
});

afterEach(() => standIn.close());

function github(options: Partial<GitHubOptions> = {}) {
  return createGitHub({ apiUrl: standIn.url, token: TOKEN, sleep: async (ms) => { waits.push(ms); }, ...options });
}

async function failureOf(call: Promise<unknown>): Promise<AiosError> {
  const error = await call.then(() => { throw new Error('it did not fail'); }, (thrown: AiosError) => thrown);
  for (const secret of [TOKEN, 'ghp_readsOnlySecret', 'ghp_classicSecret', 'ghp_wrongSecret']) {
    expect(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(secret);
  }
  return error;
}

const review = (more: object = {}) => ({ headSha, event: 'COMMENT' as const, body: 'Summary', comments: [], ...more });

describe('the message says what to do', () => {
  test('401 names the setting that holds the token', async () => {
    const error = await failureOf(github({ token: 'ghp_wrongSecret' }).readPullRequest(reference, signal));
    expect(error).toMatchObject({ code: 'github_unauthorized', kind: 'user' });
    expect(error.message).toMatch(/GITHUB_TOKEN \(Bad credentials\).*set GITHUB_TOKEN/);
  });

  test('403 names the permission that is missing', async () => {
    const error = await failureOf(github({ token: 'ghp_readsOnlySecret' }).createReview(reference, review(), signal));
    expect(error).toMatchObject({ code: 'github_forbidden', kind: 'user' });
    expect(error.message).toMatch(/POST \/repos\/acme\/shop\/pulls\/7\/reviews.*permission pull_requests=write/);
  });

  test('404 names what was asked for, and the scopes wanted and held', async () => {
    const error = await failureOf(github({ token: 'ghp_classicSecret' }).readPullRequest(reference, signal));
    expect(error).toMatchObject({ code: 'github_not_found', kind: 'user' });
    expect(error.message).toMatch(/\/repos\/acme\/shop\/pulls\/7.*may not see it.*scopes repo; it has read:user/);
  });

  test('an unknown repository is a 404', async () => {
    expect(await failureOf(github().readPullRequest({ ...reference, repository: 'nothing' }, signal))).toMatchObject({ code: 'github_not_found' });
  });

  test('422 names the line that GitHub does not take', async () => {
    const comments = [{ path: 'a.ts', body: 'x', line: 99, side: 'RIGHT' as const }];
    const error = await failureOf(github().createReview(reference, review({ comments }), signal));
    expect(error).toMatchObject({ code: 'github_unprocessable', kind: 'user', issues: [{ path: '', message: 'Line could not be resolved' }] });
    expect(error.message).toContain('Line could not be resolved');
  });

  test('422 with a field names the field', async () => {
    standIn.fail({ failure: { status: 422, body: { message: 'Validation Failed', errors: [{ resource: 'PullRequestReview', field: 'commit_id', code: 'invalid' }] } } });
    const error = await failureOf(github().createReview(reference, review(), signal));
    expect(error.issues).toEqual([{ path: 'PullRequestReview.commit_id', message: 'invalid' }]);
    expect(error.message).toContain('PullRequestReview.commit_id: invalid');
  });

  test('a check run without a GitHub App says that it needs one', async () => {
    const error = await failureOf(github().createCheckRun(reference, { headSha, name: 'n', externalId: 'e', conclusion: 'success', title: 't', summary: 's' }, signal));
    expect(error).toMatchObject({ code: 'github_forbidden' });
    expect(error.message).toMatch(/GitHub App.*checks=write/);
  });

  test('single sign-on names the address at which to authorise the token', async () => {
    standIn.fail({ failure: { status: 403, headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?x=1' }, body: { message: 'Resource protected by organization SAML enforcement.' } } });
    expect((await failureOf(github().readPullRequest(reference, signal))).message).toContain('https://github.com/orgs/acme/sso?x=1');
  });

  test('a write without any token says which setting to fill', async () => {
    const error = await failureOf(github({ token: undefined }).createReview(reference, review(), signal));
    expect(error).toMatchObject({ code: 'github_token_missing' });
    expect(error.message).toContain('Set GITHUB_TOKEN');
  });

  test('a repository that is not there without a token may be private', async () => {
    standIn.fail({ failure: { status: 404, body: { message: 'Not Found' } } });
    const error = await failureOf(github({ token: undefined }).readPullRequest(reference, signal));
    expect(error).toMatchObject({ code: 'github_token_missing' });
    expect(error.message).toContain('does not exist, or is private and needs a token (GITHUB_TOKEN)');
  });

  test("a token that GitHub repeats in its own words is taken out", async () => {
    standIn.fail({ failure: { status: 400, body: { message: `no such header: token ${TOKEN}` } } });
    expect((await failureOf(github().readPullRequest(reference, signal))).message).toContain('[token]');
  });
});

describe('another attempt', () => {
  test('a read is tried again after a 5xx and a cut connection', async () => {
    standIn.fail({ failure: { status: 502, body: { message: 'Bad Gateway' } } });
    standIn.fail({ failure: 'reset' });
    expect((await github().readPullRequest(reference, signal)).headSha).toBe(headSha);
    expect(waits).toEqual([250, 1_000]);
  });

  test('a read that keeps failing is given up, to be retried with the task', async () => {
    standIn.fail({ failure: { status: 503, body: 'down' }, times: 9 });
    expect(await failureOf(github().readPullRequest(reference, signal))).toMatchObject({ code: 'github_unavailable', kind: 'operational' });
    expect(standIn.requests).toHaveLength(3);
  });

  test.each(['reset', { status: 502, body: 'Bad Gateway' }] as const)('a write is not tried again after %j', async (failure) => {
    standIn.fail({ failure });
    expect(await failureOf(github().createReview(reference, review(), signal))).toMatchObject({ code: 'github_unavailable' });
    expect(standIn.requests).toHaveLength(1);
  });

  test.each([
    ['a secondary limit', secondaryLimit(20), [20_000]], ['a secondary limit without a time', secondaryLimit(), [60_000]],
    ['429 with a time', { status: 429, headers: { 'retry-after': '5' }, body: { message: 'slow down' } }, [5_000]],
  ])('%s is waited for, for writes too', async (_, failure, expected) => {
    standIn.fail({ failure });
    await github().createReview(reference, review(), signal);
    expect(waits).toEqual(expected);
    expect(standIn.reviews).toHaveLength(1);
  });

  test('a used-up hour that comes back within a minute is waited for', async () => {
    standIn.fail({ failure: primaryLimit(30) });
    await github().readPullRequest(reference, signal);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(28_000);
    expect(waits[0]).toBeLessThanOrEqual(31_000);
  });

  test('a longer wait is left to the task, with the time to wait', async () => {
    standIn.fail({ failure: primaryLimit(1_800) });
    const error = await failureOf(github().readPullRequest(reference, signal));
    expect(error).toMatchObject({ code: 'github_rate_limited', kind: 'operational' });
    expect(error.retryAfterMs).toBeGreaterThan(1_790_000);
    expect(waits).toEqual([]);
  });

  test('waits add up to a minute at most', async () => {
    standIn.fail({ failure: secondaryLimit(40), times: 2 });
    expect(await failureOf(github().readPullRequest(reference, signal))).toMatchObject({ code: 'github_rate_limited', retryAfterMs: 40_000 });
    expect(waits).toEqual([40_000]);
  });

  test('a signal ends a wait at once, with its reason', async () => {
    const controller = new AbortController();
    standIn.fail({ failure: secondaryLimit(30) });
    const call = createGitHub({
      apiUrl: standIn.url, token: TOKEN,
      sleep: (_, waiting) => new Promise((_resolve, reject) => {
        waiting?.addEventListener('abort', () => reject(new Error('woken')));
        controller.abort(new Error('cancelled'));
      }),
    }).readPullRequest(reference, controller.signal);
    await expect(call).rejects.toThrow('cancelled');
  });

  test('an answer that does not come is given up', async () => {
    standIn.fail({ failure: 'hang', method: 'POST' });
    expect(await failureOf(github({ timeoutMs: 200 }).createReview(reference, review(), signal))).toMatchObject({ code: 'github_unavailable' });
  });

  test('a server that is not there is named by its setting', async () => {
    const gone = await startGitHubStandIn();
    await gone.close();
    const error = await failureOf(github({ apiUrl: gone.url }).readPullRequest(reference, signal));
    expect(error).toMatchObject({ code: 'github_unavailable' });
    expect(error.message).toMatch(/ECONNREFUSED.*GITHUB_API_URL/);
  });
});
