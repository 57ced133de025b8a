import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from '@jest/globals';
import { startAnthropicStandIn } from './anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from './ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from './openai/start-openai-stand-in.ts';
import type { LlmStandIn } from './stand-in.ts';

const HUNKS = '<file path="src/a &amp; b.ts">\n<hunk header="@@ -1,2 +1,3 @@">\n     1      1   const a = 1;\n            2 + const b = 2;\n     2        - const c = 3;\n</hunk>\n</file>';
const SCHEMA = { type: 'object', additionalProperties: false, required: ['summary', 'findings'], properties: { summary: { type: 'string' }, findings: { type: 'array' } } };

let standIn: LlmStandIn | undefined;
afterEach(async () => {
  await standIn?.close();
  standIn = undefined;
});

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
}

const CLAUDE = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };
const chat = (more: object = {}) => ({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Hello' }], ...more });

test('a schema with findings is answered with findings on lines that the prompt shows', async () => {
  standIn = await startAnthropicStandIn();
  const response = await post(`${standIn.url}/v1/messages`, {
    model: 'claude-sonnet-5', max_tokens: 100, messages: [{ role: 'user', content: HUNKS }], output_config: { format: { type: 'json_schema', schema: SCHEMA } },
  }, CLAUDE);
  const message = await response.json() as { content: { text: string }[] };
  expect(JSON.parse(message.content[0]!.text)).toMatchObject({ findings: [{ path: 'src/a & b.ts', side: 'RIGHT', startLine: 2, endLine: 2 }] });
});

test('the same question counts by its content, whatever else differs', async () => {
  standIn = await startOpenAiStandIn();
  const headers = { authorization: 'Bearer k' };
  await post(`${standIn.url}/v1/chat/completions`, chat(), headers);
  await post(`${standIn.url}/v1/chat/completions`, chat({ stream: true }), headers);
  await post(`${standIn.url}/v1/chat/completions`, chat({ messages: [{ role: 'user', content: 'Other' }] }), headers);
  expect([...standIn.countsByContent.values()]).toEqual([2, 1]);
  expect(standIn.requests).toHaveLength(3);
});

test.each([
  ['no version', {}, { 'x-api-key': 'k' }], ['no key', {}, { 'anthropic-version': '2023-06-01' }], ['no limit', { max_tokens: undefined }, CLAUDE],
  ['an unknown field', { maxTokens: 5 }, CLAUDE], ['a system role', { messages: [{ role: 'system', content: 'x' }] }, CLAUDE],
  ['a range in the schema', { output_config: { format: { type: 'json_schema', schema: { type: 'number', minimum: 1 } } } }, CLAUDE],
])('a request to Anthropic with %s is refused and fails the test', async (_, change, headers) => {
  const claude = await startAnthropicStandIn();
  const response = await post(`${claude.url}/v1/messages`, { model: 'claude-sonnet-5', max_tokens: 5, messages: [{ role: 'user', content: 'x' }], ...change }, headers);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  await expect(claude.close()).rejects.toThrow('Anthropic would have refused');
});

test.each([
  ['no key', {}, {}], ['no messages', { messages: [] }, { authorization: 'Bearer k' }],
  ['options of a stream without one', { stream_options: { include_usage: true } }, { authorization: 'Bearer k' }],
  ['a strict schema that leaves a key out', {
    response_format: { type: 'json_schema', json_schema: { name: 'a', strict: true, schema: { type: 'object', additionalProperties: false, required: [], properties: { a: { type: 'string' } } } } },
  }, { authorization: 'Bearer k' }],
])('a request to OpenAI with %s is refused and fails the test', async (_, change, headers: Record<string, string>) => {
  const openai = await startOpenAiStandIn();
  expect((await post(`${openai.url}/v1/chat/completions`, chat(change), headers)).status).toBe(400);
  await expect(openai.close()).rejects.toThrow('OpenAI would have refused');
});

test('a request to Ollama with an unknown option is refused and fails the test', async () => {
  const ollama = await startOllamaStandIn();
  expect((await post(`${ollama.url}/api/chat`, { model: 'm', messages: [{ role: 'user', content: 'x' }], options: { numCtx: 5 } })).status).toBe(400);
  await expect(ollama.close()).rejects.toThrow('Ollama would have refused');
});

test('an answer is held back until it is released', async () => {
  standIn = await startOpenAiStandIn({ requiresKey: false });
  let release = () => {};
  standIn.next({ after: new Promise<void>((resolve) => { release = resolve; }), then: { text: 'now' } });
  let answered = false;
  const response = post(`${standIn.url}/v1/chat/completions`, chat()).then((value) => {
    answered = true;
    return value.json() as Promise<{ choices: { message: { content: string } }[] }>;
  });
  await standIn.received(1);
  expect(answered).toBe(false);
  release();
  expect((await response).choices[0]!.message.content).toBe('now');
});

test('the Responses API answers a text, whole and streamed', async () => {
  standIn = await startOpenAiStandIn({ requiresKey: false, script: 'a plain answer that is streamed in parts' });
  const whole = await (await post(`${standIn.url}/v1/responses`, { model: 'gpt-4.1-mini', input: 'Hello' })).json() as { output: { content: { text: string }[] }[] };
  expect(whole.output[0]!.content[0]!.text).toBe('a plain answer that is streamed in parts');
  const events = await (await post(`${standIn.url}/v1/responses`, { model: 'gpt-4.1-mini', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hello' }] }], stream: true })).text();
  expect(events).toContain('event: response.output_text.delta');
  expect(events).toContain('event: response.completed');
  expect(standIn.requests[1]!.messages).toEqual([{ role: 'user', content: 'Hello' }]);
});

test('runs as a process of its own', async () => {
  const child = spawn(process.execPath, ['tests/stand-ins/llm/serve.ts', '--port', '0', '--text', 'from the process'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  try {
    const [line] = await new Promise<string[]>((resolve) => { createInterface(child.stdout).once('line', (first) => resolve([first])); });
    const { url } = JSON.parse(line!) as { url: string };
    expect(await (await fetch(`${url}/v1/models`)).json()).toMatchObject({ object: 'list' });
    const answer = await (await post(`${url}/v1/chat/completions`, chat())).json();
    expect(answer).toMatchObject({ choices: [{ message: { content: 'from the process' } }] });
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
});
