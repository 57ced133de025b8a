import { afterEach, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { startAnthropicStandIn } from './anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from './ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from './openai/start-openai-stand-in.ts';
import type { LlmStandIn } from './stand-in.ts';
import { vectorOf } from './vector-of.ts';

const TOOL = { type: 'function' as const, function: { name: 'look', parameters: { type: 'object', properties: {} } } };
const CLAUDE = { 'x-api-key': 'k', 'anthropic-version': '2026-10-21' };

let standIn: LlmStandIn | undefined;
afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
}

async function officialClient(): Promise<OpenAI> {
  standIn = await startOpenAiStandIn();
  return new OpenAI({ apiKey: 'k', baseURL: `${standIn.url}/v1`, maxRetries: 0 });
}

test('OpenAI\'s own client reads scripted tool calls, whole and streamed', async () => {
  const client = await officialClient();
  const toolCalls = [{ id: 'call_a', name: 'look', arguments: { at: 'the harbour in the evening' } }, { id: 'call_b', name: 'look' }];
  standIn!.always({ text: 'So.', toolCalls, toolStyle: 'interleaved', usage: { input: 5, output: 6 } });
  const asked = { model: 'gpt-4.1-mini', messages: [{ role: 'user' as const, content: 'Hello' }], tools: [TOOL] };
  const whole = await client.chat.completions.create(asked);
  const streamed = await client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } }).finalChatCompletion();
  for (const { choices: [choice], usage } of [whole, streamed]) {
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: 'So.', tool_calls: [{ id: 'call_a' }, { id: 'call_b', function: { arguments: '{}' } }] } });
    expect(usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 6 });
  }
  expect(standIn!.requests[0]!.tools).toEqual([{ name: 'look', schema: TOOL.function.parameters }]);
});

test('OpenAI\'s own client reads vectors, and lists models', async () => {
  const client = await officialClient();
  const { data } = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 4 });
  expect(data.map(({ embedding }) => embedding)).toEqual([vectorOf('one', 4), vectorOf('two', 4)]);
  expect((await client.models.list()).data.map(({ id }) => id)).toContain('gpt-4.1-mini');
});

test.each([
  ['a tool call that nobody answered', [{ role: 'user', content: 'x' }, { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }, { role: 'user', content: 'y' }]],
  ['an answer to no tool call', [{ role: 'user', content: 'x' }, { role: 'tool', tool_call_id: 'a', content: 'y' }]],
  ['a picture that is none', [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'cat.png' } }] }]],
])('OpenAI refuses %s', async (_, messages) => {
  const openai = await startOpenAiStandIn({ requiresKey: false });
  expect((await post(`${openai.url}/v1/chat/completions`, { model: 'm', messages })).status).toBe(400);
  await expect(openai.close()).rejects.toThrow('OpenAI would have refused');
});

test.each([
  ['a tool call that nobody answered', { messages: [{ role: 'user', content: 'x' }, { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] }, { role: 'user', content: 'y' }] }],
  ['a result after text', { messages: [{ role: 'user', content: 'x' }, { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] }, { role: 'user', content: [{ type: 'text', text: 'y' }, { type: 'tool_result', tool_use_id: 'a' }] }] }],
  ['unsigned thinking', { messages: [{ role: 'user', content: 'x' }, { role: 'assistant', content: [{ type: 'thinking', thinking: 'h', signature: '' }] }, { role: 'user', content: 'y' }] }],
  ['a budget of thinking above the limit', { thinking: { type: 'enabled', budget_tokens: 2_000 } }],
  ['five cache markers', { messages: [{ role: 'user', content: Array.from({ length: 5 }, () => ({ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } })) }] }],
])('Anthropic refuses %s', async (_, change) => {
  const claude = await startAnthropicStandIn();
  const response = await post(`${claude.url}/v1/messages`, { model: 'claude-sonnet-5', max_tokens: 2_000, messages: [{ role: 'user', content: 'x' }], ...change }, CLAUDE);
  expect(response.status).toBe(400);
  await expect(claude.close()).rejects.toThrow('Anthropic would have refused');
});

test('Anthropic counts tokens, which is no call for an answer', async () => {
  standIn = await startAnthropicStandIn();
  const response = await post(`${standIn.url}/v1/messages/count_tokens`, { model: 'claude-sonnet-5', messages: [{ role: 'user', content: 'x'.repeat(40) }] }, CLAUDE);
  expect(await response.json()).toEqual({ input_tokens: 10 });
  expect(standIn.hits).toBe(0);
});

test('Ollama gives tool calls whole and takes pictures', async () => {
  standIn = await startOllamaStandIn({ script: { toolCalls: [{ name: 'look', arguments: { at: 'sky' } }] } });
  const messages = [{ role: 'user', content: 'Look', images: ['aGVsbG8='] }];
  const lines = (await (await post(`${standIn.url}/api/chat`, { model: 'm', messages, tools: [TOOL] })).text()).trim().split('\n').map((line) => JSON.parse(line) as { message: object });
  expect(lines.map(({ message }) => message)).toContainEqual({ role: 'assistant', content: '', tool_calls: [{ function: { name: 'look', arguments: { at: 'sky' } } }] });
  expect(standIn.requests[0]!.images).toHaveLength(1);
});

test('bytes, statuses and delays are given as scripted', async () => {
  standIn = await startOpenAiStandIn({ requiresKey: false });
  const ask = () => post(`${standIn!.url}/v1/chat/completions`, { model: 'm', messages: [{ role: 'user', content: 'x' }], stream: true });
  standIn.next({ status: 529, body: { error: 'busy' }, headers: { 'x-limit': '0' } }, { bytes: 'äöü', type: 'text/plain', chunkBytes: [1] }, { after: 5, then: { status: 204, body: '' } });
  const busy = await ask();
  expect([busy.status, busy.headers.get('x-limit'), await busy.json()]).toEqual([529, '0', { error: 'busy' }]);
  expect(await (await ask()).text()).toBe('äöü');
  expect((await ask()).status).toBe(204);
});

test('a client that leaves is noticed', async () => {
  standIn = await startOpenAiStandIn({ requiresKey: false });
  standIn.next('whole', { stall: true });
  const controller = new AbortController();
  const ask = (signal?: AbortSignal) => fetch(`${standIn!.url}/v1/chat/completions`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }), signal: signal ?? null,
  });
  await (await ask()).text();
  const left = ask(controller.signal).catch(() => 'left');
  await standIn.received(2);
  const leftAt = performance.now();
  controller.abort();
  expect(await left).toBe('left');
  expect(await standIn.disconnected(1)).toBeGreaterThanOrEqual(leftAt);
});
