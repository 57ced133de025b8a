import { describe, expect, test } from '@jest/globals';
import { thrownBy } from '../providers/thrown-by.ts';
import { REQUEST, asking, attempts, claude, haiku, local, opus, routerOf, sonnet, time, unpriced } from './routed-stand-ins.ts';

describe('a cost limit', () => {
  test('refuses a call that could exceed it, before it is made', async () => {
    const error = await thrownBy((await routerOf(opus())).generate(REQUEST, asking({ costRemainingUsd: 0.001 })));
    expect(error.code).toBe('cost_limit_exceeded');
    expect(claude.requests).toHaveLength(0);
    expect(attempts).toHaveLength(0);
  });

  test('leaves the models that are cheap enough', async () => {
    const router = await routerOf(opus(), haiku());
    expect((await router.generate(REQUEST, asking({ policy: 'best', costRemainingUsd: 0.01 }))).model).toBe('anthropic/claude-haiku-4-5');
  });

  test('refuses a model without a known price, and takes a free one', async () => {
    expect((await thrownBy((await routerOf(unpriced())).generate(REQUEST, asking({ costRemainingUsd: 5 })))).code).toBe('price_unknown');
    expect((await (await routerOf(unpriced(), local())).generate(REQUEST, asking({ costRemainingUsd: 0.000001 })))).toMatchObject({ model: 'ollama/qwen3', costUsd: 0, costStatus: 'free' });
  });

  test('counts a call that broke off at its worst case', async () => {
    time.modelTimeoutMs = 400;
    claude.next({ stall: true });
    const router = await routerOf(opus(), sonnet());
    const error = await thrownBy(router.generate(REQUEST, asking({ policy: 'best', costRemainingUsd: 0.025 })));
    expect(error.code).toBe('model_timeout');
    expect(claude.requests).toHaveLength(1);
  });

  test('without one, an unknown price is told as unknown, never as nothing', async () => {
    expect(await (await routerOf(unpriced())).generate(REQUEST, asking())).toMatchObject({ costUsd: null, costStatus: 'unknown' });
  });

  test('an answer without usage has an unknown cost', async () => {
    claude.next({ text: 'ok', usage: 'none' });
    expect(await (await routerOf(haiku())).generate(REQUEST, asking())).toMatchObject({ costUsd: null, costStatus: 'unknown' });
  });
});
