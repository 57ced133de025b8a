import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { batchSchema } from '../../../agent-runtime/src/contract/batch.ts';
import { taskSchema } from '../../../agent-runtime/src/contract/task.ts';
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

const ask = (question: string, options = {}) => ({ agent: 'cto', operation: 'ask', input: { question }, options });
const WAIT = '?waitMs=60000';

describe('a batch', () => {
  test('is accepted with its address and ends with one result a task, in order', async () => {
    model.answerWith({ content: 'Because.' });
    const accepted = await runtime.request('POST', '/v1/batches', { tasks: [ask('One?'), ask('Two?')] });
    expect(accepted.status).toBe(202);
    expect(accepted.headers['location']).toBe(`/v1/batches/${accepted.body.id}`);
    const { status, body } = await runtime.request('GET', `${String(accepted.headers['location'])}${WAIT}`);
    expect(status).toBe(200);
    const batch = batchSchema.parse(body);
    expect(batch.status).toBe('ended');
    expect(batch.tasks.map(({ index, status: end, result }) => [index, end, result?.['answer']])).toEqual([
      [0, 'succeeded', 'Because.'], [1, 'succeeded', 'Because.'],
    ]);
  });

  test('that ends within waitMs is answered with its end', async () => {
    model.answerWith({ content: 'At once.' });
    const { status, body } = await runtime.request('POST', `/v1/batches${WAIT}`, { tasks: [ask('Now?')] });
    expect([status, body.status, body.tasks[0].result.answer]).toEqual([200, 'ended', 'At once.']);
  });

  test('that does not is answered as it is', async () => {
    const { promise, resolve } = Promise.withResolvers<ModelAnswer>();
    model.answerWith(promise);
    const { status, body } = await runtime.request('POST', '/v1/batches?waitMs=1', { tasks: [ask('Later?')] });
    expect([status, body.status]).toEqual([202, 'running']);
    resolve({ content: 'Later.' });
    expect((await runtime.request('GET', `/v1/batches/${body.id}${WAIT}`)).body.status).toBe('ended');
  });

  test('is accepted once for an idempotency key, and another request under it is a conflict', async () => {
    const headers = { 'idempotency-key': 'execution-1' };
    const first = await runtime.request('POST', '/v1/batches', { tasks: [ask('Once?')] }, headers);
    const again = await runtime.request('POST', `/v1/batches${WAIT}`, { tasks: [ask('Once?')] }, headers);
    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.body.id).toBe(first.body.id);
    const other = await runtime.request('POST', '/v1/batches', { tasks: [ask('Twice?')] }, headers);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
  });
});

describe('a task', () => {
  test('is submitted alone, read, and found in the list', async () => {
    const submitted = await runtime.request('POST', '/v1/tasks', ask('Alone?'));
    expect(submitted.status).toBe(202);
    expect(submitted.headers['location']).toBe(`/v1/tasks/${submitted.body.id}`);
    const read = await runtime.request('GET', `/v1/tasks/${submitted.body.id}${WAIT}`);
    expect(taskSchema.parse(read.body)).toMatchObject({ id: submitted.body.id, status: 'succeeded', attempt: 1 });
    const listed = await runtime.request('GET', `/v1/tasks?batchId=${read.body.batchId}&status=succeeded&agent=cto`);
    expect(listed.body.tasks.map(({ id }: { id: string }) => id)).toEqual([submitted.body.id]);
  });

  test('is listed in pages, each once', async () => {
    const { body: batch } = await runtime.request('POST', `/v1/batches${WAIT}`, { tasks: ['a', 'b', 'c', 'd', 'e'].map((name) => ask(name)) });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await runtime.request('GET', `/v1/tasks?batchId=${batch.id}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...body.tasks.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    }
    expect(seen.sort()).toEqual(batch.tasks.map(({ id }: { id: string }) => id).sort());
  });

  test('is cancelled and retried by a client that names JSON and sends nothing', async () => {
    model.answerWith(Promise.withResolvers<ModelAnswer>().promise);
    const { body: task } = await runtime.request('POST', '/v1/tasks', ask('Empty?'));
    const post = async (action: string) => {
      const response = await fetch(`${runtime.url}/v1/tasks/${task.id}/${action}`, {
        method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` } });
      return { status: response.status, body: await response.json() };
    };
    expect(await post('cancel')).toMatchObject({ status: 200, body: { id: task.id, status: 'cancelled' } });
    model.answerWith({ content: 'Now.' });
    expect(await post('retry')).toMatchObject({ status: 200, body: { id: task.id } });
    expect((await runtime.request('GET', `/v1/tasks/${task.id}${WAIT}`)).body.status).toBe('succeeded');
  });

  test('is cancelled while it runs, and only then', async () => {
    const asked = model.requests.length;
    model.answerWith(new Promise<ModelAnswer>(() => {}));
    const { body: task } = await runtime.request('POST', '/v1/tasks', ask('Forever?'));
    const cancelled = await runtime.request('POST', `/v1/tasks/${task.id}/cancel`);
    expect(cancelled.status).toBe(200);
    const ended = await runtime.request('GET', `/v1/tasks/${task.id}${WAIT}`);
    expect([ended.body.status, ended.body.error.code]).toEqual(['cancelled', 'task_cancelled']);
    const again = await runtime.request('POST', `/v1/tasks/${task.id}/cancel`);
    expect([again.status, again.body.code]).toEqual([409, 'task_state_conflict']);
    expect(model.requests.length).toBeLessThanOrEqual(asked + 1);
  });

  test('that runs out of attempts is a dead letter until it is retried', async () => {
    model.answerWith({ content: '' });
    const { body: submitted } = await runtime.request('POST', '/v1/tasks', ask('Nothing?', { maxAttempts: 2 }));
    const { body: dead } = await runtime.request('GET', `/v1/tasks/${submitted.id}${WAIT}`);
    expect(dead).toMatchObject({ status: 'dead', attempt: 2, error: { code: 'model_output_invalid', kind: 'operational' } });
    const letters = await runtime.request('GET', '/v1/dead-letters');
    expect(letters.body.tasks.map(({ id, error }: { id: string; error: { message: string } }) => [id, error.message])).toEqual([
      [dead.id, expect.stringContaining('answered with nothing')],
    ]);
    model.answerWith({ content: 'Something.' });
    expect((await runtime.request('POST', `/v1/tasks/${dead.id}/retry`)).status).toBe(200);
    const { body: ended } = await runtime.request('GET', `/v1/tasks/${dead.id}${WAIT}`);
    expect(ended).toMatchObject({ status: 'succeeded', result: { answer: 'Something.' } });
    expect((await runtime.request('GET', '/v1/dead-letters')).body.tasks).toEqual([]);
    expect((await runtime.request('POST', `/v1/tasks/${dead.id}/retry`)).body.code).toBe('task_state_conflict');
  });
});
