import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasEnded } from './n8n-api.ts';
import { readWorkflow } from './n8n.ts';
import type { Workflow } from './n8n.ts';
import { startSuite } from './suite.ts';
import type { Suite } from './suite.ts';
import { pullRequestExample } from './webhook-examples.ts';

const opened = pullRequestExample('opened');

const FILES = [{
  path: 'src/charge.ts', status: 'added' as const,
  patch: "@@ -0,0 +1,4 @@\n+export function charge(amount: number) {\n+  debugger;\n+  return amount * 100;\n+}",
}];

/** The template with what a person fills in. */
async function filledIn(): Promise<Workflow> {
  const workflow = await readWorkflow('review-pull-request');
  const parameters = (name: string) => workflow.nodes.find((node) => node.name === name)!.parameters;
  Object.assign(parameters('GitHub Trigger'), {
    owner: { __rl: true, mode: 'name', value: 'Codertocat' }, repository: { __rl: true, mode: 'name', value: 'Hello-World' },
  });
  Object.assign(parameters('Create a Linear Issue'), { teamId: '5f0c1d3a-7b1e-4c57-9a43-0d9a6c1f2e01' });
  Object.assign(parameters('Post the Summary'), { channelId: { __rl: true, mode: 'name', value: '#reviews' } });
  return workflow;
}

describe('the template that reviews pull requests, in a real n8n', () => {
  let suite: Suite;

  beforeAll(async () => {
    suite = await startSuite({
      workflows: [await filledIn()],
      prepare: ({ github }) => {
        github.addPullRequest('Codertocat/Hello-World', {
          number: opened.pull_request.number, title: opened.pull_request.title, body: opened.pull_request.body,
          author: opened.pull_request.user.login, headSha: opened.pull_request.head.sha, files: FILES,
        });
      },
    });
  }, 300_000);

  afterAll(() => suite?.close(), 60_000);

  test('registers its webhook at GitHub', () => {
    expect(suite.github.hooks).toEqual([expect.objectContaining({ repository: 'Codertocat/Hello-World', active: true, events: ['pull_request'] })]);
    expect(suite.github.hooks[0]!.config.secret).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a signed payload is reviewed, the review is posted, and Linear and Slack are told', async () => {
    const [answer] = await suite.github.deliver('Codertocat/Hello-World', { event: 'pull_request', payload: opened });
    expect(answer?.status).toBe(200);
    const execution = await suite.n8n.api.untilExecution('aiosReviewPullRequest', hasEnded);
    expect(execution.data?.resultData.error).toBeUndefined();
    expect(execution.status).toBe('success');

    expect(suite.github.reviews).toHaveLength(1);
    const [posted] = suite.github.reviews;
    expect(posted).toMatchObject({ number: opened.pull_request.number, state: 'CHANGES_REQUESTED', commitId: opened.pull_request.head.sha });
    expect(posted!.comments.map((comment) => comment.path)).toContain('src/charge.ts');

    const review = execution.data!.resultData.runData['CTO Agent']![0]!.data!.main![0]![0]!.json;
    expect(review).toMatchObject({
      verdict: 'request_changes', coverage: { complete: true }, posted: { event: 'REQUEST_CHANGES' },
      pullRequest: { owner: 'Codertocat', repository: 'Hello-World', number: opened.pull_request.number },
    });
    expect(suite.linear.issues).toHaveLength(1);
    expect(suite.linear.issues[0]!.title).toBe(`Changes requested: Hello-World#${opened.pull_request.number} ${opened.pull_request.title}`);
    expect(suite.slack.messages).toHaveLength(1);
    expect(JSON.stringify(suite.slack.messages[0])).toContain('Request changes');
    suite.assertNoViolations();
  }, 120_000);

  test('the same delivery again posts no second review', async () => {
    const before = (await suite.n8n.api.executions('aiosReviewPullRequest')).length;
    await suite.github.deliver('Codertocat/Hello-World', { event: 'pull_request', payload: opened, deliveryId: 'again' });
    await suite.n8n.api.untilExecution('aiosReviewPullRequest', (execution) => hasEnded(execution) && Number(execution.id) > before);
    expect(suite.github.reviews).toHaveLength(1);
    suite.assertNoViolations();
  }, 120_000);

  test('an event that changes nothing to review is let go without a task', async () => {
    const before = (await suite.n8n.api.executions('aiosReviewPullRequest')).length;
    await suite.github.deliver('Codertocat/Hello-World', { event: 'pull_request', payload: pullRequestExample('closed') });
    const execution = await suite.n8n.api.untilExecution('aiosReviewPullRequest', (candidate) => hasEnded(candidate) && Number(candidate.id) > before);
    expect(execution.status).toBe('success');
    expect(Object.keys(execution.data!.resultData.runData)).not.toContain('CTO Agent');
  }, 60_000);

  test('a wrong signature starts nothing', async () => {
    const before = (await suite.n8n.api.executions('aiosReviewPullRequest')).length;
    const [answer] = await suite.github.deliver('Codertocat/Hello-World', { event: 'pull_request', payload: opened, secret: 'wrong' });
    expect(answer?.status).toBe(401);
    expect(await suite.n8n.api.executions('aiosReviewPullRequest')).toHaveLength(before);
  }, 60_000);
});
