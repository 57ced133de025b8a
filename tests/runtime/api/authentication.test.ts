import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { API_KEY, startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

let runtime: TestRuntime;
beforeAll(async () => { runtime = await startTestRuntime(); });
afterAll(() => runtime.stop());

/** All routes as `METHOD /path`, read from the tree that the app itself prints. */
function routes(): string[] {
  const above: string[] = [];
  return runtime.app.printRoutes({ commonPrefix: false }).split('\n').flatMap((line) => {
    const [, indent = '', path = '', methods = ''] = /^([\s│├└─]+)(\S+)(?: \(([^)]+)\))?$/.exec(line) ?? [];
    if (path === '') return [];
    above.splice(indent.length / 4 - 1, Infinity, path);
    if (methods === '') return [];
    return methods.split(', ').filter((method) => method !== 'HEAD').map((method) => `${method} ${above.join('').replace(':id', 'x').replace(/\/?\*$/, '/x')}`);
  });
}

describe('authentication', () => {
  test('guards every route but health, metrics, the docs, and links that say themselves what they open', async () => {
    const open: string[] = [];
    for (const route of routes()) {
      const [method, url] = route.split(' ') as ['GET', string];
      const { statusCode } = await runtime.app.inject({ method, url });
      if (statusCode !== 401) open.push(route);
    }
    // The last one is /v1/artifacts/*, printed without what is before its star.
    expect(open.filter((route) => !route.startsWith('GET /docs')).sort()).toEqual(['GET /healthz', 'GET /metrics', 'GET /readyz', 'GET /x']);
    expect((await runtime.app.inject('/v1/artifacts/x')).statusCode).toBe(404);
    expect(routes()).toEqual(expect.arrayContaining(['POST /v1/batches', 'GET /v1/tasks/x/events', 'GET /v1/models', 'GET /v1/models/x', 'POST /v1/chat/completions', 'POST /v1/messages']));
  });

  test.each([
    ['no header', {}],
    ['a wrong key', { authorization: 'Bearer the-key-of-the-wrong-tenant' }],
    ['a key without its scheme', { authorization: API_KEY }],
    ['another scheme', { authorization: `Basic ${API_KEY}` }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['the beginning of a key', { authorization: `Bearer ${API_KEY.slice(0, -1)}` }],
  ])('refuses %s', async (_case, headers) => {
    const response = await runtime.app.inject({ url: '/v1/agents', headers });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer realm="aios"');
    expect(response.headers['content-type']).toMatch('application/problem+json');
    expect(response.json()).toMatchObject({ code: 'unauthorized', status: 401, detail: expect.stringContaining('Authorization: Bearer <key>') });
  });

  test('takes each of the keys, whatever the case of the scheme', async () => {
    for (const authorization of [`Bearer ${API_KEY}`, `bearer ${API_KEY}`, 'Bearer the-key-of-another-tenant']) {
      expect((await runtime.app.inject({ url: '/v1/agents', headers: { authorization } })).statusCode).toBe(200);
    }
  });

  test('keeps the idempotency keys of two tenants apart', async () => {
    const submit = (authorization: string) => runtime.app.inject({
      method: 'POST', url: '/v1/batches', headers: { authorization, 'idempotency-key': 'same' },
      payload: { tasks: [{ agent: 'cto', operation: 'ask', input: { question: authorization.length > 30 ? 'A?' : 'B?' } }] },
    });
    const [mine, theirs] = [await submit(`Bearer ${API_KEY}`), await submit('Bearer the-key-of-another-tenant')];
    expect([mine.statusCode, theirs.statusCode]).toEqual([202, 202]);
    expect(mine.json().id).not.toBe(theirs.json().id);
  });

  test('writes no key to the log', async () => {
    await runtime.request('GET', '/v1/agents');
    await runtime.app.inject({ url: '/v1/agents', headers: { authorization: 'Bearer a-wrong-key-that-is-secret-too' } });
    const log = runtime.log.join('');
    expect(log).toContain('"tenant":"tester"');
    for (const secret of [API_KEY, 'the-key-of-another-tenant', 'a-wrong-key-that-is-secret-too']) expect(log).not.toContain(secret);
  });
});
