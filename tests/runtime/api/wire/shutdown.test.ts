import { Agent, request } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startAnthropicStandIn } from '../../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { API_KEY, startTestRuntime } from '../test-runtime.ts';
import type { TestRuntime } from '../test-runtime.ts';
import { events } from './accumulate.ts';

let claude: LlmStandIn;
let runtime: TestRuntime;
let stopped: boolean;
beforeEach(async () => {
  claude = await startAnthropicStandIn();
  runtime = await startTestRuntime({ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.url, ANTHROPIC_MODELS: 'claude-sonnet-5', AIOS_DRAIN_MS: '50' });
  stopped = false;
});
afterEach(async () => {
  if (!stopped) await runtime.stop();
  await claude.close();
});

const stop = () => {
  stopped = true;
  return runtime.stop();
};
const body = { model: 'auto', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 100 };
const post = (path: string, more: object = {}) => fetch(`${runtime.url}${path}`, {
  method: 'POST', headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }, body: JSON.stringify({ ...body, ...more }),
});
const WIRES = ['/v1/chat/completions', '/v1/messages'];

test.each(WIRES)('%s: a stream that outlasts the drain time ends with an error', async (path) => {
  claude.always({ stall: true, afterChunks: 2 });
  const answer = await post(path, { stream: true });
  const text = answer.text();
  await stop();
  const last = events(await text).at(-1);
  expect(JSON.parse(last?.data ?? '').error).toMatchObject({ code: 'shutting_down', message: expect.stringContaining('shutting down') });
  expect(last?.event).toBe(path === '/v1/messages' ? 'error' : null);
  await claude.disconnected(0);
});

test.each(WIRES)('%s: what has not begun to be answered by then fails with 503', async (path) => {
  claude.always({ stall: true });
  const whole = post(path);
  const streamed = post(path, { stream: true });
  await claude.received(2);
  await stop();
  for (const answer of [await whole, await streamed]) {
    expect([answer.status, (await answer.json()).error.code, answer.headers.get('x-should-retry')]).toEqual([503, 'shutting_down', null]);
  }
});

test.each(WIRES)('%s: what ends within the drain time is answered', async (path) => {
  const ready = Promise.withResolvers<void>();
  claude.always({ after: ready.promise, then: { text: 'Just in time.' } });
  const whole = post(path);
  await claude.received(1);
  const done = stop();
  ready.resolve();
  expect(await (await whole).text()).toContain('Just in time.');
  await done;
});

test('a connection that a client keeps after its last answer does not hold up the end', async () => {
  const patient = await startTestRuntime({ ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: claude.url, ANTHROPIC_MODELS: 'claude-sonnet-5', AIOS_DRAIN_MS: '3600000' });
  const ready = Promise.withResolvers<void>();
  claude.always({ after: ready.promise, then: { text: 'Just in time.' } });
  const agent = new Agent({ keepAlive: true });
  const answered = new Promise<string>((resolve, reject) => {
    const asked = request(`${patient.url}/v1/messages`, { agent, method: 'POST', headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' } }, (answer) => {
      answer.setEncoding('utf8').on('data', () => undefined).on('end', () => resolve(String(answer.headers.connection)));
    }).on('error', reject);
    asked.end(JSON.stringify(body));
  });
  await claude.received(1);
  const done = patient.stop();
  ready.resolve();
  await answered;
  await done;
  agent.destroy();
});
