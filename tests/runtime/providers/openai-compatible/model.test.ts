import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { DEFAULT_OPENAI_MODELS } from '../../../../agent-runtime/src/providers/openai-compatible/known-models.ts';
import { createOpenAiCompatibleModel } from '../../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { toCompletionParams } from '../../../../agent-runtime/src/providers/openai-compatible/request.ts';
import { createPriceList } from '../../../../agent-runtime/src/router/prices.ts';
import { startOpenAiStandIn } from '../../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { partsOf } from '../thrown-by.ts';

const signal = new AbortController().signal;
const REQUEST: ModelRequest = { purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 100 };

let standIn: LlmStandIn;
const model = (modelId: string, apiKey?: string) => createOpenAiCompatibleModel({ modelId, baseUrl: `${standIn.url}/v1`, ...(apiKey ? { apiKey } : {}) });
beforeEach(async () => { standIn = await startOpenAiStandIn({ requiresKey: false }); });
afterEach(() => standIn.close());

test('cached and reasoning tokens are taken out of the totals they are counted in', async () => {
  standIn.always({ text: 'answer', usage: { input: 100, cacheRead: 60, cacheWrite5m: 30, output: 50, reasoning: 40 } });
  const usage = { input: 100, cacheRead: 60, cacheWrite5m: 30, cacheWrite1h: 0, output: 50, reasoning: 40 };
  expect((await model('gpt-5.6-terra', 'k').generate(REQUEST, { signal })).usage).toEqual(usage);
  expect((await partsOf(model('gpt-5.6-terra', 'k').stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { usage } });
  expect(standIn.requests[1]!.body.stream_options).toEqual({ include_usage: true });
});

test('a stream of a server that tells no usage says so', async () => {
  standIn.next({ text: 'answer', usage: 'none' });
  expect((await partsOf(model('local').stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { text: 'answer', usageKnown: false } });
});

test('a server without keys gets no authorization', async () => {
  await model('Qwen/Qwen3-32B').generate(REQUEST, { signal });
  await model('Qwen/Qwen3-32B', 'some-key').generate(REQUEST, { signal });
  expect(standIn.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer some-key']);
});

test('a self-hosted server is asked with max_tokens, OpenAI with max_completion_tokens', async () => {
  await model('local').generate(REQUEST, { signal });
  expect(standIn.requests[0]!.body).toMatchObject({ max_tokens: 100 });
  expect(toCompletionParams({ modelId: 'gpt-5.6-terra', maxOutputTokens: 50, official: true }, REQUEST)).toMatchObject({ max_completion_tokens: 50 });
});

test('temperature goes to models that take one', async () => {
  await model('llama').generate({ ...REQUEST, temperature: 0.2 }, { signal });
  await model('gpt-5.6-luna').generate({ ...REQUEST, temperature: 0.2 }, { signal });
  expect(standIn.requests.map(({ body }) => body.temperature)).toEqual([0.2, undefined]);
});

test('a refusal is told as one, in an answer and in a stream', async () => {
  standIn.always({ text: 'I cannot help with that.', finish: 'refused' });
  expect(await model('gpt-5.6-terra').generate(REQUEST, { signal })).toMatchObject({ finishReason: 'refused', text: 'I cannot help with that.' });
  expect((await partsOf(model('gpt-5.6-terra').stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { finishReason: 'refused' } });
});

test('the default models are known to the SDK and to the price list', async () => {
  const types = readFileSync('node_modules/openai/resources/shared.d.ts', 'utf8');
  const sdkModels = /^export type ChatModel = (.*);$/m.exec(types)![1]!;
  const prices = createPriceList();
  for (const modelId of DEFAULT_OPENAI_MODELS) {
    expect(sdkModels).toContain(`'${modelId}'`);
    expect((await prices.priceOf('openai-compatible', null, modelId)).status).toBe('known');
  }
});
