import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toServerSentEvents } from '../../../agent-runtime/src/api/server-sent-events.ts';
import { taskEventSchema } from '../../../agent-runtime/src/contract/event.ts';
import type { TaskEvent } from '../../../agent-runtime/src/contract/event.ts';
import { startModelServer } from './model-server.ts';
import type { ModelAnswer, ModelServer } from './model-server.ts';
import { API_KEY, startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

let runtime: TestRuntime;
let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
  runtime = await startTestRuntime(model.environment);
});
afterAll(async () => {
  await runtime.stop();
  await model.close();
});

const ask = { agent: 'cto', operation: 'ask', input: { question: 'Why?' } };

/** The events of a stream, checked against the contract and their own `id` and `event` fields. */
function eventsIn(text: string): TaskEvent[] {
  return text.split('\n\n').filter((block) => block.startsWith('id:')).map((block) => {
    const [id, type, data] = block.split('\n').map((line) => line.slice(line.indexOf(':') + 2));
    const event = taskEventSchema.parse(JSON.parse(data ?? ''));
    expect([id, type]).toEqual([String(event.seq), event.type]);
    return event;
  });
}

describe('the event stream of a task', () => {
  test('that has ended gives all its events and ends', async () => {
    const { body: task } = await runtime.request('POST', '/v1/tasks', ask);
    await runtime.request('GET', `/v1/tasks/${task.id}?waitMs=60000`);
    const { headers, text } = await runtime.request('GET', `/v1/tasks/${task.id}/events`);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const events = eventsIn(text);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect([events.at(0)?.type, events.at(-1)?.type]).toEqual(['task-accepted', 'task-succeeded']);
    const rest = await runtime.request('GET', `/v1/tasks/${task.id}/events`, undefined, { 'last-event-id': '2' });
    expect(eventsIn(rest.text)).toEqual(events.slice(2));
  });

  test('that runs gives events as they come', async () => {
    const { promise, resolve } = Promise.withResolvers<ModelAnswer>();
    model.answerWith(promise, { content: 'Done.' });
    const { body: task } = await runtime.request('POST', '/v1/tasks', ask);
    const response = await fetch(`${runtime.url}/v1/tasks/${task.id}/events`, { headers: { authorization: `Bearer ${API_KEY}` } });
    let seen = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      seen += new TextDecoder().decode(chunk);
      if (seen.includes('event: task-started')) resolve({ content: 'Done.' });
    }
    expect(eventsIn(seen).map(({ type }) => type)).toEqual(expect.arrayContaining(['task-started', 'model-answered', 'task-succeeded']));
  });

  test('refuses a Last-Event-ID that is not a number', async () => {
    const { status, body } = await runtime.request('GET', '/v1/tasks/x/events', undefined, { 'last-event-id': 'x' });
    expect([status, body.issues[0].path]).toEqual([400, 'headers.last-event-id']);
  });

  test('ends when the runtime stops', async () => {
    const stopping = await startTestRuntime({ ...model.environment, AIOS_DRAIN_MS: '0' });
    model.answerWith(new Promise<ModelAnswer>(() => {}));
    const { body: task } = await stopping.request('POST', '/v1/tasks', ask);
    const response = await fetch(`${stopping.url}/v1/tasks/${task.id}/events`, { headers: { authorization: `Bearer ${API_KEY}` } });
    const waiting = stopping.request('GET', `/v1/tasks/${task.id}?waitMs=60000`);
    await stopping.stop();
    expect(eventsIn(await response.text()).map(({ type }) => type)).toContain('task-accepted');
    expect((await waiting).body.id).toBe(task.id);
  });
});

describe('a quiet event stream', () => {
  test('has heartbeat comments and frees its source when it ends', async () => {
    const controller = new AbortController();
    const { promise, resolve } = Promise.withResolvers<void>();
    async function* silence(): AsyncGenerator<TaskEvent> {
      await new Promise((end) => controller.signal.addEventListener('abort', end));
      resolve();
    }
    const stream = toServerSentEvents(silence(), { heartbeatMs: 1, signal: controller.signal });
    const blocks = [await stream.next(), await stream.next(), await stream.next()].map(({ value }) => value);
    expect(blocks).toEqual([': watching\n\n', ': heartbeat\n\n', ': heartbeat\n\n']);
    controller.abort();
    expect((await stream.next()).done).toBe(true);
    await promise;
  });
});
