import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { createOllamaEmbeddingModel } from '../../../../agent-runtime/src/providers/ollama/embeddings.ts';
import { createOllamaModel } from '../../../../agent-runtime/src/providers/ollama/model.ts';
import { startOllamaStandIn } from '../../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import type { OllamaStandInOptions } from '../../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { vectorOf } from '../../../stand-ins/llm/vector-of.ts';
import { thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
const TOOLS = [{ name: 'look', inputSchema: { type: 'object' } }, { name: 'listen', inputSchema: { type: 'object' } }];
const REQUEST: ModelRequest = { purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 1_000, tools: TOOLS };

let standIn: LlmStandIn | undefined;
const start = async (options: OllamaStandInOptions = {}) => { standIn = await startOllamaStandIn(options); };
const model = (modelId = 'qwen3:8b') => createOllamaModel({ modelId, host: standIn!.url, countTokens: (text) => Promise.resolve(Math.ceil(text.length / 4)) });
beforeEach(() => start());
afterEach(() => standIn?.close());

test('all options are passed on', async () => {
  await model().generate({ ...REQUEST, temperature: 0.1, topP: 0.2, topK: 3, seed: 4, stopSequences: ['END'], presencePenalty: 0.5, frequencyPenalty: 0.6 }, { signal });
  expect(standIn!.requests[0]!.body.options).toEqual({
    num_ctx: 8_192, num_predict: 1_000, temperature: 0.1, top_p: 0.2, top_k: 3, seed: 4, stop: ['END'], presence_penalty: 0.5, frequency_penalty: 0.6,
  });
});

test('what it cannot be told of tools is done before or after', async () => {
  standIn!.always({ toolCalls: [{ name: 'look' }, { name: 'listen' }] });
  await model().generate({ ...REQUEST, toolChoice: { type: 'none' } }, { signal });
  await model().generate({ ...REQUEST, toolChoice: { type: 'tool', name: 'listen' } }, { signal });
  const single = await model().generate({ ...REQUEST, parallelToolCalls: false }, { signal });
  expect(standIn!.requests.map(({ tools }) => tools.map(({ name }) => name))).toEqual([[], ['listen'], ['look', 'listen']]);
  expect(single.toolCalls).toHaveLength(1);
});

test('only a model that can think is told how', async () => {
  await model().generate({ ...REQUEST, reasoning: { effort: 'low' } }, { signal });
  await model().generate({ ...REQUEST, reasoning: { effort: 'none' } }, { signal });
  await model('gpt-oss:20b').generate({ ...REQUEST, reasoning: { budgetTokens: 9_000 } }, { signal });
  expect(standIn!.requests.map(({ body }) => body.think)).toEqual([true, false, 'high']);
  await standIn!.close();
  await start({ capabilities: ['completion'] });
  await model().generate({ ...REQUEST, tools: [], reasoning: { effort: 'low' } }, { signal });
  expect(standIn!.requests[0]!.body).not.toHaveProperty('think');
});

test('what the model can do is learned from the server', async () => {
  await standIn!.close();
  await start({ capabilities: ['completion', 'vision'] });
  const local = model();
  expect(local.abilities).toEqual({ tools: true, images: false, jsonSchema: true, streaming: true });
  await local.generate({ ...REQUEST, tools: [] }, { signal });
  expect(local.abilities).toEqual({ tools: false, images: true, jsonSchema: true, streaming: true });
});

test('a picture whose data is the name of a file sends no file', async () => {
  await model().generate({ ...REQUEST, messages: [{ role: 'user', content: [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: '/etc/hostname' } }] }] }, { signal });
  expect(standIn!.requests[0]!.images).toEqual([{ role: 'user', url: `data:image/unknown;base64,${Buffer.from('/etc/hostname', 'base64').toString('base64')}` }]);
});

test('a hosted server gets its key', async () => {
  const hosted = createOllamaModel({ modelId: 'm', host: standIn!.url, apiKey: 'host-key', countTokens: () => Promise.resolve(1) });
  await hosted.generate(REQUEST, { signal });
  expect(standIn!.requests[0]!.headers.authorization).toBe('Bearer host-key');
});

test('texts become vectors', async () => {
  const embedding = createOllamaEmbeddingModel({ modelId: 'nomic-embed-text', host: standIn!.url });
  const response = await embedding.embed(['one', 'two'], { signal, dimensions: 5 });
  expect(response.vectors).toEqual([vectorOf('one', 5), vectorOf('two', 5)]);
  expect(response.usage.input).toBe(2);
  expect(standIn!.requests[0]!.body).toMatchObject({ truncate: false });
  standIn!.next({ status: 200, body: { embeddings: [[1]] } }, { fail: 'overloaded' });
  expect((await thrownBy(embedding.embed(['a', 'b'], { signal }))).code).toBe('model_output_invalid');
  expect((await thrownBy(embedding.embed(['a'], { signal }))).code).toBe('model_overloaded');
});
