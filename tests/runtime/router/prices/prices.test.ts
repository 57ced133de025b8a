import { expect, test } from '@jest/globals';
import { NO_USAGE } from '../../../../agent-runtime/src/contract/usage.ts';
import { costOf, expectedUsd, worstCaseUsd } from '../../../../agent-runtime/src/router/cost.ts';
import { createPriceList, declaredPrice } from '../../../../agent-runtime/src/router/prices.ts';
import type { DeclaredPrice } from '../../../../agent-runtime/src/router/prices.ts';
import { counted } from '../candidates.ts';

const list = createPriceList();
const usage = { ...NO_USAGE, input: 1_000_000, output: 100_000 };
const haiku = () => list.priceOf('anthropic', null, 'claude-haiku-4-5');
const declared = (more: Partial<DeclaredPrice>) => declaredPrice({
  provider: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1', modelId: 'house-model', kind: 'chat', free: false, price: null, priceAs: null, ...more,
}, list);

test('a listed model has its price by every class', async () => {
  expect(await haiku()).toEqual({
    status: 'known', inputPerMillion: 1, cacheReadPerMillion: 0.1, cacheWrite5mPerMillion: 1.25, cacheWrite1hPerMillion: 2, outputPerMillion: 5,
  });
});

test.each([
  ['anthropic', 'claude-sonnet-5-5'], ['anthropic', 'claude-sonnet-5-99991231'], ['anthropic', 'claude-haiku-4-5-preview'], ['anthropic', 'claude'],
  ['openai-compatible', 'gpt-4o-2099'], ['openai-compatible', 'Qwen/Qwen3-32B'], ['somebody', 'claude-haiku-4-5'],
])('%s/%s has no price: nothing is guessed from a prefix', async (provider, modelId) => {
  expect(await list.priceOf(provider, null, modelId)).toEqual({ status: 'unknown' });
});

test('a snapshot that is listed by name has the price of its model', async () => {
  expect(await list.priceOf('anthropic', null, 'claude-haiku-4-5-20251001')).toEqual(await haiku());
  const gpt = await list.priceOf('openai-compatible', null, 'gpt-4.1');
  expect(gpt.status).toBe('known');
  expect(await list.priceOf('openai-compatible', null, 'gpt-4.1-2025-04-14')).toEqual(gpt);
});

test('a server that is not in the list has no prices, even of models with a known name', async () => {
  expect(await list.priceOf('openai-compatible', 'http://127.0.0.1:8000/v1', 'gpt-4.1')).toEqual({ status: 'unknown' });
});

test('an embedding model needs no price of an output, and a chat model does', async () => {
  expect(await list.priceOf('openai-compatible', null, 'text-embedding-3-small', 'embedding')).toMatchObject({ status: 'known', inputPerMillion: 0.02, outputPerMillion: 0 });
  expect(await list.priceOf('openai-compatible', null, 'text-embedding-3-small')).toEqual({ status: 'unknown' });
});

test('what the configuration declares comes before the list', async () => {
  expect(await declared({})).toEqual({ status: 'unknown' });
  expect(await declared({ free: true })).toEqual({ status: 'free' });
  expect(await declared({ price: 'free' })).toEqual({ status: 'free' });
  expect(await declared({ provider: 'ollama', baseUrl: null })).toEqual({ status: 'free' });
  expect(await declared({ provider: 'ollama', price: { inputPerMillion: 1, outputPerMillion: 2 } })).toMatchObject({ status: 'known', inputPerMillion: 1 });
  expect(await declared({ provider: 'anthropic', modelId: 'claude-haiku-4-5', price: { inputPerMillion: 7, outputPerMillion: 8 } })).toMatchObject({ inputPerMillion: 7 });
});

test('a class without a rate of its own is charged as its parent', async () => {
  expect(await declared({ price: { inputPerMillion: 2, outputPerMillion: 8, cacheWrite5mPerMillion: 3 } })).toEqual({
    status: 'known', inputPerMillion: 2, cacheReadPerMillion: 2, cacheWrite5mPerMillion: 3, cacheWrite1hPerMillion: 3, outputPerMillion: 8,
  });
});

test('an alias gives a model the price of one in the list, by its exact name only', async () => {
  expect(await declared({ priceAs: 'anthropic/claude-haiku-4-5' })).toEqual(await haiku());
  expect(await declared({ priceAs: 'anthropic/claude-haiku-4-5-preview' })).toEqual({ status: 'unknown' });
  expect(await declared({ priceAs: 'anthrop/claude-haiku-4-5' })).toEqual({ status: 'unknown' });
});

test('prices that change at a date are those of the day', async () => {
  const priceAt = (day: string) => createPriceList({ now: () => new Date(day) }).priceOf('anthropic', null, 'claude-opus-4-6');
  expect(await priceAt('2026-03-01')).toMatchObject({ inputPerMillion: 5, tiers: [{ aboveInputTokens: 200_000, inputPerMillion: 10, outputPerMillion: 37.5 }] });
  expect(await priceAt('2026-04-01')).not.toHaveProperty('tiers');
});

test('costs are the sum of the classes, exactly', async () => {
  const price = await haiku();
  expect(costOf(usage, price, true)).toEqual({ costUsd: 1.5, costStatus: 'known' });
  expect(costOf({ input: 10, cacheRead: 1_000, cacheWrite5m: 100, cacheWrite1h: 10, output: 20, reasoning: 15 }, price, true).costUsd).toBeCloseTo(0.000355, 12);
  expect(costOf(usage, price, false)).toEqual({ costUsd: null, costStatus: 'unknown' });
  expect(costOf(usage, { status: 'unknown' }, true)).toEqual({ costUsd: null, costStatus: 'unknown' });
  expect(costOf(usage, { status: 'free' }, false)).toEqual({ costUsd: 0, costStatus: 'free' });
});

test('a long input is charged by its tier as a whole', async () => {
  const price = await list.priceOf('anthropic', null, 'claude-sonnet-4-5');
  expect(costOf({ ...NO_USAGE, input: 200_000 }, price, true).costUsd).toBeCloseTo(0.6, 12);
  expect(costOf({ ...NO_USAGE, input: 150_000, cacheRead: 50_001, output: 1_000_000 }, price, true).costUsd).toBeCloseTo(0.9 + 0.0300006 + 22.5, 12);
});

test('the worst case covers a tokenizer that counts more, a cache write and the whole output', async () => {
  expect(worstCaseUsd(await haiku(), counted(1_000), 1_000)).toBeCloseTo((1_500 * 1.25 + 1_000 * 5) / 1e6, 12);
  expect(worstCaseUsd({ status: 'unknown' }, counted(1), 1)).toBeNull();
  expect(worstCaseUsd({ status: 'free' }, counted(1), 1)).toBe(0);
});

test('a usual answer is a quarter of what is allowed, and not longer for being allowed more', async () => {
  const price = await haiku();
  expect(expectedUsd(price, 1_000, 400)).toBeCloseTo((1_000 + 100 * 5) / 1e6, 12);
  expect(expectedUsd(price, 1_000, 100_000)).toBeCloseTo((1_000 + 1_000 * 5) / 1e6, 12);
});
