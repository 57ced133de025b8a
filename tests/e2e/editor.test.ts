import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, selectors } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { hasEnded } from './n8n-api.ts';
import { OWNER, readWorkflow } from './n8n.ts';
import { startSuite } from './suite.ts';
import type { Suite } from './suite.ts';
import { pullRequestExample } from './webhook-examples.ts';
import { chain, ctoAgent } from './workflows.ts';

const ARTIFACTS = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const opened = pullRequestExample('opened');

describe('the editor in Chromium', () => {
  let suite: Suite;
  let browser: Browser;
  let page: Page;

  const shoot = (name: string) => page.screenshot({ path: `${ARTIFACTS}${name}.png` });
  const openWorkflow = async (id: string) => {
    await page.goto(`${suite.n8n.baseUrl}/workflow/${id}`);
    await page.locator('[data-test-id="canvas-node"]').first().waitFor();
  };
  const canvasNode = (name: string) => page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);

  /** The CTO Agent in the list that the node creator shows for the words. */
  const searchNode = async (words: string) => {
    await openWorkflow('empty');
    await page.getByTestId('node-creator-plus-button').first().click();
    await page.getByTestId('node-creator-search-bar').fill(words);
    const item = page.getByTestId('node-creator-item-name').filter({ hasText: /^\s*CTO Agent\s*$/ }).first();
    await item.waitFor();
    return item;
  };

  /** The review in the output panel of the open node, as a tree. */
  const seeVerdict = async () => {
    const output = page.getByTestId('output-panel');
    await output.getByText('request_changes').first().waitFor();
    await output.getByText('Schema', { exact: true }).first().click();
    await output.getByText('src/charge.ts').first().waitFor();
    expect(await output.textContent()).toMatch(/verdict\s*request_changes/);
  };
  /** n8n lays a list of tips over a published workflow. */
  const closeChecklist = () => page.getByTestId('suggested-actions-close').first().click();

  beforeAll(async () => {
    await mkdir(ARTIFACTS, { recursive: true });
    const empty = chain('empty', { name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} });
    const run = chain('run', { name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} }, {
      name: 'Payload', type: 'n8n-nodes-base.set', typeVersion: 3.4,
      parameters: { mode: 'raw', jsonOutput: JSON.stringify({ body: opened }), options: {} },
    }, ctoAgent({ operation: 'reviewPullRequest', wait: 'suspend' }));
    suite = await startSuite({
      workflows: [empty, run, await readWorkflow('try-pull-request-review'), await readWorkflow('review-pull-request')],
      publish: ['aiosTryReview'],
      prepare: ({ github }) => {
        github.addPullRequest('Codertocat/Hello-World', {
          number: opened.pull_request.number, title: opened.pull_request.title, author: opened.pull_request.user.login, headSha: opened.pull_request.head.sha,
          files: [{ path: 'src/charge.ts', status: 'added', patch: '@@ -0,0 +1,4 @@\n+export function charge(amount: number) {\n+  debugger;\n+  return amount * 100;\n+}' }],
        });
      },
    });
    selectors.setTestIdAttribute('data-test-id');
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, deviceScaleFactor: 1 });
    page.setDefaultTimeout(60_000);
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await suite?.close();
  }, 60_000);

  test('a person logs in', async () => {
    await page.goto(`${suite.n8n.baseUrl}/signin`);
    await page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
    await page.locator('input[name="password"]').fill(OWNER.password);
    await page.getByTestId('form-submit-button').click();
    await page.waitForURL(/\/(home|projects|workflow)/);
  }, 120_000);

  test.each(['pull request', 'review', 'cto'])('finds the node in the node creator by "%s"', async (words) => {
    await searchNode(words);
    await shoot(`node-creator-${words.replace(' ', '-')}`);
  }, 120_000);

  test('drops it on the canvas and opens it', async () => {
    await (await searchNode('cto')).click();
    await page.getByText('Review a pull request').first().click();
    await page.getByTestId('ndv').waitFor();
    for (const label of ['Owner', 'Repository', 'Pull Request Number', 'Publish to GitHub', 'Wait']) {
      await page.getByTestId('ndv').getByText(label, { exact: true }).first().waitFor();
    }
    await shoot('node-parameters');
  }, 120_000);

  test('runs a review and sees it in the output panel', async () => {
    await openWorkflow('run');
    await canvasNode('CTO Agent').dblclick();
    await page.getByTestId('ndv').waitFor();
    await page.getByTestId('node-execute-button').first().click();
    await page.getByText('Node executed successfully').waitFor();
    await seeVerdict();
    await shoot('review-in-output-panel');
  }, 180_000);

  test('sees the run of the try-out workflow', async () => {
    const response = await fetch(`${suite.n8n.baseUrl}/webhook/try-pull-request-review`, {
      method: 'POST', headers: { 'content-type': 'application/json', 'x-github-event': 'pull_request' }, body: JSON.stringify(opened),
    });
    expect(response.status).toBe(200);
    const execution = await suite.n8n.api.untilExecution('aiosTryReview', hasEnded);
    await page.goto(`${suite.n8n.baseUrl}/workflow/aiosTryReview/executions/${execution.id}`);
    await closeChecklist();
    await canvasNode('CTO Agent').waitFor();
    await shoot('try-out-execution');
    await canvasNode('CTO Agent').dblclick();
    await seeVerdict();
    await shoot('try-out-output-panel');
  }, 180_000);

  test('the template reads well on the canvas', async () => {
    await openWorkflow('aiosReviewPullRequest');
    await canvasNode('Post the Summary').waitFor();
    await shoot('template-review-pull-request');
    await openWorkflow('aiosTryReview');
    await closeChecklist();
    await canvasNode('Answer with the Review').waitFor();
    await shoot('template-try-pull-request-review');
  }, 120_000);
});
