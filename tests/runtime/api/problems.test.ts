import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { problemSchema } from '../../../agent-runtime/src/contract/problem.ts';
import { startTestRuntime } from './test-runtime.ts';
import type { TestResponse, TestRuntime } from './test-runtime.ts';

let runtime: TestRuntime;
beforeAll(async () => { runtime = await startTestRuntime(); });
afterAll(() => runtime.stop());

const ask = { agent: 'cto', operation: 'ask', input: { question: 'Why?' } };

function expectProblem(response: TestResponse, status: number, code: string): void {
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(problemSchema.parse(response.body)).toMatchObject({ status, code, type: `urn:aios:problem:${code}` });
  expect(response.status).toBe(status);
}

describe('every failure is a problem document', () => {
  test('an unknown address, without its query', async () => {
    const response = await runtime.request('GET', '/v2/tasks?token=secret');
    expectProblem(response, 404, 'not_found');
    expect(response.body.detail).toBe('There is no GET /v2/tasks. The API is described at /docs.');
  });

  test.each([
    ['GET', '/v1/tasks/task-x'], ['GET', '/v1/tasks/task-x/events'], ['POST', '/v1/tasks/task-x/cancel'],
    ['POST', '/v1/tasks/task-x/retry'], ['GET', '/v1/batches/batch-x'],
  ] as const)('an unknown id: %s %s', async (method, path) => {
    expectProblem(await runtime.request(method, path), 404, 'not_found');
  });

  test.each([
    ['a field that is missing', { tasks: [{ agent: 'cto', operation: 'ask' }] }, ['tasks.0.input']],
    ['a field that is unknown', { tasks: [ask], callback: 'x' }, ['']],
    ['an option out of range', { tasks: [{ ...ask, options: { maxAttempts: 0, costLimitUsd: -1 } }] },
      ['tasks.0.options.costLimitUsd', 'tasks.0.options.maxAttempts']],
    ['no tasks', { tasks: [] }, ['tasks']],
    ['an input that does not fit the operation', { tasks: [ask, { ...ask, input: { question: '' } }] }, ['tasks.1.input.question']],
    ['a callback that is not http', { tasks: [ask], callbackUrl: 'file:///etc/passwd' }, ['callbackUrl']],
  ])('%s, with the paths of the fields', async (_case, body, paths) => {
    const response = await runtime.request('POST', '/v1/batches', body);
    expectProblem(response, 400, 'invalid_request');
    expect(response.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(paths);
  });

  test('a query or header that is not valid, saying where it stands', async () => {
    const query = await runtime.request('GET', '/v1/tasks?limit=1000&status=asleep');
    expectProblem(query, 400, 'invalid_request');
    expect(query.body.issues.map(({ path }: { path: string }) => path).sort()).toEqual(['querystring.limit', 'querystring.status']);
    const header = await runtime.request('POST', '/v1/tasks', ask, { 'idempotency-key': 'x'.repeat(256) });
    expectProblem(header, 400, 'invalid_request');
    expect(header.body.issues[0].path).toBe('headers.idempotency-key');
  });

  test('a body that is not JSON', async () => {
    const headers = { 'content-type': 'application/json' };
    expectProblem(await runtime.request('POST', '/v1/tasks', '{"agent":', headers), 400, 'invalid_request');
    expectProblem(await runtime.request('POST', '/v1/tasks', '', headers), 400, 'invalid_request');
    expectProblem(await runtime.request('POST', '/v1/tasks', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type');
  });

  test.each(['text/plain', 'text/plain; charset=utf-8', 'application/octet-stream'])('a body of the type %s', async (type) => {
    expectProblem(await runtime.request('POST', '/v1/tasks', JSON.stringify(ask), { 'content-type': type }), 415, 'unsupported_media_type');
  });

  test('an input of a single task, with the paths of its own fields', async () => {
    const response = await runtime.request('POST', '/v1/tasks', { ...ask, input: { question: '' } });
    expectProblem(response, 400, 'invalid_request');
    expect(response.body.issues.map(({ path }: { path: string }) => path)).toEqual(['input.question']);
    expect(response.body.detail).not.toContain('tasks.0');
  });

  test('a body that is too large', async () => {
    const body = { ...ask, input: { question: 'x'.repeat(20 * 1024 * 1024) } };
    expectProblem(await runtime.request('POST', '/v1/tasks', body), 413, 'payload_too_large');
  });

  test('an unknown agent or operation, naming what there is', async () => {
    const agent = await runtime.request('POST', '/v1/tasks', { ...ask, agent: 'ceo' });
    expectProblem(agent, 404, 'unknown_agent');
    expect(agent.body.detail).toContain('cto');
    const operation = await runtime.request('POST', '/v1/tasks', { ...ask, operation: 'fire' });
    expectProblem(operation, 404, 'unknown_agent');
    expect(operation.body.detail).toContain('review-pull-request, ask');
  });

  test('a callback to an origin that is not allowed', async () => {
    const response = await runtime.request('POST', '/v1/batches', { tasks: [ask], callbackUrl: 'http://169.254.169.254/latest' });
    expectProblem(response, 422, 'callback_origin_not_allowed');
    expect(response.body.detail).toContain('AIOS_CALLBACK_ORIGINS');
  });

  test('what is not HTTP', async () => {
    const socket = connect(Number(new URL(runtime.url).port), '127.0.0.1');
    socket.write('BOOM\r\n\r\n');
    const [head, body] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    expect(problemSchema.parse(JSON.parse(body ?? ''))).toMatchObject({ status: 400, code: 'invalid_request' });
  });

  test('and names the request as the log does', async () => {
    const response = await runtime.request('GET', '/v1/agents');
    expect(runtime.log.join('')).toContain(`"reqId":"${String(response.headers['x-request-id'])}"`);
  });
});
