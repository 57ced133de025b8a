import { describe, expect, test } from '@jest/globals';
import { thrownBy } from '../providers/thrown-by.ts';
import { REQUEST, asking, attempts, claude, haiku, local, opus, routerOf, sonnet, time, unpriced } from './routed-stand-ins.ts';

test('an answer carries its model, usage, exact cost, attempts and reason', async () => {
  claude.next({ text: '42', usage: { input: 1_000, output: 100 } });
  const response = await (await routerOf(sonnet())).generate(REQUEST, asking());
  expect(response).toMatchObject({ text: '42', model: 'anthropic/claude-sonnet-5', offline: false, finishReason: 'stop', costStatus: 'known' });
  expect(response.costUsd).toBeCloseTo((1_000 * 2 + 100 * 10) / 1e6, 12);
  expect(response.attempts).toEqual(attempts);
  expect(attempts).toHaveLength(1);
  expect(response.reason).toContain('only model that passed the filters');
});

describe('choosing', () => {
  test.each([['cheapest', 'ollama/qwen3'], ['best', 'anthropic/claude-opus-5-5']] as const)('%s takes %s', async (policy, expected) => {
    const router = await routerOf(haiku(), opus(), sonnet(), local(), unpriced());
    expect((await router.generate(REQUEST, asking({ policy }))).model).toBe(expected);
  });

  test('balanced takes the middle of three', async () => {
    expect((await (await routerOf(opus(), sonnet(), haiku())).generate(REQUEST, asking())).model).toBe('anthropic/claude-sonnet-5');
  });

  test('fastest measures each model, then takes the fastest one', async () => {
    const router = await routerOf(opus(), haiku());
    claude.always((call) => {
      time.now += call.model === 'claude-haiku-4-5' ? 100 : 900;
      return 'ok';
    });
    const used = [];
    for (let call = 0; call < 4; call += 1) used.push((await router.generate(REQUEST, asking({ policy: 'fastest' }))).model);
    expect(used).toEqual(['anthropic/claude-opus-5-5', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5']);
  });

  test('a model that fails does not stay the fastest', async () => {
    const router = await routerOf(opus(), haiku());
    claude.always((call) => {
      time.now += call.model === 'claude-haiku-4-5' ? 100 : 900;
      return 'ok';
    });
    for (let call = 0; call < 2; call += 1) await router.generate(REQUEST, asking({ policy: 'fastest' }));
    claude.next({ fail: 'overloaded' });
    await router.generate(REQUEST, asking({ policy: 'fastest' }));
    claude.next({ fail: 'overloaded' });
    await router.generate(REQUEST, asking({ policy: 'fastest' }));
    expect((await router.generate(REQUEST, asking({ policy: 'fastest' }))).model).toBe('anthropic/claude-opus-5-5');
  });

  test('a pinned model is the only one tried', async () => {
    claude.always({ fail: 'overloaded' });
    const router = await routerOf(opus(), haiku(), local());
    const error = await thrownBy(router.generate(REQUEST, asking({ model: 'anthropic/claude-haiku-4-5' })));
    expect(error.code).toBe('model_overloaded');
    expect(attempts.map(({ model }) => model)).toEqual(['anthropic/claude-haiku-4-5']);
  });

  test('a model that is not configured is named, with those that are', async () => {
    const error = await thrownBy((await routerOf(haiku())).generate(REQUEST, asking({ model: 'anthropic/claude-none' })));
    expect(error.code).toBe('model_not_configured');
    expect(error.message).toContain('anthropic/claude-haiku-4-5');
  });

  test('a prompt that does not fit passes a model by, or is refused with the figures', async () => {
    const request = { ...REQUEST, messages: [{ role: 'user' as const, content: 'x'.repeat(900_000) }] };
    expect((await (await routerOf(haiku(), sonnet())).generate(request, asking({ policy: 'cheapest' }))).model).toBe('anthropic/claude-sonnet-5');
    const error = await thrownBy((await routerOf(haiku())).generate(request, asking()));
    expect(error.code).toBe('model_context_too_long');
    expect(error.message).toContain('200000');
    expect(attempts).toHaveLength(1);
  });
});

describe('the offline rules', () => {
  test('answer when nothing else is configured, free and saying so', async () => {
    const router = await routerOf();
    const response = await router.generate(REQUEST, asking({ costRemainingUsd: 0 }));
    expect(response).toMatchObject({ model: 'offline/rules', offline: true, costUsd: 0, costStatus: 'free' });
    expect(response.text).toContain('No language model is configured');
    expect(router.models()).toMatchObject([{ id: 'offline/rules', offline: true, price: 'free' }]);
  });

  test('are never a fallback for a real model', async () => {
    claude.always({ fail: 'overloaded' });
    const router = await routerOf(haiku());
    expect((await thrownBy(router.generate(REQUEST, asking()))).code).toBe('model_overloaded');
    expect(router.models().map(({ id }) => id)).toEqual(['anthropic/claude-haiku-4-5']);
    expect((await thrownBy(router.generate(REQUEST, asking({ model: 'offline/rules' })))).code).toBe('model_not_configured');
  });
});

test('length and refusal are passed on', async () => {
  claude.next({ text: 'and', finish: 'length' }, { text: '', finish: 'refused' });
  const router = await routerOf(haiku());
  expect((await router.generate(REQUEST, asking())).finishReason).toBe('length');
  expect((await router.generate(REQUEST, asking())).finishReason).toBe('refused');
});
