import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chromium, selectors } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { LlmCall } from '../stand-ins/llm/call.ts';
import type { LlmStandIn } from '../stand-ins/llm/stand-in.ts';
import { startOpenAiStandIn } from '../stand-ins/llm/openai/start-openai-stand-in.ts';
import { readChat } from './chat.ts';
import type { ChatEvent } from './chat.ts';
import { allOperations, chatModel, chatWithAgent, llmRouter, unknownModel } from './llm-router-workflows.ts';
import { hasEnded } from './n8n-api.ts';
import type { NodeRun } from './n8n-api.ts';
import { OWNER, readWorkflow } from './n8n.ts';
import type { Workflow } from './n8n.ts';
import { AIOS_CREDENTIAL, startSuite } from './suite.ts';
import type { Suite } from './suite.ts';
import { chain } from './workflows.ts';

const ARTIFACTS = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const STORY = 'Six times seven is forty-two, and eight times nine is seventy-two. Both were worked out by the calculator, not by me.';

/** Calls the calculator twice in one turn, then tells the results. */
const calculates = (call: LlmCall) => {
  const { name } = call.tools.find((tool) => /calculator/i.test(tool.name))!;
  return call.messages.at(-1)?.role === 'tool' ? { text: STORY } : { toolCalls: ['6*7', '8*9'].map((input) => ({ name, arguments: { input } })) };
};

async function templates(): Promise<Workflow[]> {
  const [compare, report] = await Promise.all([readWorkflow('compare-models'), readWorkflow('report-llm-spend')]);
  const parameters = (workflow: Workflow, name: string) => workflow.nodes.find((node) => node.name === name)!.parameters;
  Object.assign(parameters(compare, 'Chat'), { public: true, mode: 'webhook' });
  Object.assign(parameters(report, 'Post the Report'), { channelId: { __rl: true, mode: 'name', value: '#reviews' } });
  return [compare, report];
}

describe('the LLM Router in a real n8n', () => {
  let folder: string;
  let cheap: LlmStandIn;
  let strong: LlmStandIn;
  let suite: Suite;

  let began = 0;
  const call = (path: string, body: unknown) => {
    began = Date.now();
    return fetch(`${suite.n8n.baseUrl}/webhook/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  };
  const send = (id: string, text: string, webhookId = `chat-${id}`) => call(`${webhookId}/chat`, { action: 'sendMessage', sessionId: 'talk-1', chatInput: text });
  const chat = async (id: string, text: string): Promise<ChatEvent[]> => {
    const events: ChatEvent[] = [];
    for await (const event of readChat(await send(id, text))) events.push(event);
    return events;
  };
  const said = (events: readonly ChatEvent[]): string => events.filter(({ type }) => type === 'item').map(({ content }) => content).join('');
  /** What the nodes did in the execution that the last call started. */
  const runsOf = async (workflowId: string): Promise<Record<string, NodeRun[]>> => {
    const execution = await suite.n8n.api.untilExecution(workflowId, (candidate) => hasEnded(candidate) && Date.parse(candidate.startedAt) >= began);
    return execution.data!.resultData.runData;
  };
  const post = async (path: string, body: unknown) => {
    const response = await call(path, body);
    return { status: response.status, body: JSON.parse(await response.text() || 'null') as unknown };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aios-llm-router-'));
    cheap = await startOpenAiStandIn({ requiresKey: false });
    strong = await startOpenAiStandIn({ requiresKey: false });
    const file = join(folder, 'router.json');
    await writeFile(file, JSON.stringify({
      environment: false,
      endpoints: {
        small: { provider: 'openai-compatible', baseUrl: `${cheap.url}/v1`, location: 'local' },
        large: { provider: 'openai-compatible', baseUrl: `${strong.url}/v1`, location: 'local' },
      },
      models: [
        { endpoint: 'small', model: 'mini', contextWindow: 32_000, maxOutputTokens: 4_000, quality: 0.5, price: { inputPerMillion: 1, outputPerMillion: 2 } },
        { endpoint: 'large', model: 'maxi', aliases: ['strong'], contextWindow: 200_000, maxOutputTokens: 8_000, quality: 0.9, price: { inputPerMillion: 10, outputPerMillion: 30 } },
      ],
      resilience: { breaker: { failures: 1_000, failureRate: 1 } },
    }));
    const canvas = chain('canvas', { name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} }, llmRouter('LLM Router', { operation: 'classify' }));
    canvas.nodes.push(chatModel('canvas', { options: { privacy: 'internal', costLimitUsd: 0.05 } }));
    const filledIn = await templates();
    suite = await startSuite({
      workflows: [chatWithAgent('agent'), chatWithAgent('codex', { model: 'large/maxi', policy: '' }), allOperations(), unknownModel(), canvas, ...filledIn],
      publish: ['agent', 'codex', 'operations', 'unknown-model', 'aiosCompareModels'],
      runtimeEnvironment: { AIOS_ROUTER_CONFIG: file },
    });
  }, 300_000);
  afterAll(async () => {
    await suite?.close();
    await Promise.all([cheap.close(), strong.close()]);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);
  beforeEach(() => { for (const model of [cheap, strong]) model.always('An answer.'); });

  describe("n8n's AI Agent on the chat model, streamed to the chat", () => {
    test('calls two tools in one turn and tells the result in pieces', async () => {
      cheap.always(calculates);
      const events = await chat('agent', 'What are 6*7 and 8*9?');
      expect(said(events)).toBe(STORY);
      expect(events.filter(({ type }) => type === 'item').length).toBeGreaterThan(3);
      expect(events.some(({ type }) => type === 'error')).toBe(false);
      const answers = (cheap.requests.at(-1)!.body.messages as Array<{ role: string; content: unknown }>).filter(({ role }) => role === 'tool');
      expect(answers.map(({ content }) => JSON.stringify(content))).toEqual([expect.stringContaining('42'), expect.stringContaining('72')]);
      expect((await runsOf('agent')).Calculator).toHaveLength(2);
    }, 120_000);

    test('shows what each call of the model took and cost, and why it went there', async () => {
      cheap.always({ text: 'Done.', usage: { input: 1_000, output: 100 } });
      await chat('agent', 'Hello');
      const [call] = (await runsOf('agent'))['LLM Router Chat Model']!;
      const { tokenUsage, response } = call!.data!.ai_languageModel![0]![0]!.json as { tokenUsage: object; response: { generations: Array<Array<{ generationInfo: object }>> } };
      expect(tokenUsage).toMatchObject({ promptTokens: 1_000, completionTokens: 100, totalTokens: 1_100, cost: 0.0012 });
      expect(response.generations[0]![0]!.generationInfo).toMatchObject({
        routing: { model: 'small/mini', costUsd: 0.0012, costStatus: 'known', reason: expect.stringMatching(/\w/), tokens: { input: 1_000, output: 100 }, decisionId: expect.any(String) },
      });
      const { rows } = await suite.askRuntime('/v1/usage?groupBy=workflow,agent') as { rows: Array<{ workflow: string; agent: string; calls: number }> };
      expect(rows).toContainEqual(expect.objectContaining({ workflow: 'agent', agent: 'AI Agent' }));
    }, 120_000);

    test('shows tokens while the model still writes', async () => {
      cheap.always({ stall: true, afterChunks: 3 });
      const answer = await send('agent', 'Tell me a story');
      const seen: string[] = [];
      for await (const { type, content } of readChat(answer)) {
        if (type === 'item') seen.push(content ?? '');
        if (seen.join('').length >= 48) break;
      }
      expect(seen.length).toBeGreaterThan(1);
      cheap.always('An answer.');
    }, 120_000);

    test('the LLM Router node is a tool of it', async () => {
      strong.always('Deep thought.');
      cheap.always((call) => (call.messages.at(-1)?.role === 'tool' ? { text: `It said: ${call.messages.at(-1)!.content}` }
        : { toolCalls: [{ name: 'Ask_a_Model', arguments: { prompt: 'Think' } }] }));
      expect(said(await chat('agent', 'Ask another model'))).toContain('Deep thought.');
    }, 120_000);

    test('a cheap model that fails before its first token is replaced by the strong one', async () => {
      cheap.always({ fail: 'server-error' });
      strong.always(calculates);
      const events = await chat('agent', 'What are 6*7 and 8*9?');
      expect(said(events)).toBe(STORY);
      expect(events.some(({ type }) => type === 'error')).toBe(false);
    }, 120_000);

    test('a cheap model that fails between two turns is replaced by the strong one', async () => {
      cheap.always((call) => (call.messages.at(-1)?.role === 'tool' ? { fail: 'overloaded' } : calculates(call)));
      strong.always(calculates);
      expect(said(await chat('agent', 'What are 6*7 and 8*9?'))).toBe(STORY);
    }, 120_000);

    test('an answer that breaks off is an error in the chat, never a clean end', async () => {
      cheap.always({ cut: 'reset', text: STORY, afterChunks: 2 });
      const events = await chat('agent', 'Hello');
      expect(STORY.startsWith(said(events))).toBe(true);
      expect(said(events)).not.toBe('');
      expect(events.find(({ type }) => type === 'error')?.content).toMatch(/broke off.*\(model_stream_cut\)/);
      const [run] = (await runsOf('agent'))['AI Agent']!;
      expect(run!.error!.message).toMatch(/broke off/);
    }, 120_000);

    test('a refusal of the runtime says in the chat and at the model what to do', async () => {
      strong.always({ fail: 'unauthorized' });
      const events = await chat('codex', 'Hello');
      expect(events.find(({ type }) => type === 'error')?.content).toMatch(/key.*\(model_unauthorized/);
      const runs = await runsOf('codex');
      expect(runs['LLM Router Chat Model']![0]!.error!.message).toMatch(/key/);
    }, 120_000);
  });

  test('all operations of the node run, and each says what it took', async () => {
    cheap.always((call) => (call.schema === null ? 'A summary.' : 'order' in (call.schema.properties as object) ? '{"order": "A-1"}' : '{"category": "bug", "confidence": 0.8}'));
    const { status, body } = await post('operations', { text: 'Order A-1 crashes' });
    expect(status).toBe(200);
    const runs = await runsOf('operations');
    const output = (name: string) => runs[name]![0]!.data!.main![0]![0]!.json;
    const routing = expect.objectContaining({ model: 'small/mini', costStatus: 'known', tokens: expect.objectContaining({ input: expect.any(Number), output: expect.any(Number) }), reason: expect.any(String) });
    expect(output('Complete')).toEqual({ text: 'A summary.', routing });
    expect(output('Classify')).toEqual({ category: 'bug', confidence: 0.8, routing });
    expect(output('Extract')).toEqual({ output: { order: 'A-1' }, routing });
    expect(output('Explain')).toMatchObject({ outcome: 'explained', policy: 'best' });
    expect((body as Array<{ rows: object[] }>)[0]!.rows).toEqual(expect.arrayContaining([expect.objectContaining({ workflow: 'operations', agent: 'Complete', calls: 1 })]));
  }, 120_000);

  test('a model that is not there is an error that names those near to it', async () => {
    await post('unknown-model', {});
    expect((await runsOf('unknown-model')).Complete![0]!.error!.message).toContain('small/mini');
  }, 120_000);

  test('the template compares policies in a table', async () => {
    cheap.always('Short.');
    strong.always('Long | and\nwide.');
    const { nodes } = await readWorkflow('compare-models');
    const answer = await send('', 'Which is best?', String(nodes.find(({ name }) => name === 'Chat')!.webhookId));
    const { output } = await answer.json() as { output: string };
    const lines = output.split('\n');
    expect(lines).toHaveLength(2 + 5);
    expect(lines).toEqual(expect.arrayContaining([
      expect.stringMatching(/^\| cheapest \| small\/mini \| 0\.\d{6} \| \d+\.\d \| \d+ \| Short\. \|$/),
      expect.stringMatching(/^\| best \| large\/maxi \| .* \| Long \\\| and wide\. \|$/),
    ]));
  }, 120_000);

  test('the template reports spend to Slack', async () => {
    await suite.n8n.api.rest('POST', '/workflows/aiosReportLlmSpend/run', {
      triggerToStartFrom: { name: 'Every Monday at 8' },
      workflowData: await suite.n8n.api.rest('GET', '/workflows/aiosReportLlmSpend'),
    });
    const execution = await suite.n8n.api.untilExecution('aiosReportLlmSpend', hasEnded);
    expect(execution.data!.resultData.error).toBeUndefined();
    const message = suite.slack.messages.at(-1)!;
    expect(message.text).toMatch(/^Spent on models in the last 7 days: \$\d/);
    expect(JSON.stringify(message.blocks)).toMatch(/Workflow +Agent +Calls +Cost.*operations +Complete/);
    suite.assertNoViolations();
  }, 120_000);

  test.each(['llmRouter', 'llmRouterChatModel'])('the drop-downs of %s are loaded from the runtime', async (name) => {
    const load = (methodName: string, path: string) => suite.n8n.api.loadOptions({
      nodeTypeAndVersion: { name: `n8n-nodes-aios.${name}`, version: 1 }, currentNodeParameters: {}, path: `parameters.${path}`, methodName,
      credentials: { aiosRuntimeApi: { id: AIOS_CREDENTIAL, name: 'AIOS Runtime' } },
    });
    expect((await load('loadChatModels', 'model')).map(({ value }) => value)).toEqual(['auto', 'small/mini', 'large/maxi']);
    expect((await load('loadPolicies', 'policy')).map(({ value }) => value)).toEqual(['', 'balanced', 'best', 'cheapest', 'cost-quality', 'fastest']);
  });

  describe('in the editor', () => {
    let browser: Browser;
    let page: Page;
    const shoot = (name: string) => page.screenshot({ path: `${ARTIFACTS}${name}.png` });
    const open = async (id: string) => {
      await page.goto(`${suite.n8n.baseUrl}/workflow/${id}`);
      await page.locator('[data-test-id="canvas-node"]').first().waitFor();
    };
    const canvasNode = (name: string) => page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);

    beforeAll(async () => {
      await mkdir(ARTIFACTS, { recursive: true });
      selectors.setTestIdAttribute('data-test-id');
      browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
      page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
      page.setDefaultTimeout(60_000);
      await page.goto(`${suite.n8n.baseUrl}/signin`);
      await page.locator('input[name="emailOrLdapLoginId"]').fill(OWNER.email);
      await page.locator('input[name="password"]').fill(OWNER.password);
      await page.getByTestId('form-submit-button').click();
      await page.waitForURL(/\/(home|projects|workflow)/);
    }, 180_000);
    afterAll(() => browser?.close());

    test.each(['router', 'llm', 'model'])('the node is found by "%s"', async (words) => {
      await open('canvas');
      await page.getByTestId('node-creator-plus-button').first().click();
      await page.getByTestId('node-creator-search-bar').fill(words);
      await page.getByTestId('node-creator-item-name').filter({ hasText: /^\s*LLM Router\s*$/ }).first().waitFor();
      await shoot(`llm-router-search-${words}`);
    }, 120_000);

    test.each([['LLM Router', 'Categories'], ['LLM Router Chat Model', 'Policy Name or ID']])('the panel of %s shows its parameters', async (name, label) => {
      await open('canvas');
      await canvasNode(name).dblclick();
      await page.getByTestId('ndv').getByText(label, { exact: true }).first().waitFor();
      await page.waitForFunction(() => [...document.querySelectorAll('input')].some((input) => input.value === 'Cheapest'));
      await shoot(`panel-${name.toLowerCase().replaceAll(' ', '-')}`);
    }, 120_000);

    test.each([['aiosCompareModels', 'Answer as a Table', true], ['aiosReportLlmSpend', 'Post the Report', false], ['agent', 'AI Agent', true]])('the canvas of %s reads well', async (id, last, published) => {
      await open(id);
      await canvasNode(last).waitFor();
      const checklist = page.getByTestId('suggested-actions-close').first();
      if (published) await checklist.click();
      await shoot(`canvas-${id}`);
    }, 120_000);
  });
});
