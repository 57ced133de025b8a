import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Batch } from '../../agent-runtime/src/contract/batch.ts';
import type { Task } from '../../agent-runtime/src/contract/task.ts';
import { hasEnded } from './n8n-api.ts';
import type { Execution } from './n8n-api.ts';
import { AIOS_CREDENTIAL, RUNTIME_KEY, startSuite } from './suite.ts';
import type { Suite } from './suite.ts';
import { startToolCallingModel } from './tool-calling-model.ts';
import type { ToolCallingModel } from './tool-calling-model.ts';
import { AIOS, chain, ctoAgent, respond, splitItems, webhook } from './workflows.ts';
import type { NodeDraft } from './workflows.ts';
import type { Workflow } from './n8n.ts';

const ask = (wait: string, more: Record<string, unknown> = {}) => ({ operation: 'ask', question: '={{ $json.question }}', wait, ...more });
const askingItems = (path: string, agent: NodeDraft): Workflow => chain(path, webhook(path), splitItems, agent, respond);

/** Both branches lead to the same node, which so runs twice, the second time while the first one sleeps. */
function twoBranches(): Workflow {
  const workflow = chain('branches', webhook('branches'), respond, splitItems, {
    name: 'If', type: 'n8n-nodes-base.if', typeVersion: 1, parameters: { conditions: { string: [{ value1: '={{ $json.question }}', value2: 'one' }] } },
  }, ctoAgent(ask('suspend')));
  const toAgent = { node: 'CTO Agent', type: 'main', index: 0 };
  workflow.connections.If = { main: [[toAgent], [toAgent]] };
  return workflow;
}

/** n8n's own AI Agent with our node as its tool. Before version 3 the agent runs its tools by itself. */
function agentWithTool(path: string, modelCredential: string, typeVersion: number): Workflow {
  const workflow = chain(path, webhook(path), {
    name: 'AI Agent', type: '@n8n/n8n-nodes-langchain.agent', typeVersion, parameters: { promptType: 'define', text: '={{ $json.body.text }}', options: {} },
  }, respond);
  workflow.nodes.push(
    { id: `${path}-model`, name: 'Model', type: '@n8n/n8n-nodes-langchain.lmChatOpenAi', typeVersion: 1.2, position: [0, 300], parameters: { model: { __rl: true, mode: 'id', value: 'stand-in' }, options: {} }, credentials: { openAiApi: { id: modelCredential, name: 'OpenAI' } } },
    { id: `${path}-cto`, name: 'CTO Agent', type: 'n8n-nodes-aios.ctoAgentTool', typeVersion: 1, position: [240, 300], parameters: { operation: 'ask', question: "={{ $fromAI('question', 'What to ask the CTO', 'string') }}", wait: 'suspend' }, credentials: AIOS },
  );
  workflow.connections.Model = { ai_languageModel: [[{ node: 'AI Agent', type: 'ai_languageModel', index: 0 }]] };
  workflow.connections['CTO Agent'] = { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] };
  return workflow;
}

describe('the CTO Agent node in a real n8n', () => {
  let suite: Suite;
  let chatModel: ToolCallingModel;

  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${suite.n8n.baseUrl}/webhook/${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) as unknown };
  };
  const questions = (...texts: string[]) => ({ items: texts.map((question) => ({ question })) });
  const lastExecution = (id: string): Promise<Execution> => suite.n8n.api.untilExecution(id, hasEnded);
  const batches = async (): Promise<number> => {
    const { tasks } = await suite.askRuntime('/v1/tasks?limit=200') as { tasks: Task[] };
    return new Set(tasks.map((task) => task.batchId)).size;
  };

  beforeAll(async () => {
    chatModel = await startToolCallingModel({ question: 'Which database?' });
    suite = await startSuite({
      credentials: [
        { id: 'nowhere', name: 'Nowhere', type: 'aiosRuntimeApi', data: { baseUrl: 'http://127.0.0.1:9', apiKey: RUNTIME_KEY } },
        { id: 'openAiTests', name: 'OpenAI', type: 'openAiApi', data: { apiKey: 'sk-stand-in', url: chatModel.url } },
      ],
      workflows: [
        askingItems('suspend', ctoAgent(ask('suspend'))),
        askingItems('hold', ctoAgent(ask('hold', { holdSeconds: 60 }))),
        askingItems('impatient', ctoAgent(ask('hold', { holdSeconds: 1 }))),
        askingItems('leave', ctoAgent(ask('none'))),
        askingItems('continue', ctoAgent(ask('suspend'), { onError: 'continueRegularOutput' })),
        chain('review', webhook('review'), ctoAgent({ operation: 'reviewPullRequest', source: 'diff', diff: '={{ $json.body.diff }}', wait: 'hold' }), respond),
        askingItems('nowhere', ctoAgent(ask('suspend'), { credentials: { aiosRuntimeApi: { id: 'nowhere', name: 'Nowhere' } } })),
        agentWithTool('tool', 'openAiTests', 3),
        agentWithTool('inline-tool', 'openAiTests', 2.2),
        twoBranches(),
      ],
    });
  }, 300_000);

  afterAll(async () => {
    await suite?.close();
    await chatModel?.close();
  }, 60_000);

  test('several items are one batch, and the workflow is woken once with one result each', async () => {
    const before = await batches();
    const answer = await post('suspend', questions('one', 'two', 'three'));
    expect(answer.status).toBe(200);
    const items = answer.body as Array<{ answer: string; model: { models: string[]; costUsd: number } }>;
    expect(items.map((item) => item.answer)).toEqual([expect.stringContaining('one'), expect.stringContaining('two'), expect.stringContaining('three')]);
    expect(items[0]!.model.models).toHaveLength(1);
    expect(items[0]!.model.costUsd).toBeGreaterThan(0);
    expect(await batches()).toBe(before + 1);
    const run = (await lastExecution('suspend')).data!.resultData.runData['CTO Agent']![0]!;
    expect(run.data!.main![0]!.map((item) => item.pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
  }, 60_000);

  test('a held connection gives the result without suspending', async () => {
    const answer = await post('hold', questions('now'));
    expect(answer).toMatchObject({ status: 200, body: [{ answer: expect.stringContaining('now') }] });
  }, 60_000);

  test('holding for too short a time names the task, which goes on', async () => {
    let finish: (value?: unknown) => void = () => undefined;
    suite.model.next({ after: new Promise((resolve) => { finish = resolve; }), then: { text: 'late' } });
    const { status } = await post('impatient', questions('slow'));
    expect(status).toBe(500);
    const { error } = (await lastExecution('impatient')).data!.resultData;
    expect(error?.message).toBe('Not finished after 1 seconds');
    const id = /with the ID (\S+)\./.exec(error?.description ?? '')?.[1];
    finish();
    expect(await suite.askRuntime(`/v1/tasks/${id}?waitMs=20000`)).toMatchObject({ status: 'succeeded', result: { answer: 'late' } });
  }, 60_000);

  test('not waiting gives the task and its links at once', async () => {
    const { body } = await post('leave', questions('later'));
    const [item] = body as Array<{ taskId: string; batchId: string; status: string; links: Record<string, string> }>;
    expect(item).toMatchObject({ taskId: expect.any(String), links: { task: `${suite.runtime.url}/v1/tasks/${item!.taskId}` } });
    const batch = await suite.askRuntime(`/v1/batches/${item!.batchId}?waitMs=20000`) as Batch;
    expect(batch.status).toBe('ended');
  }, 60_000);

  test('a task that fails while the workflow sleeps ends the execution in the node, with what to do', async () => {
    suite.model.next({ fail: 'unauthorized' });
    await post('suspend', questions('fails')); // n8n's own answer to it, 200 without a body, says nothing
    const execution = await lastExecution('suspend');
    expect(execution.status).toBe('error');
    const { resultData } = execution.data!;
    expect(Object.keys(resultData.runData)).toEqual(['Webhook', 'Split', 'CTO Agent']);
    const { error } = resultData.runData['CTO Agent']!.at(-1)!;
    expect(error?.message).toMatch(/key/i);
    expect(error?.description).toMatch(/Task \S+ failed and is not tried again by itself.*model_unauthorized/);
    const { tasks } = await suite.askRuntime('/v1/tasks?limit=1') as { tasks: Task[] };
    const batch = await suite.askRuntime(`/v1/batches/${tasks[0]!.batchId}`) as Batch;
    expect(batch.callback).toMatchObject({ status: 'delivered' });
  }, 60_000);

  test('a node that continues gives results and errors item by item', async () => {
    suite.model.always((call) => (call.messages.some((message) => message.content.includes('bad')) ? { text: 'No.', finish: 'refused' } : 'fine'));
    const { status, body } = await post('continue', questions('good', '', 'bad'));
    suite.model.always('fine');
    expect(status).toBe(200);
    expect(body).toEqual([
      expect.objectContaining({ answer: 'fine' }),
      { error: 'The parameter "Question" is empty', details: expect.objectContaining({ code: 'invalid_parameter' }) },
      { error: expect.any(String), details: expect.objectContaining({ code: 'model_refused', kind: 'user', taskId: expect.any(String) }) },
    ]);
  }, 60_000);

  test('an item that the form cannot send fails at once and names the parameter', async () => {
    const before = await batches();
    await post('suspend', questions('fine', ''));
    const { error } = (await lastExecution('suspend')).data!.resultData;
    expect(error).toMatchObject({ message: expect.stringContaining('The parameter "Question" is empty'), description: 'Write what you want to know.' });
    expect(await batches()).toBe(before);
  }, 60_000);

  test('a runtime that is not there is named, with the address that was tried', async () => {
    await post('nowhere', questions('anybody?'));
    const { error } = (await lastExecution('nowhere')).data!.resultData.runData['CTO Agent']![0]!;
    expect(error).toMatchObject({
      message: 'The agent runtime cannot be reached at http://127.0.0.1:9', description: expect.stringContaining('Nothing listens there. Start the runtime'),
    });
  }, 60_000);

  test('a diff is reviewed without GitHub', async () => {
    const diff = 'diff --git a/a.ts b/a.ts\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1,2 @@\n const a = 1;\n+debugger;\n';
    suite.model.next(JSON.stringify({ summary: 'Adds a breakpoint.', findings: [] }));
    const { status, body } = await post('review', { diff });
    expect(status).toBe(200);
    expect(body).toMatchObject([{ pullRequest: null, posted: null, findings: [expect.objectContaining({ path: 'a.ts', startLine: 2 })] }]);
  }, 60_000);

  test('each of two branches gets its own answer', async () => {
    suite.model.always((call) => `About ${/Question: (\w+)/.exec(call.messages.at(-1)?.content ?? '')?.[1]}`);
    await post('branches', questions('one', 'two'));
    const runs = (await lastExecution('branches')).data!.resultData.runData['CTO Agent']!;
    suite.model.always('fine');
    const answers = runs.flatMap((run) => run.data?.main?.[0] ?? []).map(({ json }) => json.answer);
    expect(answers.sort()).toEqual(['About one', 'About two']);
  }, 60_000);

  test('an AI Agent that runs its tools by itself waits for the answer', async () => {
    suite.model.next('Postgres.');
    const { status, body } = await post('inline-tool', { text: 'Ask the CTO which database to take' });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('Postgres.');
    expect((await lastExecution('inline-tool')).status).toBe('success');
  }, 60_000);

  test("as a tool of n8n's AI Agent it suspends the agent and its answer becomes the tool's result", async () => {
    suite.model.next('Postgres.');
    const { status, body } = await post('tool', { text: 'Ask the CTO which database to take' });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('Postgres.');
    expect(chatModel.requests.at(-1)!.tools?.[0]?.function.parameters).toMatchObject({ properties: { question: { type: 'string' } } });
    expect((await lastExecution('tool')).status).toBe('success');
  }, 60_000);

  describe('the credential', () => {
    const check = (data: Record<string, unknown>) =>
      suite.n8n.api.testCredential({ id: AIOS_CREDENTIAL, name: 'AIOS Runtime', type: 'aiosRuntimeApi', data });

    test('is right', async () => {
      expect(await check({ baseUrl: `${suite.runtime.url}/`, apiKey: RUNTIME_KEY })).toMatchObject({ status: 'OK' });
    });

    test('has a wrong key', async () => {
      expect(await check({ baseUrl: suite.runtime.url, apiKey: 'wrong' }))
        .toMatchObject({ status: 'Error', message: expect.stringContaining('refuses the API key') });
    });

    test('points where nothing listens', async () => {
      expect(await check({ baseUrl: 'http://127.0.0.1:9', apiKey: RUNTIME_KEY }))
        .toMatchObject({ status: 'Error', message: expect.stringMatching(/No agent runtime can be reached at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\)/) });
    });

    test('points at something else', async () => {
      expect(await check({ baseUrl: suite.n8n.baseUrl, apiKey: RUNTIME_KEY }))
        .toMatchObject({ status: 'Error', message: expect.stringContaining('is not an agent runtime') });
    });
  });

  test('the drop-down of models shows what the runtime has', async () => {
    const options = await suite.n8n.api.loadOptions({
      path: 'parameters.options.model', methodName: 'loadModels',
      nodeTypeAndVersion: { name: 'n8n-nodes-aios.ctoAgent', version: 1 }, currentNodeParameters: {},
      credentials: { aiosRuntimeApi: { id: AIOS_CREDENTIAL, name: 'AIOS Runtime' } },
    });
    expect(options.map((option) => option.value)).toContain('anthropic/claude-sonnet-5');
  });

  test('nothing broke a contract', () => suite.assertNoViolations());
});
