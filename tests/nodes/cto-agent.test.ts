import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';
import type { BatchRequest } from '../../agent-runtime/src/contract/batch.ts';
import { CtoAgent } from '../../nodes/CtoAgent/CtoAgent.node.ts';
import { createNodeRun } from './execute-context.ts';
import type { ContextOptions } from './execute-context.ts';
import { API_KEY, failed, startRuntimeStandIn, succeeded } from './runtime-stand-in.ts';
import type { RuntimeStandIn } from './runtime-stand-in.ts';

const node = new CtoAgent();
let runtime: RuntimeStandIn;

beforeAll(async () => { runtime = await startRuntimeStandIn(); });
afterAll(() => runtime.close());
beforeEach(() => {
  runtime.requests.length = 0;
  runtime.batches.clear();
  runtime.endWith((task) => succeeded({ answer: `Answer to ${String(task.input.question)}` }));
});

const nodeRun = (items: ContextOptions['items'], more: Partial<ContextOptions> = {}) =>
  createNodeRun({ baseUrl: runtime.url, apiKey: API_KEY, items, ...more });
const execute = async (items: ContextOptions['items'], more: Partial<ContextOptions> = {}): Promise<INodeExecutionData[]> =>
  (await node.execute.call(nodeRun(items, more).context))[0]!;
const failure = async (items: ContextOptions['items'], more: Partial<ContextOptions> = {}): Promise<Error & { description?: string }> =>
  execute(items, more).then(() => { throw new Error('it did not fail'); }, (error: Error) => error);
const sent = (): BatchRequest => runtime.requests.find(({ method }) => method === 'POST')!.body as BatchRequest;

describe('what is sent', () => {
  test('a pull request becomes a review task with the options that were set', async () => {
    await execute([{
      operation: 'reviewPullRequest', source: 'pullRequest', owner: 'acme', repository: 'shop', pullRequestNumber: '#7', publish: true,
      options: { allowApprove: true, costLimitUsd: 0.5, deadlineMinutes: 2, modelPolicy: 'best', model: '', guidance: 'Be kind.' },
    }]);
    expect(sent().tasks[0]).toEqual({
      agent: 'cto', operation: 'review-pull-request',
      input: { pullRequest: { owner: 'acme', repository: 'shop', number: 7 }, publish: true, allowApprove: true, guidance: 'Be kind.' },
      options: { modelPolicy: 'best', costLimitUsd: 0.5, deadlineMs: 120_000 },
    });
  });

  test('a diff is sent without anything of GitHub', async () => {
    await execute([{ operation: 'reviewPullRequest', source: 'diff', diff: '+a', options: { title: 'A', allowApprove: true } }]);
    expect(sent().tasks[0]!.input).toEqual({ diff: '+a', title: 'A' });
  });

  test('all items are one batch', async () => {
    await execute([{ question: 'a' }, { question: 'b' }]);
    expect(runtime.batches.size).toBe(1);
    expect(sent().tasks).toHaveLength(2);
  });

  test('a request that was answered by a failing gateway is repeated under the same key and makes no second batch', async () => {
    runtime.failNext(502);
    expect(await execute([{}])).toHaveLength(1);
    const keys = runtime.requests.filter(({ method }) => method === 'POST').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(runtime.batches.size).toBe(1);
  });

  test('more items than a batch takes are refused before anything is sent', async () => {
    const error = await failure(Array.from({ length: 1_001 }, () => ({})));
    expect(error.description).toContain('Loop Over Items');
    expect(runtime.requests).toHaveLength(0);
  });
});

describe('holding the connection', () => {
  test('gives one item for each input item, paired with it', async () => {
    expect(await execute([{ question: 'a' }, { question: 'b' }])).toEqual([
      { json: { answer: 'Answer to a', taskId: 'b1-t1' }, pairedItem: { item: 0 } },
      { json: { answer: 'Answer to b', taskId: 'b1-t2' }, pairedItem: { item: 1 } },
    ]);
  });

  test('asks again until the batch has ended', async () => {
    let asked = 0;
    runtime.endWith(() => { asked += 1; return asked < 3 ? null : succeeded({ answer: 'at last' }); });
    expect((await execute([{}]))[0]!.json).toMatchObject({ answer: 'at last' });
  });

  test('a task that does not end in time is an error that names it', async () => {
    runtime.endWith(() => null);
    const error = await failure([{ holdSeconds: 0.02 }]);
    expect(error.message).toBe('Not finished after 0.02 seconds');
    expect(error.description).toContain(`${runtime.url}/v1/tasks/<ID> shows it, with the ID b1-t1`);
  });

  test('the first failed task is the error of the node, at its item', async () => {
    runtime.endWith((_task, index) => (index === 0 ? succeeded({}) : failed('model_refused', 'The model declined to answer.')));
    const error = await failure([{}, {}, {}]);
    expect(error).toMatchObject({ message: 'The model declined to answer.', context: { itemIndex: 1 } });
    expect(error.description).toMatch(/Task b1-t2 failed.*\(model_refused\).*2 of 3 tasks failed/);
  });

  test('a node that continues gives each item its result or its error', async () => {
    runtime.endWith((task) => (task.input.question === 'bad' ? failed('model_refused', 'No.') : succeeded({ answer: 'Yes.' })));
    const items = await execute([{ question: '' }, { question: 'bad' }, { question: 'good' }], { onError: 'continueErrorOutput' });
    expect(items.map(({ json }) => json)).toEqual([
      { error: 'The parameter "Question" is empty', details: expect.objectContaining({ code: 'invalid_parameter', taskId: null }) },
      { error: 'No.', details: expect.objectContaining({ code: 'model_refused', taskId: 'b1-t1' }) },
      { answer: 'Yes.', taskId: 'b1-t2' },
    ]);
    expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
  });

  test('a node that continues submits the other items when the runtime refuses one', async () => {
    const items = await execute([{ question: 'x'.repeat(100_001) }, { question: 'good' }], { onError: 'continueRegularOutput' });
    expect(items.map(({ json }) => json)).toEqual([
      { error: expect.stringMatching(/The parameter "Question" is not valid/), details: expect.objectContaining({ code: 'invalid_request' }) },
      { answer: 'Answer to good', taskId: 'b1-t1' },
    ]);
  });
});

test('not waiting gives the task and where to follow it', async () => {
  runtime.endWith(() => null);
  expect((await execute([{ wait: 'none' }]))[0]).toEqual({
    json: {
      taskId: 'b1-t1', batchId: 'b1', status: 'running',
      links: {
        task: `${runtime.url}/v1/tasks/b1-t1`, events: `${runtime.url}/v1/tasks/b1-t1/events`,
        cancel: `${runtime.url}/v1/tasks/b1-t1/cancel`, batch: `${runtime.url}/v1/batches/b1`,
      },
    },
    pairedItem: { item: 0 },
  });
});

describe('suspending', () => {
  test('gives the runtime the address of this very node and sleeps', async () => {
    const run = nodeRun([{ wait: 'suspend' }]);
    await node.execute.call(run.context);
    expect(sent().callbackUrl).toBe('http://127.0.0.1:5678/webhook-waiting/1?signature=abc/node-1');
    expect(run.waitTill()?.getFullYear()).toBe(3000);
  });

  test('the callback becomes the output, one item for each input item', async () => {
    const run = nodeRun([{ wait: 'suspend', question: 'a' }, { wait: 'suspend', question: 'b' }]);
    await node.execute.call(run.context);
    const { workflowData } = await node.webhook.call(run.wake(runtime.outcome('b1')).context);
    expect(workflowData).toEqual([[
      { json: { answer: 'Answer to a', taskId: 'b1-t1' }, pairedItem: { item: 0 } },
      { json: { answer: 'Answer to b', taskId: 'b1-t2' }, pairedItem: { item: 1 } },
    ]]);
    expect(run.entry.metadata?.resumeError).toBeUndefined();
  });

  test('a failed task makes the woken node fail', async () => {
    runtime.endWith(() => failed('github_unauthorized', 'GitHub refused the token.'));
    const run = nodeRun([{ wait: 'suspend' }]);
    await node.execute.call(run.context);
    await node.webhook.call(run.wake(runtime.outcome('b1')).context);
    expect(run.entry.metadata?.resumeError).toMatchObject({ name: 'NodeOperationError', message: 'GitHub refused the token.' });
  });

  test('a node that continues keeps what failed before it slept', async () => {
    runtime.endWith((_task, index) => (index === 1 ? failed('model_refused', 'No.') : succeeded({ answer: 'Yes.' })));
    const run = nodeRun([{ question: '' }, { question: 'a' }, { question: 'b' }].map((item) => ({ ...item, wait: 'suspend' })), { onError: 'continueRegularOutput' });
    await node.execute.call(run.context);
    const { workflowData } = await node.webhook.call(run.wake(runtime.outcome('b1')).context);
    expect(workflowData![0]!.map(({ json }) => json.error ?? json.answer)).toEqual(['The parameter "Question" is empty', 'Yes.', 'No.']);
    expect(run.entry.metadata?.resumeError).toBeUndefined();
  });

  test('the end of another batch does not wake it, and need not be told again', async () => {
    const run = nodeRun([{ wait: 'suspend' }]);
    await node.execute.call(run.context);
    const wake = run.wake({ ...runtime.outcome('b1') as object, batchId: 'an-earlier-one' });
    expect(await node.webhook.call(wake.context)).toEqual({ noWebhookResponse: true });
    expect(wake.status()).toBe(409);
  });

  test('leaves the node of other runs that wait for their turn as it is', async () => {
    const run = nodeRun([{ wait: 'suspend' }]);
    const shared = run.entry.node;
    await node.execute.call(run.context);
    expect(run.entry.node).not.toBe(shared);
    expect(run.entry.node).toEqual(shared);
  });

  test('is holding the connection for an AI Agent that runs its tools by itself', async () => {
    const run = nodeRun([{ wait: 'suspend', question: 'a' }], { inlineTool: true });
    expect((await node.execute.call(run.context))[0]).toMatchObject([{ json: { answer: 'Answer to a' } }]);
    expect(run.waitTill()).toBeUndefined();
  });

  test('a body that is no batch outcome wakes nothing', async () => {
    const wake = nodeRun([{ wait: 'suspend' }]).wake({ hello: 'world' });
    expect(await node.webhook.call(wake.context)).toEqual({ noWebhookResponse: true });
    expect(wake.status()).toBe(400);
  });
});

describe('errors say what to do', () => {
  test('the runtime is not there', async () => {
    const gone = await startRuntimeStandIn();
    await gone.close();
    const error = await failure([{}], { baseUrl: `${gone.url}/` });
    expect(error.message).toBe(`The agent runtime cannot be reached at ${gone.url}`);
    expect(error.description).toMatch(/Nothing listens there\. Start the runtime/);
  });

  test('the key is wrong', async () => {
    const error = await failure([{}], { apiKey: 'wrong' });
    expect(error.message).toBe('The agent runtime refused the API key');
    expect(error.description).toContain('AIOS_API_KEYS');
  });

  test('something else listens there', async () => {
    runtime.failNext(418);
    expect((await failure([{}])).message).toContain('is not an agent runtime');
  });

  test.each([
    [{ holdSeconds: -5 }, 'The parameter "Hold for Up To (Seconds)" is not a number above 0: -5'],
    [{ options: { costLimitUsd: 0 } }, 'The parameter "Cost Limit (USD)" is not a number above 0: 0'],
    [{ options: { deadlineMinutes: 'soon' } }, 'The parameter "Deadline (Minutes)" is not a number above 0: soon'],
  ])('a number that is none is refused before anything is sent: %j', async (item, message) => {
    expect((await failure([item])).message).toBe(message);
    expect(runtime.requests).toHaveLength(0);
  });

  test('a refused field is named as the form names it', async () => {
    const error = await failure([{ operation: 'reviewPullRequest', source: 'pullRequest', owner: 'not an owner', repository: 'shop', pullRequestNumber: 1 }]);
    expect(error.message).toBe('The parameter "Owner" is not valid: must be a GitHub user or organisation name');
  });

  test.each([
    ['owner', 'Owner', { owner: undefined }],
    ['number', 'Pull Request Number', { pullRequestNumber: undefined }],
    ['number', 'Pull Request Number', { pullRequestNumber: 'seven' }],
  ])('an item without a pull request: no %s', async (_field, name, missing) => {
    const error = await failure([{ operation: 'reviewPullRequest', source: 'pullRequest', owner: 'acme', repository: 'shop', pullRequestNumber: 1, ...missing }]);
    expect(error.message).toContain(`The parameter "${name}"`);
    expect(error.description).toBeTruthy();
  });
});
