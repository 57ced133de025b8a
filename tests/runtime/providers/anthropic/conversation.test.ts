import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Message, ModelRequest, ToolDefinition } from '../../../../agent-runtime/src/providers/model.ts';
import { createAnthropicModel } from '../../../../agent-runtime/src/providers/anthropic/model.ts';
import { startAnthropicStandIn } from '../../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { partsOf, thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
const TOOL: ToolDefinition = { name: 'look', inputSchema: { type: 'object', properties: { at: { type: 'string' } } }, strict: true };
const REQUEST: ModelRequest = { purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 4_000, tools: [TOOL] };
const AGAIN: readonly Message[] = [
  { role: 'user', content: 'Look.' },
  { role: 'assistant', content: [{ type: 'tool-call', id: 'toolu_1', name: 'look', argumentsText: '{"at":"sky"}' }] },
  { role: 'user', content: [{ type: 'tool-result', callId: 'toolu_1', content: 'blue' }] },
];

let standIn: LlmStandIn;
const model = (modelId = 'claude-sonnet-5') => createAnthropicModel({ modelId, apiKey: 'test-key', baseUrl: standIn.url });
const lastBody = () => standIn.requests.at(-1)!.body;
beforeEach(async () => { standIn = await startAnthropicStandIn(); });
afterEach(() => standIn.close());

test('thinking and redacted thinking go back unchanged, with their signatures', async () => {
  standIn.always({ thoughts: [{ text: 'Hm, the sky.', signature: 'RXJzdA==' }, { redacted: 'Z2VoZWlt' }], toolCalls: [{ id: 'toolu_9', name: 'look', arguments: { at: 'sky' } }] });
  for (const way of ['generate', 'stream'] as const) {
    const response = way === 'generate' ? await model().generate(REQUEST, { signal })
      : ((await partsOf(model().stream(REQUEST, { signal }))).at(-1) as { response: Awaited<ReturnType<ReturnType<typeof model>['generate']>> }).response;
    await model().generate({ ...REQUEST, messages: [
      ...REQUEST.messages,
      { role: 'assistant', content: [...response.reasoning!, ...response.toolCalls!] },
      { role: 'user', content: [{ type: 'text', text: 'Well?' }, { type: 'tool-result', callId: 'toolu_9', content: 'blue', isError: true }] },
    ] }, { signal });
    expect((lastBody().messages as unknown[]).slice(1)).toEqual([
      { role: 'assistant', content: [
        { type: 'thinking', thinking: 'Hm, the sky.', signature: 'RXJzdA==' }, { type: 'redacted_thinking', data: 'Z2VoZWlt' },
        { type: 'tool_use', id: 'toolu_9', name: 'look', input: { at: 'sky' } },
      ] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_9', content: 'blue', is_error: true }, { type: 'text', text: 'Well?' }] },
    ]);
  }
});

test.each([
  [{ toolChoice: { type: 'auto' } }, { type: 'auto' }], [{ toolChoice: { type: 'none' }, parallelToolCalls: false }, { type: 'none' }],
  [{ toolChoice: { type: 'required' }, parallelToolCalls: false }, { type: 'any', disable_parallel_tool_use: true }],
  [{ toolChoice: { type: 'tool', name: 'look' } }, { type: 'tool', name: 'look' }],
  [{ parallelToolCalls: false }, { type: 'auto', disable_parallel_tool_use: true }], [{}, undefined],
] as const)('a choice of tools %j is %j', async (choice, expected) => {
  await model().generate({ ...REQUEST, ...choice }, { signal });
  expect(lastBody().tool_choice).toEqual(expected);
  expect(lastBody().tools).toEqual([{ name: 'look', input_schema: TOOL.inputSchema, strict: true }]);
});

test('models that think by effort get one, older ones a budget below the limit of the answer', async () => {
  await model('claude-opus-5-5').generate({ ...REQUEST, reasoning: { effort: 'medium' } }, { signal });
  expect(lastBody()).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } });
  await model('claude-haiku-4-5').generate({ ...REQUEST, reasoning: { effort: 'high' }, temperature: 0.3 }, { signal });
  expect(lastBody()).toMatchObject({ max_tokens: 4_000, thinking: { type: 'enabled', budget_tokens: 2_976 } });
  expect(lastBody()).not.toHaveProperty('temperature');
  await model('claude-haiku-4-5').generate({ ...REQUEST, reasoning: { budgetTokens: 1_500 } }, { signal });
  expect(lastBody().thinking).toEqual({ type: 'enabled', budget_tokens: 1_500 });
  await model('claude-haiku-4-5').generate({ ...REQUEST, maxOutputTokens: 1_000, reasoning: { budgetTokens: 5_000 } }, { signal });
  expect(lastBody().thinking).toBeUndefined();
});

test('thinking is left where it would be refused: with a forced tool, and after a turn of another model', async () => {
  const reasoning = { effort: 'low' } as const;
  await model('claude-haiku-4-5').generate({ ...REQUEST, reasoning, toolChoice: { type: 'required' } }, { signal });
  await model('claude-opus-5').generate({ ...REQUEST, reasoning, toolChoice: { type: 'required' } }, { signal });
  await model('claude-haiku-4-5').generate({ ...REQUEST, reasoning, messages: AGAIN }, { signal });
  expect(standIn.requests.map(({ body }) => body.thinking)).toEqual([undefined, undefined, undefined]);
});

test('no thinking is asked for as each model knows it', async () => {
  for (const modelId of ['claude-sonnet-5', 'claude-opus-5-5', 'claude-opus-4-7', 'claude-haiku-4-5']) {
    await model(modelId).generate({ ...REQUEST, reasoning: { effort: 'none' } }, { signal });
  }
  expect(standIn.requests.map(({ body }) => [body.thinking, body.output_config])).toEqual([
    [{ type: 'disabled' }, undefined], [undefined, { effort: 'low' }], [undefined, undefined], [undefined, undefined],
  ]);
});

test('the cache is marked after tools, system and the last two turns of the user, where that is long enough', async () => {
  const long = 'A long and stable text. '.repeat(300);
  const tools = [{ ...TOOL, description: long }];
  const turns: readonly Message[] = [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }, { role: 'assistant', content: 'd' }, { role: 'user', content: 'e' }];
  await model().generate({ ...REQUEST, tools, system: long, messages: turns }, { signal });
  const marked = { cache_control: { type: 'ephemeral' } };
  expect(lastBody()).toMatchObject({
    tools: [marked], system: [marked],
    messages: [{ content: 'a' }, { content: 'b' }, { content: [{ text: 'c', ...marked }] }, { content: 'd' }, { content: [{ text: 'e', ...marked }] }],
  });
  await model().generate({ ...REQUEST, messages: turns }, { signal });
  await model('claude-opus-4-6').generate({ ...REQUEST, system: long, messages: turns }, { signal });
  await model().generate({ ...REQUEST, messages: [{ role: 'user', content: long.repeat(4) }] }, { signal });
  for (const { body } of standIn.requests.slice(1)) expect(JSON.stringify(body)).not.toContain('cache_control');
});

test('the end user is named, and stop sequences tell which one it was', async () => {
  standIn.always({ text: 'a', stopSequence: 'END' });
  const response = await model().generate({ ...REQUEST, endUser: 'u-1', stopSequences: ['END'] }, { signal });
  expect(lastBody()).toMatchObject({ metadata: { user_id: 'u-1' }, stop_sequences: ['END'] });
  expect(response).toMatchObject({ finishReason: 'stop', stopSequence: 'END' });
  expect((await partsOf(model().stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { stopSequence: 'END' } });
});

test.each([['refused', 'refused'], ['paused', 'length'], ['context-full', 'length']] as const)('an answer that was %s is %s', async (finish, expected) => {
  standIn.always({ text: 'a', finish });
  expect((await model().generate(REQUEST, { signal })).finishReason).toBe(expected);
  expect((await partsOf(model().stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { finishReason: expected } });
});

test('arguments that a model broke are streamed as it wrote them', async () => {
  standIn.next({ toolCalls: [{ name: 'look', arguments: '{"at": "sk' }], finish: 'length' });
  expect((await partsOf(model().stream(REQUEST, { signal }))).at(-1)).toMatchObject({ response: { finishReason: 'length', toolCalls: [{ argumentsText: '{"at": "sk' }] } });
});

test('a schema that is none is the caller\'s mistake', async () => {
  const outputSchema = { name: 'odd', jsonSchema: { type: 'object', properties: { a: { description: 'without a type' } } } };
  const error = await thrownBy(model().generate({ ...REQUEST, outputSchema }, { signal }));
  expect(error.kind).toBe('user');
});

test('a limit that is used up says when it is full again', async () => {
  const at = new Date(Date.now() + 40_000).toISOString();
  standIn.next({ fail: 'rate-limited', headers: {
    'anthropic-ratelimit-requests-remaining': '10', 'anthropic-ratelimit-requests-reset': new Date(Date.now() + 900_000).toISOString(),
    'anthropic-ratelimit-input-tokens-remaining': '0', 'anthropic-ratelimit-input-tokens-reset': at,
  } });
  const { retryAfterMs } = await thrownBy(model().generate(REQUEST, { signal }));
  expect(retryAfterMs).toBeGreaterThan(30_000);
  expect(retryAfterMs).toBeLessThanOrEqual(40_000);
});

test('an overload inside a stream is one, whatever came before', async () => {
  standIn.next({ failInStream: 'overloaded', text: 'one two three four five six seven eight', afterChunks: 1 });
  expect((await thrownBy(partsOf(model().stream(REQUEST, { signal })))).code).toBe('model_overloaded');
});
