import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { DEFAULT_ANTHROPIC_MODELS } from '../../../../agent-runtime/src/providers/anthropic/known-models.ts';
import { createAnthropicModel } from '../../../../agent-runtime/src/providers/anthropic/model.ts';
import { partialUsageOf } from '../../../../agent-runtime/src/providers/partial-usage.ts';
import { createPriceList } from '../../../../agent-runtime/src/router/prices.ts';
import { startAnthropicStandIn } from '../../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { partsOf, thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
const REQUEST: ModelRequest = { purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 100 };
const LONG_SYSTEM = 'You review pull requests with care. '.repeat(150);

let standIn: LlmStandIn;
const model = (modelId = 'claude-sonnet-5') => createAnthropicModel({ modelId, apiKey: 'test-key', baseUrl: standIn.url });
beforeEach(async () => { standIn = await startAnthropicStandIn(); });
afterEach(() => standIn.close());

test('a long system text is cached at its end: written once, then read', async () => {
  const request = { ...REQUEST, system: LONG_SYSTEM };
  const first = await model().generate(request, { signal });
  const second = await model().generate({ ...request, messages: [{ role: 'user', content: 'Another question' }] }, { signal });
  expect(standIn.requests[0]!.body.system).toEqual([{ type: 'text', text: LONG_SYSTEM, cache_control: { type: 'ephemeral' } }]);
  expect(first.usage.cacheWrite5m).toBeGreaterThan(1_000);
  expect(first.usage.cacheRead).toBe(0);
  expect(second.usage).toMatchObject({ cacheRead: first.usage.cacheWrite5m, cacheWrite5m: 0 });
});

test('a short system text is not cached, and none is left out', async () => {
  await model().generate(REQUEST, { signal });
  await model().generate({ ...REQUEST, system: '' }, { signal });
  expect(standIn.requests.map(({ body }) => body.system)).toEqual([[{ type: 'text', text: 'Be brief.' }], undefined]);
});

test('usage comes in disjoint classes, in an answer and in a stream', async () => {
  const usage = { input: 10, cacheRead: 20, cacheWrite5m: 30, cacheWrite1h: 40, output: 50, reasoning: 15 };
  standIn.always({ text: 'answer', usage });
  expect((await model().generate(REQUEST, { signal })).usage).toEqual(usage);
  expect((await partsOf(model().stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { usage } });
});

test('a cut stream tells the usage that was known until then', async () => {
  standIn.next({ cut: 'end', text: 'one two three four five six seven eight nine ten', afterChunks: 1 });
  const error = await thrownBy(partsOf(model().stream(REQUEST, { signal })));
  expect(partialUsageOf(error)!.input).toBeGreaterThan(0);
});

test('ranges and lengths of a schema go into descriptions, which structured output takes', async () => {
  const jsonSchema = {
    type: 'object', additionalProperties: false, required: ['score'], properties: { score: { type: 'number', minimum: 0, maximum: 1 } },
  };
  standIn.next('{"score":0.5}');
  await model().generate({ ...REQUEST, outputSchema: { name: 'score', jsonSchema } }, { signal });
  expect(standIn.requests[0]!.schema).toMatchObject({ properties: { score: { type: 'number', description: expect.stringContaining('maximum: 1') } } });
});

test('a model without structured output is asked for JSON in words', async () => {
  standIn.next('{"score":0.5}');
  await model('claude-sonnet-4-0').generate({ ...REQUEST, outputSchema: { name: 'score', jsonSchema: { type: 'object' } } }, { signal });
  expect(standIn.requests[0]!.schema).toBeNull();
  expect(standIn.requests[0]!.system).toContain('JSON Schema');
});

test('a refusal is told as one, not as an error', async () => {
  standIn.next({ text: '', finish: 'refused' });
  expect((await model().generate(REQUEST, { signal })).finishReason).toBe('refused');
});

test('asks for no more output than the model has', async () => {
  await model('claude-haiku-4-5').generate({ ...REQUEST, maxOutputTokens: 1_000_000 }, { signal });
  expect(standIn.requests[0]!.body).toMatchObject({ max_tokens: 64_000 });
});

test('sampling goes to models that take it, by the version of the API that has it, and to no others', async () => {
  const sampled = { ...REQUEST, temperature: 0, topP: 0.5, topK: 3 };
  await model('claude-haiku-4-5').generate(sampled, { signal });
  await model('claude-sonnet-5').generate(sampled, { signal });
  expect(standIn.requests.map(({ headers }) => headers['anthropic-version'])).toEqual(['2023-06-01', '2026-10-21']);
  // The models take one of temperature and top_p.
  expect(standIn.requests[0]!.body).toMatchObject({ temperature: 0, top_k: 3 });
  for (const field of ['temperature', 'top_p', 'top_k']) expect(standIn.requests[1]!.body).not.toHaveProperty(field);
  expect(standIn.requests[0]!.body).not.toHaveProperty('top_p');
});

test('what answers but is no Messages API is said so', async () => {
  standIn.next('ignored');
  const elsewhere = createAnthropicModel({ modelId: 'claude-sonnet-5', apiKey: 'k', baseUrl: `${standIn.url}/elsewhere` });
  expect((await thrownBy(elsewhere.generate(REQUEST, { signal }))).code).toBe('model_request_rejected');
  standIn.violations.length = 0;
});

test('the default models are known to the SDK and to the price list', async () => {
  const types = readFileSync('node_modules/@anthropic-ai/sdk/resources/messages/messages.d.ts', 'utf8');
  const sdkModels = /^export type Model = (.*);$/m.exec(types)![1]!;
  const prices = createPriceList();
  expect(DEFAULT_ANTHROPIC_MODELS).toHaveLength(3);
  for (const modelId of DEFAULT_ANTHROPIC_MODELS) {
    expect(sdkModels).toContain(`'${modelId}'`);
    expect((await prices.priceOf('anthropic', null, modelId)).status).toBe('known');
  }
});
