import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createOpenAiCompatibleEmbeddingModel } from '../../../../agent-runtime/src/providers/openai-compatible/embeddings.ts';
import { startOpenAiStandIn } from '../../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { vectorOf } from '../../../stand-ins/llm/vector-of.ts';
import { thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
let standIn: LlmStandIn;
const model = () => createOpenAiCompatibleEmbeddingModel({ modelId: 'text-embedding-3-small', apiKey: 'k', baseUrl: `${standIn.url}/v1` });
beforeEach(async () => { standIn = await startOpenAiStandIn(); });
afterEach(() => standIn.close());

test('each text gets its vector, in one call', async () => {
  const response = await model().embed(['one', 'another'], { signal, dimensions: 4 });
  expect(response.vectors).toEqual([vectorOf('one', 4), vectorOf('another', 4)]);
  expect(response.usage).toMatchObject({ input: 3, output: 0 });
  expect(standIn.hits).toBe(1);
  expect(model()).toMatchObject({ id: 'openai-compatible/text-embedding-3-small', endpoint: `${standIn.url}/v1`, contextWindow: 8_192 });
});

test('vectors as bytes, and in another order, are the same', async () => {
  const bytes = (vector: number[]) => Buffer.from(Float32Array.from(vector).buffer).toString('base64');
  standIn.next({ status: 200, body: { data: [{ index: 1, embedding: bytes(vectorOf('b', 3)) }, { index: 0, embedding: bytes(vectorOf('a', 3)) }] } });
  expect(await model().embed(['a', 'b'], { signal })).toMatchObject({ vectors: [vectorOf('a', 3), vectorOf('b', 3)], usageKnown: false });
});

test('a vector that is missing is said', async () => {
  standIn.next({ status: 200, body: { data: [{ index: 0, embedding: [1, 2] }] } });
  const error = await thrownBy(model().embed(['a', 'b'], { signal }));
  expect(error.code).toBe('model_output_invalid');
  expect(error.message).toContain('input 1');
});

test('failures are told as those of other calls', async () => {
  standIn.next({ fail: 'rate-limited', retryAfter: '3' }, { status: 200, body: '<html>' });
  expect(await thrownBy(model().embed(['a'], { signal }))).toMatchObject({ code: 'model_rate_limited', retryAfterMs: 3_000 });
  expect((await thrownBy(model().embed(['a'], { signal }))).code).toBe('model_unavailable');
});
