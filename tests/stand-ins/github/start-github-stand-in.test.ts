import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startGitHubStandIn } from './start-github-stand-in.ts';
import type { GitHubStandIn } from './start-github-stand-in.ts';

const patch = '@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n@@ -10,2 +10,3 @@\n x\n+y\n z';
let standIn: GitHubStandIn;
let headSha: string;

beforeEach(async () => {
  standIn = await startGitHubStandIn({
    tokens: [{ token: 'app', login: 'aios[bot]', kind: 'app' }, { token: 'ann', login: 'ann', kind: 'fine-grained' }, { token: 'old', login: 'old', kind: 'classic' }],
  });
  ({ headSha } = standIn.addPullRequest('acme/shop', { number: 7, author: 'ann', files: [{ path: 'a.ts', status: 'modified', patch }] }));
});

afterEach(() => standIn.close());

async function call(method: string, path: string, body?: unknown, token: string | null = 'app') {
  const answer = await fetch(`${standIn.url}${path}`, {
    method,
    headers: token === null ? {} : { authorization: `token ${token}` },
    body: typeof body === 'string' || body === undefined ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

describe('a call that GitHub would not understand is a violation', () => {
  test.each<[string, string, string, unknown, RegExp]>([
    ['an unknown path', 'GET', '/repos/acme/shop/pull/7', undefined, /no such operation/],
    ['an unknown query parameter', 'GET', '/repos/acme/shop/pulls/7/files?perpage=3', undefined, /perpage does not exist/],
    ['a parameter of the wrong type', 'GET', '/repos/acme/shop/pulls/seven', undefined, /pull_number must be integer/],
    ['a body of the wrong type', 'POST', '/repos/acme/shop/pulls/7/reviews', { event: 'APPROVED' }, /event must be equal/],
    ['a field that is spelt wrong', 'POST', '/repos/acme/shop/pulls/7/reviews', { event: 'COMMENT', body: 'x', comments: [{ path: 'a.ts', body: 'b', line: 1, startLine: 1 }] }, /startLine/],
    ['a required field left out', 'POST', '/repos/acme/shop/check-runs', { name: 'x' }, /head_sha/],
    ['broken JSON', 'POST', '/repos/acme/shop/pulls/7/reviews', '{', /parsing JSON/],
    ['what is not played', 'GET', '/repos/acme/shop/branches', undefined, /does not play/],
  ])('%s', async (_, method, path, body, expected) => {
    expect((await call(method, path, body)).status).toBeGreaterThanOrEqual(400);
    expect(() => standIn.assertNoViolations()).toThrow(expected);
    expect(standIn.reviews).toHaveLength(0);
  });
});

test('every operation it plays answers as GitHub describes it', async () => {
  const review = { event: 'COMMENT', body: 'Text', comments: [{ path: 'a.ts', body: 'b', line: 2, side: 'RIGHT' }] };
  const pull = '/repos/acme/shop/pulls/7';
  const { body: { id } } = await call('POST', `${pull}/reviews`, review);
  const { body: hook } = await call('POST', '/repos/acme/shop/hooks', { config: { url: 'http://127.0.0.1:1/x', content_type: 'json', secret: 's' }, events: ['pull_request'] });
  standIn.addRepository({ owner: 'acme', name: 'site', contents: { main: { 'docs/a.md': 'x' } } });
  const reads = [
    ['/user', 'ann'], ['/rate_limit'], ['/repos/acme/shop'], [pull], ['/repos/acme/shop/pulls?state=all'], [`${pull}/files`], [`${pull}/comments`],
    [`${pull}/reviews`], [`${pull}/reviews/${id}`], [`${pull}/reviews/${id}/comments`], ['/repos/acme/site/contents/docs/a.md'],
    ['/repos/acme/site/contents/docs'], ['/repos/acme/shop/hooks'], [`/repos/acme/shop/hooks/${hook.id}`],
  ];
  for (const [path = '', token] of reads) expect([path, (await call('GET', path, undefined, token)).status]).toEqual([path, 200]);
  expect((await call('POST', '/repos/acme/shop/check-runs', { name: 'x', head_sha: headSha, conclusion: 'success' })).status).toBe(201);
  expect((await call('GET', `/repos/acme/shop/commits/${headSha}/check-runs`)).body).toMatchObject({ total_count: 1, check_runs: [{ status: 'completed' }] });
  expect((await call('PATCH', `/repos/acme/shop/hooks/${hook.id}`, { active: false })).body).toMatchObject({ active: false });
  expect((await call('DELETE', `/repos/acme/shop/hooks/${hook.id}`)).status).toBe(204);
  standIn.assertNoViolations();
});

describe('a review', () => {
  const post = (body: object, token = 'app') => call('POST', '/repos/acme/shop/pulls/7/reviews', body, token);
  const withComment = (comment: object) => post({ event: 'COMMENT', body: 'Text', comments: [{ path: 'a.ts', body: 'b', ...comment }] });

  test.each<[string, object, string | null]>([
    ['an added line', { line: 2, side: 'RIGHT' }, null], ['a line of context', { line: 10 }, null], ['a deleted line', { line: 2, side: 'LEFT' }, null],
    ['lines of one hunk', { start_line: 1, line: 3, side: 'RIGHT' }, null],
    ['a line between hunks', { line: 6 }, 'Line could not be resolved'], ['a line of the other side', { line: 12, side: 'LEFT' }, 'Line could not be resolved'],
    ['lines of two hunks', { start_line: 2, line: 11 }, 'Start line must be part of the same hunk as the line'],
    ['lines the wrong way round', { start_line: 3, line: 2 }, 'Start line must precede the end line'],
    ['a file that is not in the diff', { path: 'b.ts', line: 1 }, 'Path could not be resolved'],
    ['no words', { body: ' ', line: 2 }, "Body can't be blank"],
  ])('with a comment on %s: %j gives %s', async (_, comment, refusal) => {
    const { status, body } = await withComment(comment);
    expect([status, body.errors?.[0] ?? null]).toEqual([refusal === null ? 200 : 422, refusal]);
    expect(standIn.reviews).toHaveLength(refusal === null ? 1 : 0);
    standIn.assertNoViolations();
  });

  test('that asks for changes wants a body', async () => {
    expect((await post({ event: 'REQUEST_CHANGES' })).body.errors).toEqual(['body is required for the event REQUEST_CHANGES']);
  });

  test.each([['APPROVE', 'Can not approve your own pull request'], ['REQUEST_CHANGES', 'Can not request changes on your own pull request']])('%s of an own pull request is refused', async (event, refusal) => {
    expect((await post({ event, body: 'x' }, 'ann')).body.errors).toEqual([refusal]);
  });

  test('of a commit that was pushed away is refused, of the new one taken', async () => {
    const newHead = standIn.moveHead('acme/shop', 7, { files: [{ path: 'b.ts', status: 'added', patch: '@@ -0,0 +1 @@\n+x' }] });
    expect((await post({ event: 'COMMENT', body: 'x', commit_id: headSha })).body.errors).toEqual(['commit_id is not part of the pull request']);
    expect((await post({ event: 'COMMENT', body: 'marker', commit_id: newHead })).status).toBe(200);
    expect(standIn.reviewsWith('marker')).toHaveLength(1);
  });
});

test('lists are paged with links', async () => {
  standIn.addPullRequest('acme/shop', { number: 8, files: Array.from({ length: 5 }, (_, index) => ({ path: `${index}`, status: 'added' as const })) });
  const { body, headers } = await call('GET', '/repos/acme/shop/pulls/8/files?per_page=2&page=2');
  expect(body.map(({ filename }: { filename: string }) => filename)).toEqual(['2', '3']);
  expect(headers.get('link')).toMatch(/page=1>; rel="prev".*page=3>; rel="next".*page=3>; rel="last"/);
});

test('a wrong token is 401, an anonymous write likewise, an anonymous read of what is public is not', async () => {
  expect((await call('GET', '/repos/acme/shop', undefined, 'wrong')).status).toBe(401);
  expect((await call('POST', '/repos/acme/shop/pulls/7/reviews', { event: 'COMMENT', body: 'x' }, null)).status).toBe(401);
  expect((await call('GET', '/repos/acme/shop', undefined, null)).status).toBe(200);
  standIn.addRepository({ owner: 'acme', name: 'hidden', private: true });
  expect((await call('GET', '/repos/acme/hidden', undefined, null)).status).toBe(404);
});

test('a delivery is signed with the secret that the hook was made with', async () => {
  const received: Array<{ headers: Record<string, unknown>; text: string }> = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    received.push({ headers: request.headers, text });
    response.end('ok');
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
  await call('POST', '/repos/acme/shop/hooks', { name: 'web', config: { url, content_type: 'json', secret: 'hush', insecure_ssl: '0' }, events: ['pull_request'], active: true });
  expect((await call('POST', '/repos/acme/shop/hooks', { config: { url } })).body.errors).toMatchObject([{ message: 'Hook already exists on this repository' }]);

  expect(await standIn.deliver('acme/shop', { event: 'pull_request', payload: { action: 'opened' }, deliveryId: 'd-1' })).toEqual([{ status: 200, text: 'ok' }]);
  expect(await standIn.deliver('acme/shop', { event: 'push', payload: {} })).toEqual([]);
  const [delivery] = received;
  expect(delivery?.headers).toMatchObject({ 'x-github-event': 'pull_request', 'x-github-delivery': 'd-1' });
  expect(delivery?.headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'hush').update(delivery?.text ?? '').digest('hex')}`);
  server.close();
  server.closeAllConnections();
});
