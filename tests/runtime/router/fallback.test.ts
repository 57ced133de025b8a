import { describe, expect, test } from '@jest/globals';
import { AiosError } from '../../../agent-runtime/src/errors.ts';
import { thrownBy } from '../providers/thrown-by.ts';
import { REQUEST, asking, attempts, claude, haiku, local, ollama, openai, opus, routerOf, routingOf, sonnet, time, unpriced, waits } from './routed-stand-ins.ts';

describe('falling back', () => {
  test('an operational failure goes to the next model, and both calls are told', async () => {
    claude.next({ fail: 'overloaded' });
    const response = await (await routerOf(opus(), haiku())).generate(REQUEST, asking({ policy: 'best' }));
    expect(response.model).toBe('anthropic/claude-haiku-4-5');
    expect(response.reason).toContain('claude-opus-5-5 failed (model_overloaded)');
    expect(attempts).toMatchObject([
      { model: 'anthropic/claude-opus-5-5', errorCode: 'model_overloaded', costUsd: 0, costStatus: 'known' },
      { model: 'anthropic/claude-haiku-4-5', errorCode: null },
    ]);
    expect(response.attempts).toEqual(attempts);
  });

  test.each(['unauthorized', 'billing', 'not-found'] as const)('%s of the first choice is passed by, named and logged, unless it was asked for by name', async (fail) => {
    claude.always((call) => (call.model === 'claude-opus-5-5' ? { fail } : 'fine'));
    const { router, logged } = await routingOf({ models: [opus(), local()] });
    const response = await router.generate(REQUEST, asking({ policy: 'best' }));
    expect(response.model).toBe('ollama/qwen3');
    expect(response.reason).toContain('claude-opus-5-5 failed');
    expect(logged.map(({ event }) => event)).toContain('model-call-failed');
    expect((await thrownBy(router.generate(REQUEST, asking({ model: 'anthropic/claude-opus-5-5' })))).kind).toBe('user');
  });

  test('a refused key is not tried with the other models of its endpoint', async () => {
    claude.always({ fail: 'unauthorized' });
    expect((await thrownBy((await routerOf(opus(), sonnet(), haiku())).generate(REQUEST, asking({ policy: 'best' })))).code).toBe('model_unauthorized');
    expect(claude.hits).toBe(1);
  });

  test('a request that the first choice refuses is not covered up', async () => {
    claude.next({ fail: 'bad-request' });
    expect((await thrownBy((await routerOf(opus(), haiku())).generate(REQUEST, asking({ policy: 'best' })))).kind).toBe('user');
    expect(attempts).toHaveLength(1);
  });

  test('a stand-in with a wrong key does not hide that the first choice was only overloaded', async () => {
    claude.next({ fail: 'overloaded' });
    openai.next({ fail: 'unauthorized' });
    const error = await thrownBy((await routerOf(opus(), unpriced())).generate(REQUEST, asking({ policy: 'best' })));
    expect(error.code).toBe('model_overloaded');
    expect(error.message).toContain('openai-compatible/house-model: model_unauthorized');
  });

  test('a short retry-after is waited for once; a long one is not', async () => {
    claude.next({ fail: 'rate-limited', retryAfter: '2' });
    const router = await routerOf(opus(), haiku());
    expect((await router.generate(REQUEST, asking({ policy: 'best' }))).model).toBe('anthropic/claude-opus-5-5');
    expect(waits).toEqual([2_000]);
    claude.next({ fail: 'rate-limited', retryAfter: '60' });
    expect((await router.generate(REQUEST, asking({ policy: 'best' }))).model).toBe('anthropic/claude-haiku-4-5');
    expect(waits).toEqual([2_000]);
  });

  test('when nothing answers, the error tells how long to wait', async () => {
    claude.always({ fail: 'rate-limited', retryAfter: '40' });
    const error = await thrownBy((await routerOf(opus())).generate(REQUEST, asking()));
    expect(error).toMatchObject({ code: 'model_rate_limited', kind: 'operational', retryAfterMs: 40_000 });
  });

  test('a request makes three upstream calls at most', async () => {
    claude.always({ fail: 'overloaded' });
    openai.always({ fail: 'overloaded' });
    ollama.always({ fail: 'overloaded' });
    const router = await routerOf(opus(), sonnet(), haiku(), unpriced(), local());
    expect((await thrownBy(router.generate(REQUEST, asking()))).code).toBe('model_overloaded');
    expect(attempts).toHaveLength(3);
    expect(claude.requests.length + openai.requests.length + ollama.requests.length).toBe(3);
  });

  test('a model that is too slow is given up after the time for one call', async () => {
    time.modelTimeoutMs = 400;
    claude.next({ stall: true });
    const response = await (await routerOf(opus(), haiku())).generate(REQUEST, asking({ policy: 'best' }));
    expect(response.model).toBe('anthropic/claude-haiku-4-5');
    expect(attempts[0]).toMatchObject({ errorCode: 'model_timeout', costUsd: null, costStatus: 'unknown' });
    expect(attempts[0]!.worstCaseUsd).toBeGreaterThan(0);
  });

  test('a prompt that a model itself finds too long goes to one with a larger window', async () => {
    claude.next({ fail: 'context-too-long' });
    const response = await (await routerOf(haiku(), unpriced(), sonnet())).generate(REQUEST, asking({ policy: 'cheapest' }));
    expect(response.model).toBe('anthropic/claude-sonnet-5');
  });

  test('an abort of the caller ends it at once with the caller\'s error, and the call is told', async () => {
    claude.always({ stall: true });
    const controller = new AbortController();
    const call = thrownBy((await routerOf(opus(), haiku())).generate(REQUEST, asking({}, controller.signal)));
    await claude.received(1);
    controller.abort(new AiosError('task_cancelled', 'The task was cancelled.'));
    expect((await call).code).toBe('task_cancelled');
    expect(attempts).toMatchObject([{ errorCode: 'task_cancelled' }]);
    expect((await thrownBy((await routerOf(haiku())).generate(REQUEST, asking({}, controller.signal)))).code).toBe('task_cancelled');
    expect(attempts).toHaveLength(1);
  });
});
