import { expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { createOfflineModel } from '../../../../agent-runtime/src/providers/offline/model.ts';
import { partsOf, thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
const QUESTION: ModelRequest = { purpose: 'cto/ask', system: '', messages: [{ role: 'user', content: 'Should we use Kafka?' }], maxOutputTokens: 100 };

test('a question is answered with what is missing and how to give it', async () => {
  const { text } = await createOfflineModel().generate(QUESTION, { signal });
  expect(text).toContain('No language model is configured');
  for (const variable of ['ANTHROPIC_API_KEY', 'OLLAMA_MODELS', 'OPENAI_API_KEY', 'OPENAI_BASE_URL']) expect(text).toContain(variable);
});

test('a stream gives the same text', async () => {
  const { text } = await createOfflineModel().generate(QUESTION, { signal });
  expect(await partsOf(createOfflineModel().stream(QUESTION, { signal }))).toMatchObject([{ type: 'text', text }, { type: 'end', response: { text } }]);
});

test('another structured answer is refused rather than made up', async () => {
  const error = await thrownBy(createOfflineModel().generate({ ...QUESTION, outputSchema: { name: 'plan', jsonSchema: {} } }, { signal }));
  expect(error.code).toBe('model_not_configured');
});

test('tools are not called, and that is said; parts of a turn are read', async () => {
  const asked: ModelRequest = { ...QUESTION, messages: [{ role: 'user', content: [{ type: 'text', text: 'Kafka?' }] }], tools: [{ name: 'look', inputSchema: {} }] };
  const response = await createOfflineModel().generate(asked, { signal });
  expect(response.toolCalls).toBeUndefined();
  expect(response.text).toContain('The tools that were offered were not looked at');
  expect(createOfflineModel()).toMatchObject({ endpoint: '', abilities: { tools: false, images: false, jsonSchema: false, streaming: true } });
});

test('a JSON object is refused rather than made up', async () => {
  expect((await thrownBy(createOfflineModel().generate({ ...QUESTION, jsonObject: true }, { signal }))).code).toBe('model_not_configured');
});
