import { expect, test } from '@jest/globals';
import { countTokens } from '../../../agent-runtime/src/router/tokens.ts';

test('counts the tokens of a text', async () => {
  expect(await countTokens('')).toBe(0);
  expect(await countTokens('Hello, world!')).toBe(4);
});

test('a count in pieces is near to the exact one', async () => {
  const line = 'const total = items.reduce((sum, item) => sum + item.price, 0);\n';
  const one = await countTokens(line);
  const many = await countTokens(line.repeat(500));
  expect(Math.abs(many - one * 500) / (one * 500)).toBeLessThan(0.02);
});

test('unbroken runs, which take a tokenizer quadratic time, are counted soon', async () => {
  const startedAt = performance.now();
  for (const text of ['a'.repeat(300_000), ' '.repeat(300_000), '\n'.repeat(300_000), '本'.repeat(100_000)]) {
    expect(await countTokens(text)).toBeGreaterThan(0);
  }
  expect(performance.now() - startedAt).toBeLessThan(20_000);
}, 30_000);

test('what looks like a control token is counted as text', async () => {
  expect(await countTokens('<|endoftext|>')).toBeGreaterThan(1);
});
