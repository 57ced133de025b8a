import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ModelRequest, ModelResponse } from '../../../../agent-runtime/src/providers/model.ts';
import { createOpenAiCompatibleModel } from '../../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { partialUsageOf } from '../../../../agent-runtime/src/providers/partial-usage.ts';
import { startOpenAiStandIn } from '../../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { partsOf, thrownBy } from '../thrown-by.ts';

const signal = new AbortController().signal;
const REQUEST: ModelRequest = {
  purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 100,
  tools: [{ name: 'look', inputSchema: { type: 'object', properties: {} } }, { name: 'listen', inputSchema: { type: 'object', properties: {} } }],
};
const CALLS = [
  { id: 'call_a', name: 'look', arguments: { at: 'the sky over the harbour', how: 'closely and for long' } },
  { id: 'call_b', name: 'listen', arguments: { to: 'the sea that breaks on the rocks' } },
  { id: 'call_c', name: 'look', arguments: {} },
];

let standIn: LlmStandIn;
const model = () => createOpenAiCompatibleModel({ modelId: 'local', baseUrl: `${standIn.url}/v1` });
const streamed = async (): Promise<ModelResponse> => ((await partsOf(model().stream(REQUEST, { signal }))).at(-1) as { response: ModelResponse }).response;
beforeEach(async () => { standIn = await startOpenAiStandIn({ requiresKey: false }); });
afterEach(() => standIn.close());

test.each(['indexed', 'interleaved', 'whole', 'repeated', 'unindexed', 'all-zero'] as const)('tool calls that a server streams %s are told apart', async (toolStyle) => {
  standIn.always({ text: 'So.', toolCalls: CALLS, toolStyle });
  const response = await streamed();
  expect(response.finishReason).toBe('tool-calls');
  expect(response.toolCalls!.map(({ id, name, argumentsText }) => ({ id, name, arguments: JSON.parse(argumentsText) as unknown }))).toEqual(CALLS);
  expect(response).toEqual(await model().generate(REQUEST, { signal }));
});

const chunk = (delta: object, more: object = {}) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'local', choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;
const call = (index: number | undefined, id: string | undefined, name: string | undefined, text: unknown) => chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }] });

describe('servers with habits of their own', () => {
  const END = `${chunk({}, { finish_reason: 'stop' })}data: [DONE]\n\n`;

  test('ids that change with every piece do not make new calls', async () => {
    standIn.next({ bytes: call(0, 'x1', 'look', '') + call(0, 'x2', undefined, '{"a":') + call(0, 'x3', undefined, '1}') + END });
    expect((await streamed()).toolCalls).toEqual([{ type: 'tool-call', id: 'x1', name: 'look', argumentsText: '{"a":1}' }]);
  });

  test('calls without ids get some, arguments may be an object, and the finish need not say it', async () => {
    standIn.next({ bytes: call(0, undefined, 'look', { a: 1 }) + call(1, undefined, 'listen', undefined) + END });
    const response = await streamed();
    expect(response).toMatchObject({ finishReason: 'tool-calls', toolCalls: [{ name: 'look', argumentsText: '{"a":1}' }, { name: 'listen', argumentsText: '{}' }] });
    expect(new Set(response.toolCalls!.map(({ id }) => id)).size).toBe(2);
  });

  test('several whole calls in one piece, all at index 0 and without ids', async () => {
    standIn.next({ bytes: call(0, '', 'look', '{"a":1}') + call(0, '', 'listen', '{"b":2}') + END });
    expect((await streamed()).toolCalls).toMatchObject([{ name: 'look', argumentsText: '{"a":1}' }, { name: 'listen', argumentsText: '{"b":2}' }]);
  });

  test('comments, CRLF, other fields and a byte-order mark do no harm', async () => {
    standIn.next({ bytes: `\uFEFF: ping\r\n\r\nid: 7\r\nevent: message\r\n${chunk({ content: 'wörd' }).replaceAll('\n', '\r\n')}retry: 5\r\n\r\n${END}` });
    expect((await streamed()).text).toBe('wörd');
  });

  test('an event without the empty line after it, and none of [DONE], still ended well if it told a reason to stop', async () => {
    standIn.next({ bytes: chunk({ content: 'all' }) + chunk({}, { finish_reason: 'stop' }) });
    expect(await streamed()).toMatchObject({ text: 'all', usageKnown: false });
  });

  test('[DONE] alone is an end', async () => {
    standIn.next({ bytes: `${chunk({ content: 'all' })}data: [DONE]\n\n` });
    expect(await streamed()).toMatchObject({ text: 'all', finishReason: 'stop' });
  });

  test('[DONE] is an end even where the connection stays open', async () => {
    standIn.next({ bytes: chunk({ content: 'all' }) + END, then: 'stall' });
    expect((await streamed()).text).toBe('all');
    await standIn.disconnected(0);
  });

  test('neither is none', async () => {
    standIn.next({ bytes: chunk({ content: 'half' }) });
    const error = await thrownBy(streamed());
    expect(error.code).toBe('model_stream_cut');
    expect(partialUsageOf(error)).toMatchObject({ output: 1 });
  });

  test('a server that does not stream answers whole', async () => {
    standIn.next({ status: 200, body: { model: 'local', choices: [{ message: { role: 'assistant', content: 'at once' }, finish_reason: 'stop' }], usage: { prompt_tokens: 3, completion_tokens: 2 } } });
    expect(await partsOf(model().stream(REQUEST, { signal }))).toMatchObject([{ type: 'text', text: 'at once' }, { type: 'end', response: { usage: { input: 3, output: 2 } } }]);
  });

  test('thinking may be called reasoning, and text may come in parts', async () => {
    standIn.next({ status: 200, body: { choices: [{ message: { content: [{ type: 'text', text: 'a' }, { type: 'text', text: 'b' }], reasoning: 'hm' }, finish_reason: 'stop', stop_reason: 'X' }] } });
    expect(await model().generate(REQUEST, { signal })).toMatchObject({ text: 'ab', reasoning: [{ text: 'hm' }], stopSequence: 'X', modelId: 'local' });
  });

  test('a redirect is said with the server it leads to', async () => {
    standIn.next({ status: 301, body: '', headers: { location: 'https://models.example/v1' } });
    expect((await thrownBy(model().generate(REQUEST, { signal }))).message).toContain('it redirects to https://models.example.');
  });

  test('an error in the older form of vLLM is read', async () => {
    standIn.next({ status: 400, body: { object: 'error', message: 'This model\'s maximum context length is 10 tokens.', type: 'BadRequestError', code: 400 } });
    expect((await thrownBy(model().generate(REQUEST, { signal }))).code).toBe('model_context_too_long');
  });
});

test('usage that comes with every chunk is the last one, and known when the stream is cut', async () => {
  const usage = { input: 12, output: 7 };
  standIn.next({ text: 'some words to be streamed in parts', usage, usageOnEveryChunk: true });
  expect((await streamed()).usage).toMatchObject(usage);
  const withUsage = (text: string, completion_tokens: number) => chunk({ content: text }).replace('"choices"', `"usage":{"prompt_tokens":12,"completion_tokens":${completion_tokens}},"choices"`);
  standIn.next({ bytes: withUsage('one two ', 20) + withUsage('three', 21), then: 'reset' });
  expect(partialUsageOf(await thrownBy(streamed()))).toMatchObject({ input: 12, output: 21 });
});

test.each([
  [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '20ms', 'x-ratelimit-remaining-tokens': '90', 'x-ratelimit-reset-tokens': '6m0s' }, 20],
  [{ 'x-ratelimit-remaining-tokens': '90', 'x-ratelimit-reset-tokens': '6m0.5s' }, 360_500], [{ 'x-ratelimit-reset-tokens': '1h2m' }, 3_720_000],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1_500], [{}, undefined],
])('a limit told by %j is over in %p ms', async (headers, expected) => {
  standIn.next({ fail: 'rate-limited', headers }, { fail: 'bad-request', headers });
  expect((await thrownBy(model().generate(REQUEST, { signal }))).retryAfterMs).toBe(expected);
});

test('a reader who is slow holds the server back and loses nothing', async () => {
  const text = 'word '.repeat(60_000);
  standIn.next({ text });
  let read = '';
  for await (const part of model().stream(REQUEST, { signal })) {
    if (part.type === 'text') read += part.text;
    if (read.length % 1_000 === 0) await new Promise((resolve) => { setImmediate(resolve); });
  }
  expect(read).toBe(text);
});

test('connections are used again', async () => {
  standIn.always('again');
  const local = model();
  await local.generate(REQUEST, { signal });
  for (let turn = 0; turn < 3; turn += 1) {
    await local.generate(REQUEST, { signal });
    await partsOf(local.stream(REQUEST, { signal }));
  }
  // A call may begin before the last bytes of a stream have come.
  expect(standIn.connections).toBeLessThanOrEqual(2);
});
