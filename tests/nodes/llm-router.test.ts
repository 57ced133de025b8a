import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ILoadOptionsFunctions, INodeExecutionData } from 'n8n-workflow';
import { LlmRouter } from '../../nodes/LlmRouter/LlmRouter.node.ts';
import { API_KEY, startTestRuntime } from '../runtime/api/test-runtime.ts';
import type { TestRuntime } from '../runtime/api/test-runtime.ts';
import type { LlmStandIn } from '../stand-ins/llm/stand-in.ts';
import { startOpenAiStandIn } from '../stand-ins/llm/openai/start-openai-stand-in.ts';
import { routerContext } from './llm-router-context.ts';
import type { RouterRun } from './llm-router-context.ts';
import { startRuntimeStandIn } from './runtime-stand-in.ts';

const node = new LlmRouter();
const CATEGORIES = { values: [{ name: 'bug', description: 'something broke' }, { name: 'wish' }] };
const FIELDS = { values: [{ name: 'order', type: 'string', required: true }, { name: 'amount', type: 'number' }, { name: 'due', type: 'date' }] };

describe('the LLM Router node on a real runtime', () => {
  let folder: string;
  let cheap: LlmStandIn;
  let strong: LlmStandIn;
  let runtime: TestRuntime;

  const context = (items: RouterRun['items'], more: Partial<RouterRun> = {}) => routerContext({ baseUrl: runtime.url, apiKey: API_KEY, items, ...more });
  const execute = async (items: RouterRun['items'], more: Partial<RouterRun> = {}): Promise<INodeExecutionData[]> =>
    (await node.execute.call(context(items, more)))[0]!;
  const failure = async (items: RouterRun['items'], more: Partial<RouterRun> = {}): Promise<Error & { description?: string }> =>
    execute(items, more).then(() => { throw new Error('it did not fail'); }, (error: Error) => error);
  const first = async (item: Record<string, unknown>) => (await execute([item]))[0]!.json;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'aios-router-node-'));
    cheap = await startOpenAiStandIn({ requiresKey: false });
    strong = await startOpenAiStandIn({ requiresKey: false });
    const file = join(folder, 'router.json');
    await writeFile(file, JSON.stringify({
      environment: false,
      endpoints: {
        small: { provider: 'openai-compatible', baseUrl: `${cheap.url}/v1`, location: 'local' },
        large: { provider: 'openai-compatible', baseUrl: `${strong.url}/v1`, location: 'eu' },
      },
      models: [
        { endpoint: 'small', model: 'mini', contextWindow: 32_000, maxOutputTokens: 4_000, quality: 0.5, price: { inputPerMillion: 1, outputPerMillion: 2 } },
        { endpoint: 'large', model: 'maxi', aliases: ['the-big-one'], contextWindow: 200_000, maxOutputTokens: 8_000, quality: 0.9, price: { inputPerMillion: 10, outputPerMillion: 30 } },
      ],
    }));
    runtime = await startTestRuntime({ AIOS_ROUTER_CONFIG: file });
  });
  afterAll(async () => {
    await runtime.stop();
    await Promise.all([cheap.close(), strong.close()]);
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => { for (const model of [cheap, strong]) model.always('An answer.'); });

  test('completes a prompt and says who answered, what it took and why', async () => {
    cheap.always({ text: 'Paris.', usage: { input: 100, cacheRead: 50, output: 20 } });
    expect(await first({ prompt: 'The capital of France?', system: 'Be brief.', policy: 'cheapest' })).toEqual({
      text: 'Paris.',
      routing: {
        model: 'small/mini', reason: expect.stringMatching(/\w/), costUsd: expect.any(Number), costStatus: 'known', cached: false, finishReason: 'stop',
        durationMs: expect.any(Number), decisionId: expect.any(String),
        tokens: expect.objectContaining({ cacheRead: 50, output: 20, reasoning: 0 }),
      },
    });
    expect(cheap.requests.at(-1)).toMatchObject({ system: 'Be brief.', messages: [{ role: 'user', content: 'The capital of France?' }] });
  });

  test.each([
    ['a policy', { policy: 'best' }, 'large/maxi'],
    ['a model by its alias', { model: 'the-big-one', policy: 'cheapest' }, 'large/maxi'],
    ['a policy in place of a model, by an expression', { model: 'auto:cheapest' }, 'small/mini'],
  ])('is routed by %s', async (_what, parameters, model) => {
    expect((await first({ prompt: 'Hello', ...parameters })).routing).toMatchObject({ model });
  });

  test('works on several items, in their order and paired with them', async () => {
    cheap.always((call) => ({ after: call.messages.at(-1)!.content === 'a' ? 30 : 0, then: { text: call.messages.at(-1)!.content.toUpperCase() } }));
    const items = await execute(['a', 'b', 'c'].map((prompt) => ({ prompt, policy: 'cheapest' })));
    expect(items.map(({ json, pairedItem }) => [json.text, pairedItem])).toEqual([['A', { item: 0 }], ['B', { item: 1 }], ['C', { item: 2 }]]);
  });

  test('options reach the model and the router', async () => {
    await execute([{ prompt: 'Hello', policy: 'cheapest', options: { maxTokens: '77', temperature: 0.2, session: 'talk-1', cache: 'off', privacy: 'public', costLimitUsd: 0.5 } }]);
    expect(cheap.requests.at(-1)).toMatchObject({ maxTokens: 77, body: { temperature: 0.2 } });
  });

  test('names of the workflow and the node, in any language, are what spend is reported by', async () => {
    await execute([{ prompt: 'Hello', policy: 'cheapest' }], { workflow: 'Übersicht 日本 🚀' });
    const rows = await execute([{ operation: 'usage', period: 'today', groupBy: ['workflow', 'agent'], filters: { workflow: 'Übersicht 日本 🚀' } }]);
    expect(rows.map(({ json }) => json)).toEqual([expect.objectContaining({ workflow: 'Übersicht 日本 🚀', agent: 'Ask the router', calls: 1, usage: expect.any(Object) })]);
    expect(rows[0]!.json.costUsd).toBeGreaterThan(0);
  });

  test('an answer by a schema is an object', async () => {
    cheap.always('```json\n{"answer": "yes", "sources": ["a"]}\n```');
    const schema = '{"type":"object","properties":{"answer":{"type":"string"},"sources":{"type":"array","items":{"type":"string"}}},"required":["answer"]}';
    expect(await first({ prompt: 'Is it?', answerAs: 'json', schema, policy: 'cheapest' })).toMatchObject({ output: { answer: 'yes', sources: ['a'] }, routing: { model: 'small/mini' } });
    expect(cheap.requests.at(-1)!.schema).toMatchObject({ required: ['answer'] });
  });

  test.each([
    ['I cannot say.', /does not fit the schema: it is not JSON/],
    ['{"answer": 3}', /does not fit the schema: answer: must be a string/],
    ['{}', /does not fit the schema: lacks "answer"/],
  ])('an answer that does not fit is an error that says where: %s', async (text, message) => {
    cheap.always(text);
    const error = await failure([{ prompt: 'Is it?', answerAs: 'json', schema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] }, policy: 'cheapest' }]);
    expect(error.message).toMatch(message);
    expect(error.description).toContain('small/mini answered:');
  });

  test('an answer that was cut off says so', async () => {
    cheap.always({ text: '{"answer": "ye', finish: 'length' });
    const error = await failure([{ prompt: 'Is it?', answerAs: 'json', schema: { type: 'object', properties: {} }, policy: 'cheapest' }]);
    expect(error).toMatchObject({ message: expect.stringContaining('cut off'), description: expect.stringContaining('Maximum Number of Tokens') });
  });

  describe('classifying', () => {
    const classify = (more: Record<string, unknown> = {}) => ({ operation: 'classify', text: 'It crashes', categories: CATEGORIES, policy: 'cheapest', ...more });

    test('gives one of the categories', async () => {
      cheap.always('{"category": "bug", "confidence": 0.9}');
      expect(await first(classify())).toMatchObject({ category: 'bug', confidence: 0.9, routing: { model: 'small/mini' } });
      expect(cheap.requests.at(-1)!.schema).toMatchObject({ properties: { category: { enum: ['bug', 'wish'] } } });
    });

    test('gives several', async () => {
      cheap.always('{"categories": [{"category": "bug", "confidence": 0.9}, {"category": "wish", "confidence": 0.2}]}');
      expect((await first(classify({ several: true }))).categories).toHaveLength(2);
    });

    test('may give none', async () => {
      cheap.always('{"category": "none of these", "confidence": 0.7}');
      expect(await first(classify({ allowNone: true }))).toMatchObject({ category: null, confidence: 0.7 });
    });

    test('a category that was not given is an error', async () => {
      cheap.always('{"category": "praise", "confidence": 1}');
      expect((await failure([classify()])).message).toContain('category: must be one of "bug", "wish"');
    });

    test.each([
      [{ values: [{ name: 'bug' }, { name: '' }] }, 'needs at least two categories'],
      [{ values: [{ name: 'bug' }, { name: 'bug' }, { name: 'wish' }] }, 'has a category twice'],
    ])('wrong categories are refused before a call: %j', async (categories, message) => {
      const before = cheap.hits;
      expect((await failure([classify({ categories })])).message).toBe(`The parameter "Categories" ${message}`);
      expect(cheap.hits).toBe(before);
    });
  });

  test('extracts fields; what is not there is null', async () => {
    cheap.always('{"order": "A-1", "amount": null, "due": "2026-11-22"}');
    expect(await first({ operation: 'extract', text: 'A-1, due on 22 November', extractBy: 'fields', fields: FIELDS, policy: 'cheapest' }))
      .toMatchObject({ output: { order: 'A-1', amount: null, due: '2026-11-22' } });
    cheap.always('{"order": "A-1", "amount": null, "due": "soon"}');
    expect((await failure([{ operation: 'extract', text: 'A-1', fields: FIELDS, policy: 'cheapest' }])).message).toContain('due: must be a date');
  });

  test('explains without a call', async () => {
    const before = cheap.hits + strong.hits;
    const decision = await first({ operation: 'explain', prompt: 'Hello', policy: 'best' });
    expect(decision).toMatchObject({ outcome: 'explained', policy: 'best', reason: expect.stringMatching(/\w/) });
    expect((decision.candidates as Array<{ model: string }>).map(({ model }) => model).sort()).toEqual(['large/maxi', 'small/mini']);
    expect(cheap.hits + strong.hits).toBe(before);
  });

  test('reports what was spent as one item too', async () => {
    await execute([{ prompt: 'Hello', policy: 'cheapest' }]);
    const report = await first({ operation: 'usage', period: 'thisMonth', groupBy: ['model'], returnAs: 'report', filters: {} });
    expect(report).toMatchObject({ groupBy: ['model'], totals: { calls: expect.any(Number) }, rows: expect.arrayContaining([expect.objectContaining({ model: 'small/mini' })]) });
    expect(await first({ operation: 'usage', period: 'custom', from: '2020-01-01', to: '2020-02-01', groupBy: [], filters: {} })).toMatchObject({ calls: 0 });
  });

  describe('errors say what to do', () => {
    test('an unknown model names those near to it', async () => {
      expect((await failure([{ prompt: 'Hello', model: 'small/minni' }])).message).toContain('small/mini');
    });

    test('a limit that the call could pass', async () => {
      const error = await failure([{ prompt: 'Hello', policy: 'cheapest', options: { costLimitUsd: 0.0000001 } }]);
      expect(error.description).toContain('cost_limit_exceeded');
    });

    test('a field that is refused is named as the form names it', async () => {
      expect((await failure([{ prompt: 'Hello', options: { temperature: 3 } }])).message).toBe('The parameter "Temperature" is not valid: must be a number from 0 to 2, not 3.');
    });

    test.each([
      [{ prompt: ' ' }, 'The parameter "Prompt" is empty'],
      [{ prompt: 'Hello', options: { maxTokens: 'many' } }, 'The parameter "Maximum Number of Tokens" is not a number of at least 1: many'],
      [{ prompt: 'Hello', answerAs: 'json', schema: '{' }, 'The parameter "JSON Schema" is not a JSON Schema of an object'],
      [{ operation: 'usage', period: 'custom', from: 'soon', groupBy: [], filters: {} }, 'The parameter "From" is not a time: soon'],
    ])('%j', async (item, message) => {
      expect((await failure([item])).message).toBe(message);
    });

    test('a model that declines', async () => {
      cheap.always({ text: 'I would rather not.', finish: 'refused' });
      expect((await failure([{ prompt: 'Hello', model: 'small/mini' }])).message).toMatch(/declined to answer/);
    });

    test('a wrong key, and a runtime that is not there', async () => {
      expect((await failure([{ prompt: 'Hello' }], { apiKey: 'wrong-key-of-nobody' })).message).toBe('The agent runtime refused the API key');
      const gone = await startRuntimeStandIn();
      await gone.close();
      expect((await failure([{ prompt: 'Hello' }], { baseUrl: gone.url })).message).toBe(`The agent runtime cannot be reached at ${gone.url}`);
    });

    test('a node that continues gives each item its answer or its error', async () => {
      const items = await execute([{ prompt: '' }, { prompt: 'Hello', model: 'nobody/nothing' }, { prompt: 'Hello', policy: 'cheapest' }], { onError: 'continueRegularOutput' });
      expect(items.map(({ json }) => (json.details as { code: string } | undefined)?.code ?? json.text)).toEqual(['invalid_parameter', 'model_not_configured', 'An answer.']);
      expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
    });
  });

  test('a call whose models all failed is not made again by the node', async () => {
    cheap.always({ fail: 'server-error' });
    const before = cheap.hits;
    await failure([{ prompt: 'Hello', model: 'small/mini' }]);
    expect(cheap.hits - before).toBeLessThanOrEqual(3);
  });

  test('stopping the execution stops the model', async () => {
    strong.always({ stall: true });
    const stop = new AbortController();
    const call = strong.hits;
    const running = failure([{ prompt: 'Hello', model: 'large/maxi' }], { signal: stop.signal });
    await strong.received(call + 1);
    stop.abort();
    await strong.disconnected(call);
    await running;
  });

  test('the drop-downs list the models and policies of the runtime', async () => {
    const { loadChatModels, loadPolicies } = node.methods.loadOptions;
    const dropDown = context([]) as unknown as ILoadOptionsFunctions;
    expect(await loadChatModels.call(dropDown)).toEqual([
      expect.objectContaining({ name: 'Automatic', value: 'auto' }),
      { name: 'small/mini', value: 'small/mini', description: 'Processed on your machines, price known' },
      { name: 'large/maxi', value: 'large/maxi', description: 'Processed in the EU, price known, also called the-big-one' },
    ]);
    expect((await loadPolicies.call(dropDown)).map(({ value }) => value)).toEqual(['', 'balanced', 'best', 'cheapest', 'cost-quality', 'fastest']);
  });
});
