import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasEnded } from './n8n-api.ts';
import { readWorkflow } from './n8n.ts';
import { startSuite } from './suite.ts';
import type { Suite } from './suite.ts';
import { pullRequestExample, webhookExamples } from './webhook-examples.ts';
import type { WebhookExample } from './webhook-examples.ts';

const opened = pullRequestExample('opened');
/** As many at once as a small n8n likes. */
const AT_ONCE = 4;

interface Answer {
  readonly status: number;
  readonly body: { verdict?: string; error?: string; reason?: string; posted?: object | null; details?: { code: string } };
}

describe('the try-out workflow in a real n8n', () => {
  let suite: Suite;

  const post = async (body: unknown, { event, query = '' }: { event?: string; query?: string } = {}): Promise<Answer> => {
    const response = await fetch(`${suite.n8n.baseUrl}/webhook/try-pull-request-review${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(event === undefined ? {} : { 'x-github-event': event }) },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() as Answer['body'] };
  };

  beforeAll(async () => {
    suite = await startSuite({
      workflows: [await readWorkflow('try-pull-request-review')],
      prepare: ({ github }) => {
        github.addPullRequest('Codertocat/Hello-World', {
          number: opened.pull_request.number, title: opened.pull_request.title, headSha: opened.pull_request.head.sha,
          files: [{ path: 'src/run.ts', status: 'added', patch: '@@ -0,0 +1,2 @@\n+export const run = () => {\n+  debugger; };' }],
        });
      },
    });
  }, 300_000);

  afterAll(() => suite?.close(), 60_000);

  test('gives the review and posts nothing', async () => {
    const answer = await post(opened, { event: 'pull_request' });
    expect(answer).toMatchObject({ status: 200, body: { verdict: 'request_changes', posted: null } });
    expect(suite.github.reviews).toHaveLength(0);
  }, 60_000);

  test('decides by the shape of the body when no header says what it is', async () => {
    expect(await post(opened)).toMatchObject({ status: 200, body: { verdict: 'request_changes' } });
    expect(await post({ action: 'created', sender: {}, repository: {} })).toMatchObject({ status: 202, body: { reason: expect.stringContaining('another') } });
  }, 60_000);

  test('publishes when the query asks for it', async () => {
    const answer = await post(opened, { event: 'pull_request', query: '?publish=true' });
    expect(answer).toMatchObject({ status: 200, body: { posted: { event: 'REQUEST_CHANGES' } } });
    expect(suite.github.reviews).toHaveLength(1);
  }, 60_000);

  test('says why a review failed', async () => {
    const unknown = { ...opened, repository: { name: 'nowhere', owner: { login: 'Codertocat' } } };
    expect(await post(unknown, { event: 'pull_request' })).toMatchObject({ status: 422, body: { error: expect.any(String), details: { code: 'github_not_found' } } });
  }, 60_000);

  test.each([['nothing', {}], ['a list', []], ['something else', { hello: 'world' }]])('refuses %s', async (_name, body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { reason: expect.stringContaining('not a GitHub payload') } });
  }, 60_000);

  test("all of GitHub's documented payloads are accepted or refused with a reason", async () => {
    const waiting = [...webhookExamples];
    const answers: Array<WebhookExample & { answer: Answer }> = [];
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        answers.push({ ...next, answer: await post(next.payload, { event: next.event }) });
      }
    }));
    expect(answers).toHaveLength(329);
    const unexplained = answers.filter(({ answer: { status, body } }) =>
      !(status === 200 && body.verdict) && !(status === 202 && body.reason) && !(status === 422 && body.error));
    expect(unexplained).toEqual([]);
    const reviewed = answers.filter(({ answer }) => answer.status !== 202);
    expect(reviewed.length).toBeGreaterThan(0);
    for (const { event, payload } of reviewed) {
      expect(event).toBe('pull_request');
      expect(['opened', 'synchronize', 'reopened', 'ready_for_review']).toContain(payload.action);
    }
    const executions = await suite.n8n.api.executions('aiosTryReview');
    expect(executions.filter((execution) => hasEnded(execution) && execution.status !== 'success')).toEqual([]);
    suite.assertNoViolations();
  }, 300_000);
});
