import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { API_KEY, startTestRuntime, type TestRuntime } from './test-runtime.ts';

let runtime: TestRuntime;
beforeAll(async () => { runtime = await startTestRuntime({ AIOS_RATE_LIMIT: '3' }); });
afterAll(() => runtime.stop());

test('an API key makes so many requests a minute and is told when there are more; others and health are not held up', async () => {
  const first = await runtime.request('GET', '/v1/models');
  expect(first.headers).toMatchObject({ 'ratelimit-policy': '"key";q=3;w=60', ratelimit: expect.stringMatching(/^"key";r=2;t=\d+$/) });
  await runtime.request('GET', '/v1/agents');
  await runtime.request('GET', '/v1/workers');
  const refused = await runtime.request('GET', '/v1/models');
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({ code: 'rate_limited', kind: 'operational', detail: expect.stringContaining('AIOS_RATE_LIMIT') });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const wire = await runtime.request('POST', '/v1/chat/completions', { model: 'auto', messages: [{ role: 'user', content: 'Hi' }] });
  expect(wire.status).toBe(429);
  expect(wire.body.error).toMatchObject({ code: 'rate_limited' });
  expect((await runtime.request('GET', '/v1/models', undefined, { authorization: 'Bearer the-key-of-another-tenant' })).status).toBe(200);
  expect((await runtime.request('GET', '/readyz')).status).toBe(200);
});

test('a key that is wrong is refused as such, and uses nothing up', async () => {
  for (let count = 0; count < 5; count += 1) {
    expect((await runtime.request('GET', '/v1/models', undefined, { authorization: `Bearer ${API_KEY}x` })).status).toBe(401);
  }
});
