import { expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { toCompletionParams } from '../../../../agent-runtime/src/providers/openai-compatible/request.ts';

const TOOL = { name: 'look', description: 'Looks', inputSchema: { type: 'object', properties: {} } };
const FULL: ModelRequest = {
  purpose: 'x', system: '', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 10, temperature: 0.1, topP: 0.2, topK: 3, seed: 4,
  presencePenalty: 0.5, frequencyPenalty: 0.6, stopSequences: ['a', 'b'], endUser: 'u', tools: [TOOL], toolChoice: { type: 'tool', name: 'look' },
  parallelToolCalls: false, reasoning: { budgetTokens: 5_000 }, jsonObject: true,
};
const sent = (modelId: string, official: boolean, request: ModelRequest): unknown => JSON.parse(JSON.stringify(toCompletionParams({ modelId, maxOutputTokens: 100, official }, request)));

test('all parameters go to a server that may know them', () => {
  expect(sent('qwen3', false, FULL)).toEqual({
    model: 'qwen3', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 10, temperature: 0.1, top_p: 0.2, top_k: 3, seed: 4, presence_penalty: 0.5,
    frequency_penalty: 0.6, stop: ['a', 'b'], user: 'u', tools: [{ type: 'function', function: { name: 'look', description: 'Looks', parameters: TOOL.inputSchema } }],
    tool_choice: { type: 'function', function: { name: 'look' } }, parallel_tool_calls: false, reasoning_effort: 'medium', response_format: { type: 'json_object' },
  });
});

test('OpenAI\'s thinking models get no sampling, its others no effort', () => {
  const thinking = sent('gpt-5.6-terra', true, FULL) as Record<string, unknown>;
  for (const field of ['temperature', 'top_p', 'top_k', 'presence_penalty', 'frequency_penalty', 'max_tokens']) expect(thinking).not.toHaveProperty(field);
  expect(thinking).toMatchObject({ max_completion_tokens: 10, reasoning_effort: 'medium' });
  expect(sent('gpt-4.1', true, FULL)).toMatchObject({ temperature: 0.1, top_p: 0.2 });
  expect(sent('gpt-4.1', true, FULL)).not.toHaveProperty('reasoning_effort');
});

test.each([['gpt-5.6-luna', 'none'], ['gpt-5-mini', 'minimal'], ['o3', 'low']])('the least effort of %s is %s', (modelId, effort) => {
  expect(sent(modelId, true, { ...FULL, reasoning: { effort: 'none' } })).toMatchObject({ reasoning_effort: effort });
});

test('what is about tools is not sent without any', () => {
  const plain = sent('qwen3', false, { ...FULL, tools: [] }) as Record<string, unknown>;
  for (const field of ['tools', 'tool_choice', 'parallel_tool_calls']) expect(plain).not.toHaveProperty(field);
});
