import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { createOllamaModel } from '../../../../agent-runtime/src/providers/ollama/model.ts';
import { startOllamaStandIn } from '../../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { partsOf, thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
const REQUEST: ModelRequest = { purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 1_000 };
const countTokens = (text: string) => Promise.resolve(Math.ceil(text.length / 4));

let standIn: LlmStandIn;
beforeEach(async () => { standIn = await startOllamaStandIn({ models: ['qwen3:8b'], contextLength: 40_960 }); });
afterEach(() => standIn.close());
const model = (more: { modelId?: string; contextWindow?: number } = {}) => createOllamaModel({ modelId: 'qwen3:8b', host: standIn.url, countTokens, ...more });

test('gives the model a context that holds prompt and answer, in few sizes, and lets nothing be cut off in silence', async () => {
  const ofLength = (characters: number) => ({ ...REQUEST, messages: [{ role: 'user' as const, content: 'x'.repeat(characters) }] });
  const local = model();
  for (const characters of [10, 30_000, 100_000, 1_000_000]) await local.generate(ofLength(characters), { signal });
  expect(standIn.requests.map(({ body }) => (body.options as { num_ctx: number }).num_ctx)).toEqual([8_192, 16_384, 40_960, 40_960]);
  expect(standIn.requests.every(({ body }) => body.truncate === false && body.shift === false)).toBe(true);
});

test('learns the context window from the server, once, unless it was given', async () => {
  const local = model();
  await local.generate(REQUEST, { signal });
  expect(local.contextWindow).toBe(40_960);
  expect(model({ contextWindow: 4_096 }).contextWindow).toBe(4_096);
  const small = model({ contextWindow: 4_096 });
  await small.generate(REQUEST, { signal });
  expect(standIn.requests[1]!.body.options).toMatchObject({ num_ctx: 4_096, num_predict: 1_000 });
});

test('a model that was not pulled is said to be, with the command to get it', async () => {
  const error = await thrownBy(model({ modelId: 'absent' }).generate(REQUEST, { signal }));
  expect(error.code).toBe('model_not_found');
  expect(error.message).toContain('ollama pull');
  expect(standIn.requests).toHaveLength(0);
});

test('an address without scheme and port is Ollama\'s own port', async () => {
  const error = await thrownBy(createOllamaModel({ modelId: 'm', host: 'ollama.invalid', countTokens }).generate(REQUEST, { signal }));
  expect(error.code).toBe('model_unavailable');
  expect(error.message).toContain('ollama.invalid:11434');
});

test('a broken line in a stream is an error, and the prompt is not printed', async () => {
  const printed = [jest.spyOn(console, 'warn'), jest.spyOn(console, 'log'), jest.spyOn(console, 'error')];
  standIn.next({ brokenJson: true });
  expect((await thrownBy(partsOf(model().stream(REQUEST, { signal })))).code).toBe('model_stream_cut');
  for (const spy of printed) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

test('a reader who leaves a stream ends the upstream request', async () => {
  standIn.next({ stall: true, afterChunks: 3 });
  for await (const part of model().stream(REQUEST, { signal })) {
    expect(part.type).toBe('text');
    break;
  }
});
