import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startSample } from '../../../local/sample/server.mjs';
import { makeSampleRepository } from '../../../local/sample/repository.mjs';
import { linesOf } from '../../../local/sample/change.mjs';
import { loadGitHubContract } from '../../stand-ins/github/github-contract.ts';
import type { GitHubContract } from '../../stand-ins/github/github-contract.ts';

type Sample = Awaited<ReturnType<typeof startSample>>;

let folder: string;
let sample: Sample;
let contract: GitHubContract;
let headSha: string;

const ask = async (method: string, place: string, body?: unknown) => {
  const answer = await fetch(`${sample.apiUrl}${place}`, {
    method, ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: answer.status, json: await answer.json() };
};
const pull = '/repos/aios-sample/shop/pulls/1';
const comment = { path: 'src/export.ts', line: 11, side: 'RIGHT', body: '<script>alert(1)</script> runs a shell' };

beforeAll(async () => { contract = await loadGitHubContract(); }, 60_000);
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'aios-sample-'));
  sample = await startSample({ dataFolder: folder, port: 0 });
  headSha = sample.payload().pull_request.head.sha;
});
afterEach(async () => {
  await sample.close();
  rmSync(folder, { recursive: true });
});

describe('answers as GitHub does', () => {
  const checked = async (method: string, place: string, body?: unknown) => {
    const answer = await ask(method, place, body);
    const operation = contract.match(method, place.split('?')[0] ?? '');
    expect(operation?.checkAnswer(answer.status, answer.json)).toEqual([]);
    return answer;
  };

  test.each([
    '/repos/aios-sample/shop', pull, `${pull}/files`, `${pull}/comments`, `${pull}/reviews`,
    '/repos/aios-sample/shop/contents/AGENTS.md?ref=main', '/user',
  ])('GET %s holds to the published description', async (place) => {
    expect((await checked('GET', place)).status).toBe(200);
  });

  test('a posted review, its comments and a check run hold to it too', async () => {
    const review = { commit_id: headSha, event: 'REQUEST_CHANGES', body: 'Not yet.', comments: [comment] };
    expect((await checked('POST', `${pull}/reviews`, review)).status).toBe(200);
    const [found] = (await checked('GET', `${pull}/reviews`)).json;
    expect(found).toMatchObject({ state: 'CHANGES_REQUESTED', commit_id: headSha });
    expect((await checked('GET', `${pull}/comments`)).json).toMatchObject([{ path: comment.path, line: comment.line, body: comment.body }]);
    await checked('GET', `${pull}/reviews/${found.id}/comments`);
    const run = { name: 'CTO Agent', head_sha: headSha, external_id: 'x', conclusion: 'failure', output: { title: 'No', summary: 'No.' } };
    expect((await checked('POST', '/repos/aios-sample/shop/check-runs', run)).status).toBe(201);
    expect((await checked('GET', `/repos/aios-sample/shop/commits/${headSha}/check-runs`)).json.total_count).toBe(1);
  });

  test('what is not there is a 404', async () => {
    for (const place of ['/repos/aios-sample/other', '/repos/aios-sample/shop/pulls/2', '/repos/aios-sample/shop/contents/src', '/repos/aios-sample/shop/contents/AGENTS.md?ref=--help']) {
      expect((await ask('GET', place)).status).toBe(404);
    }
  });
});

describe('refuses what GitHub refuses', () => {
  test.each([
    ['a line that the diff does not show', { ...comment, line: 999 }, 'Line could not be resolved'],
    ['a file that was not changed', { ...comment, path: 'src/database.ts' }, 'Path could not be resolved'],
    ['lines of different hunks', { ...comment, path: 'tests/prices.test.ts', start_line: 2, line: 16 }, 'Start line must be part of the same hunk as the line'],
    ['a start after the end', { ...comment, start_line: 12 }, 'Start line must precede the end line'],
  ])('%s', async (_what, refused, message) => {
    const answer = await ask('POST', `${pull}/reviews`, { commit_id: headSha, event: 'COMMENT', body: 'x', comments: [refused] });
    expect(answer).toMatchObject({ status: 422, json: { errors: [message] } });
    expect(sample.reviews()).toEqual([]);
  });

  test('an unknown event, a missing body and another commit', async () => {
    const good = { commit_id: headSha, event: 'COMMENT', body: 'x', comments: [] };
    for (const bad of [{ ...good, event: 'SHOUT' }, { ...good, body: '' }, { ...good, commit_id: '0'.repeat(40) }]) {
      expect((await ask('POST', `${pull}/reviews`, bad)).status).toBe(422);
    }
  });
});

test('the page shows the posted comments, as text', async () => {
  await ask('POST', `${pull}/reviews`, { commit_id: headSha, event: 'COMMENT', body: 'Seen. <!-- marker -->', comments: [comment] });
  const html = await (await fetch(sample.pageUrl)).text();
  expect(html).toContain('&#60;script&#62;alert(1)');
  expect(html).not.toContain('<script>');
  expect(html).not.toContain('marker');
});

test('reviews outlive a restart', async () => {
  await ask('POST', `${pull}/reviews`, { commit_id: headSha, event: 'COMMENT', body: 'Seen.', comments: [comment] });
  await sample.close();
  sample = await startSample({ dataFolder: folder, port: 0 });
  expect(sample.reviews()).toMatchObject([{ body: 'Seen.', comments: [{ line: comment.line }] }]);
});

describe('the repository', () => {
  const before = { ...process.env };
  afterAll(() => { process.env = before; });

  test("is made without the person's git settings, and once", () => {
    const home = mkdtempSync(path.join(tmpdir(), 'aios-home-'));
    writeFileSync(path.join(home, 'config'), '[commit]\n\tgpgsign = true\n[core]\n\thooksPath = /nowhere\n\tautocrlf = true\n[user]\n\tname = Somebody\n');
    process.env = { ...before, GIT_CONFIG_GLOBAL: path.join(home, 'config'), GIT_DIR: '/nowhere' };
    const made = path.join(home, 'sample');
    expect(makeSampleRepository(made)).toBe(true);
    expect(makeSampleRepository(made)).toBe(false);
    expect(readFileSync(path.join(made, '.git', 'refs', 'heads', 'order-search'), 'utf8').trim()).toBe(headSha);
    rmSync(home, { recursive: true });
  });

  test('plants its defects on lines that the diff adds', async () => {
    const { json: files } = await ask('GET', `${pull}/files`);
    const added = files.flatMap((file: { patch: string }) => linesOf(file.patch).filter(({ kind }) => kind === 'added').map(({ text }) => text)).join('\n');
    for (const defect of [/'SG\.[\w]{22}\.[\w]{43}'/, /LIKE '%" \+ text/, /it\.only/, /execSync\(`gzip/, /catch \(error\) \{\}/, /index <= items\.length/, /debugger;/, /"moment"/]) {
      expect(added).toMatch(defect);
    }
  });

  test('holds no text that looks like a key in our own files', () => {
    const place = path.resolve('local/sample');
    for (const name of readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(mjs|sample)$/.test(file))) {
      expect(readFileSync(path.join(place, name), 'utf8')).not.toMatch(/SG\.\w+\.\w+/);
    }
  });
});
