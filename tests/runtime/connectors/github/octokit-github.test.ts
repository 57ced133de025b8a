import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../../../agent-runtime/src/connectors/github/octokit-github.ts';
import type { GitHub } from '../../../../agent-runtime/src/connectors/github/github.ts';
import { startGitHubStandIn } from '../../../stand-ins/github/start-github-stand-in.ts';
import type { GitHubStandIn } from '../../../stand-ins/github/start-github-stand-in.ts';

const reference = { owner: 'acme', repository: 'shop', number: 7 };
const { signal } = new AbortController();
const patch = '@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n@@ -20,2 +21,2 @@\n x\n-y\n+z';

let standIn: GitHubStandIn;
let github: GitHub;

beforeEach(async () => {
  standIn = await startGitHubStandIn({
    tokens: [
      { token: 'ghp_reviewer', login: 'reviewer', kind: 'fine-grained' },
      { token: 'ghp_other', login: 'other', kind: 'fine-grained' },
      { token: 'ghs_app', login: 'aios[bot]', kind: 'app' },
    ],
  });
  github = createGitHub({ apiUrl: standIn.url, token: 'ghp_reviewer' });
});

afterEach(async () => {
  await standIn.close();
  standIn.assertNoViolations();
});

describe('reading a pull request', () => {
  test('gives its commits, branches and author', async () => {
    const { headSha, baseSha } = standIn.addPullRequest('acme/shop', { number: 7, title: 'Add a cart', body: null, files: [] });
    expect(await github.readPullRequest(reference, signal)).toEqual({
      ...reference, title: 'Add a cart', body: '', author: 'octocat', url: 'https://github.com/acme/shop/pull/7',
      state: 'open', draft: false, headSha, baseSha, baseRef: 'main', defaultBranch: 'main', fromFork: false, changedFiles: 0,
    });
  });

  test("has GitHub's own spelling of the names, whatever the caller's", async () => {
    standIn.addPullRequest('acme/shop', { number: 7, files: [] });
    expect(await github.readPullRequest({ owner: 'ACME', repository: 'Shop', number: 7 }, signal)).toMatchObject(reference);
  });

  test.each([['mallory/shop', true], [null, true], ['acme/shop', false]])('a head in %s is from a fork: %s', async (headRepository, fromFork) => {
    standIn.addPullRequest('acme/shop', { number: 7, headRepository, files: [] });
    expect((await github.readPullRequest(reference, signal)).fromFork).toBe(fromFork);
  });

  test('lists the files of all pages, up to the 3,000 that GitHub gives', async () => {
    const files = Array.from({ length: 3_010 }, (_, index) => ({ path: `src/file-${index}.ts`, status: 'added' as const, patch: '@@ -0,0 +1 @@\n+x' }));
    standIn.addPullRequest('acme/shop', { number: 7, files });
    const listed = await github.listFiles(reference, signal);
    expect(listed).toHaveLength(3_000);
    expect(listed.at(-1)?.path).toBe('src/file-2999.ts');
    expect((await github.readPullRequest(reference, signal)).changedFiles).toBe(3_010);
  });

  test('tells a rename and a patch that GitHub left out', async () => {
    standIn.addPullRequest('acme/shop', { number: 7, files: [{ path: 'b.png', previousPath: 'a.png', status: 'renamed', patch: null }] });
    expect(await github.listFiles(reference, signal)).toEqual([
      { path: 'b.png', previousPath: 'a.png', status: 'renamed', additions: 0, deletions: 0, patch: null, empty: false },
    ]);
  });

  test('lists inline comments, the outdated ones without a line', async () => {
    standIn.addPullRequest('acme/shop', {
      number: 7, files: [],
      comments: [{ path: 'a', body: 'now', author: 'ann', line: 3, side: 'RIGHT' }, { path: 'a', body: 'once', author: 'bob', side: 'LEFT' }],
    });
    expect(await github.listReviewComments(reference, signal)).toEqual([
      { path: 'a', line: 3, side: 'RIGHT', body: 'now', author: 'ann' }, { path: 'a', line: null, side: 'LEFT', body: 'once', author: 'bob' },
    ]);
  });
});

describe('reading a file', () => {
  test.each([
    ['a file', 'AGENTS.md', 'Be kind. ☕'], ['a file in a folder with a space', 'docs/a b.md', 'x'], ['a folder', 'docs', null],
    ['what is not there', 'nothing.md', null], ['bytes that are not text', 'logo.png', null], ['a file over 1 MB', 'large.txt', null],
  ])('%s', async (_, path, expected) => {
    standIn.addRepository({
      owner: 'acme', name: 'shop',
      contents: { main: {
        'AGENTS.md': 'Be kind. ☕', 'docs/a b.md': 'x', 'logo.png': new Uint8Array([137, 80, 0, 255]), 'large.txt': 'x'.repeat(1_100_000),
      } },
    });
    expect(await github.readFile(reference, path, 'main', signal)).toBe(expected);
  });
});

test('a file that is missing is null without a token too', async () => {
  standIn.addRepository({ owner: 'acme', name: 'shop' });
  expect(await createGitHub({ apiUrl: standIn.url }).readFile(reference, 'AGENTS.md', 'main', signal)).toBeNull();
});

describe('posting a review', () => {
  test('posts it once, with its comments on lines and ranges', async () => {
    const { headSha } = standIn.addPullRequest('acme/shop', { number: 7, files: [{ path: 'a.ts', status: 'modified', patch }] });
    const posted = await github.createReview(reference, {
      headSha, event: 'REQUEST_CHANGES', body: 'Summary',
      comments: [
        { path: 'a.ts', body: 'range', startLine: 2, line: 3, side: 'RIGHT' }, { path: 'a.ts', body: 'deleted', line: 2, side: 'LEFT' },
        { path: 'a.ts', body: 'one line', startLine: 22, line: 22, side: 'RIGHT' },
      ],
    }, signal);
    expect(standIn.reviews).toMatchObject([{
      id: posted.reviewId, state: 'CHANGES_REQUESTED', author: 'reviewer', commitId: headSha,
      comments: [{ line: 3, startLine: 2, side: 'RIGHT' }, { line: 2, side: 'LEFT' }, { line: 22, side: 'RIGHT' }],
    }]);
    expect(posted.url).toContain('https://github.com/acme/shop/pull/7');
  });

  test('a lost answer is not followed by a second post; the review is found by its marker', async () => {
    const { headSha } = standIn.addPullRequest('acme/shop', { number: 7, files: [] });
    standIn.fail({ method: 'POST', failure: 'lose-answer' });
    const review = { headSha, event: 'COMMENT', body: 'Text <!-- marker-1 -->', comments: [] } as const;
    await expect(github.createReview(reference, review, signal)).rejects.toMatchObject({ code: 'github_unavailable', kind: 'operational' });
    expect(standIn.reviewsWith('marker-1')).toHaveLength(1);
    expect(await github.findReview(reference, 'marker-1', signal)).toMatchObject({ reviewId: standIn.reviews[0]?.id });
    expect(await github.findReview(reference, 'marker-2', signal)).toBeNull();
  });

  test('a caller that gives up does not take the others with it', async () => {
    standIn.addPullRequest('acme/shop', { number: 7, files: [] });
    standIn.fail({ failure: 'hang', path: /\/user$/ });
    const patient = createGitHub({ apiUrl: standIn.url, token: 'ghp_reviewer', timeoutMs: 200 });
    const controller = new AbortController();
    const first = patient.findReview(reference, 'marker-1', controller.signal);
    const second = patient.findReview(reference, 'marker-1', signal);
    controller.abort(new Error('given up'));
    await expect(first).rejects.toThrow('given up');
    expect(await second).toBeNull();
  });

  test("another user's review with our marker is not ours", async () => {
    const { headSha } = standIn.addPullRequest('acme/shop', { number: 7, files: [] });
    const other = createGitHub({ apiUrl: standIn.url, token: 'ghp_other' });
    await other.createReview(reference, { headSha, event: 'COMMENT', body: 'marker-1', comments: [] }, signal);
    expect(await github.findReview(reference, 'marker-1', signal)).toBeNull();
    const app = createGitHub({ apiUrl: standIn.url, token: 'ghs_app' });
    expect(await app.findReview(reference, 'marker-1', signal)).toBeNull();
    await app.createReview(reference, { headSha, event: 'COMMENT', body: 'marker-1', comments: [] }, signal);
    expect(await app.findReview(reference, 'marker-1', signal)).not.toBeNull();
  });
});

test('a check run is set once and found by our id for it', async () => {
  const app = createGitHub({ apiUrl: standIn.url, token: 'ghs_app' });
  const { headSha } = standIn.addPullRequest('acme/shop', { number: 7, files: [] });
  expect(await app.findCheckRun(reference, headSha, 'task-1', signal)).toBeNull();
  const set = await app.createCheckRun(reference, {
    headSha, name: 'CTO Agent', externalId: 'task-1', conclusion: 'failure', title: '2 findings', summary: 'See the review.',
  }, signal);
  expect(await app.findCheckRun(reference, headSha, 'task-1', signal)).toEqual(set);
  expect(standIn.checkRuns).toMatchObject([{ conclusion: 'failure', status: 'completed', externalId: 'task-1' }]);
});
