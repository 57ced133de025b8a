import { expect, test } from '@jest/globals';
import { loadPriceList } from '../../../agent-runtime/src/router/prices.ts';
import { costOf, worstCaseUsd } from '../../../agent-runtime/src/router/cost.ts';
import { NO_USAGE } from '../../../agent-runtime/src/contract/usage.ts';

const models = [{ provider: 'anthropic' }];
const usage = { ...NO_USAGE, input: 1_000_000, output: 100_000 };

test('a listed model has its price by every class', async () => {
  const { priceOf } = await loadPriceList({ models });
  expect(priceOf('anthropic', 'claude-haiku-4-5')).toEqual({
    status: 'known', inputPerMillion: 1, cacheReadPerMillion: 0.1, cacheWrite5mPerMillion: 1.25, cacheWrite1hPerMillion: 2, outputPerMillion: 5,
  });
});

test.each([
  ['anthropic', 'claude-sonnet-5-5'], ['anthropic', 'claude-sonnet-5-99991231'], ['anthropic', 'claude-haiku-4-5-preview'], ['anthropic', 'claude'],
  ['openai-compatible', 'gpt-4o-2099'], ['openai-compatible', 'Qwen/Qwen3-32B'], ['somebody', 'claude-haiku-4-5'],
])('%s/%s has no price: nothing is guessed from a prefix', async (provider, modelId) => {
  const { priceOf } = await loadPriceList({ models });
  expect(priceOf(provider, modelId)).toEqual({ status: 'unknown' });
});

test('a snapshot that is listed by name has the price of its model', async () => {
  const { priceOf } = await loadPriceList({ models });
  expect(priceOf('anthropic', 'claude-haiku-4-5-20251001')).toEqual(priceOf('anthropic', 'claude-haiku-4-5'));
  expect(priceOf('openai-compatible', 'gpt-4.1-2025-04-14')).toEqual(priceOf('openai-compatible', 'gpt-4.1'));
  expect(priceOf('openai-compatible', 'gpt-4.1').status).toBe('known');
});

test('Ollama, the offline rules and a server declared free cost nothing', async () => {
  const { priceOf } = await loadPriceList({ models, free: ['openai-compatible'] });
  for (const provider of ['ollama', 'offline', 'openai-compatible']) expect(priceOf(provider, 'any')).toEqual({ status: 'free' });
  expect(costOf(usage, { status: 'free' }, false)).toEqual({ costUsd: 0, costStatus: 'free' });
});

test('a server that is not in the list has no prices, even of models with a known name', async () => {
  const { priceOf } = await loadPriceList({ models: [{ provider: 'openai-compatible' }], openAiBaseUrl: 'http://127.0.0.1:8000/v1' });
  expect(priceOf('openai-compatible', 'gpt-4.1')).toEqual({ status: 'unknown' });
});

test('prices that change at a date are those of the day', async () => {
  const priceAt = async (day: string) => (await loadPriceList({ models, now: () => new Date(day) })).priceOf('anthropic', 'claude-opus-4-6');
  expect(await priceAt('2026-03-01')).toMatchObject({ inputPerMillion: 5, tiers: [{ aboveInputTokens: 200_000, inputPerMillion: 10, outputPerMillion: 37.5 }] });
  expect(await priceAt('2026-04-01')).not.toHaveProperty('tiers');
});

test('costs are the sum of the classes, exactly', async () => {
  const price = (await loadPriceList({ models })).priceOf('anthropic', 'claude-haiku-4-5');
  expect(costOf(usage, price, true)).toEqual({ costUsd: 1.5, costStatus: 'known' });
  expect(costOf({ input: 10, cacheRead: 1_000, cacheWrite5m: 100, cacheWrite1h: 10, output: 20, reasoning: 15 }, price, true).costUsd).toBeCloseTo(0.000355, 12);
  expect(costOf(usage, price, false)).toEqual({ costUsd: null, costStatus: 'unknown' });
  expect(costOf(usage, { status: 'unknown' }, true)).toEqual({ costUsd: null, costStatus: 'unknown' });
});

test('a long input is charged by its tier as a whole', async () => {
  const price = (await loadPriceList({ models })).priceOf('anthropic', 'claude-sonnet-4-5');
  expect(costOf({ ...NO_USAGE, input: 200_000 }, price, true).costUsd).toBeCloseTo(0.6, 12);
  expect(costOf({ ...NO_USAGE, input: 150_000, cacheRead: 50_001, output: 1_000_000 }, price, true).costUsd).toBeCloseTo(0.9 + 0.0300006 + 22.5, 12);
});

test('the worst case covers a tokenizer that counts more, a cache write and the whole output', async () => {
  const price = (await loadPriceList({ models })).priceOf('anthropic', 'claude-haiku-4-5');
  expect(worstCaseUsd(price, 1_000, 1_000)).toBeCloseTo((1_500 * 1.25 + 1_000 * 5) / 1e6, 12);
  expect(worstCaseUsd({ status: 'unknown' }, 1, 1)).toBeNull();
  expect(worstCaseUsd({ status: 'free' }, 1, 1)).toBe(0);
});
