import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MessagePart, ModelRequest } from '../../../agent-runtime/src/providers/model.ts';
import { countTokens, promptSize, tokenBound } from '../../../agent-runtime/src/router/tokens.ts';

const asking = (content: string | readonly MessagePart[], more: Partial<ModelRequest> = {}): ModelRequest => ({
  purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content }], maxOutputTokens: 100, ...more,
});
const image: MessagePart = { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'A'.repeat(400_000) } };

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

test('the bound is never below the count, whatever the text', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
    const request = asking(text);
    const [bound, size] = [tokenBound(request), await promptSize(request)];
    expect(bound.most).toBeGreaterThanOrEqual(size.tokens);
    expect(bound.most).toBeGreaterThanOrEqual(size.most - 2);
    expect(bound.counted).toBe(false);
    expect(size.counted).toBe(true);
  }), { numRuns: 60 });
});

test('all that a model is told counts: tools, schemas, tool calls and their results', async () => {
  const plain = await promptSize(asking('Hi'));
  const words = 'one two three four five six seven eight nine ten '.repeat(20);
  const parts: MessagePart[][] = [
    [{ type: 'tool-call', id: '1', name: 'read', argumentsText: words }], [{ type: 'tool-result', callId: '1', content: words }],
    [{ type: 'tool-result', callId: '1', content: [{ type: 'text', text: words }] }], [{ type: 'reasoning', text: words }], [{ type: 'text', text: words }],
  ];
  const more: Partial<ModelRequest>[] = [
    { tools: [{ name: 'read', description: words, inputSchema: {} }] }, { outputSchema: { name: 'x', jsonSchema: { description: words } } }, { system: words },
  ];
  for (const request of [...parts.map((content) => asking(content)), ...more.map((extra) => asking('Hi', extra))]) {
    expect((await promptSize(request)).tokens).toBeGreaterThan(plain.tokens + 190);
    expect(tokenBound(request).most).toBeGreaterThan(tokenBound(asking('Hi')).most + 190);
  }
});

test('an image counts as such, not by its bytes', async () => {
  const size = await promptSize(asking([image, { type: 'tool-result', callId: '1', content: [image] }]));
  expect(size.tokens).toBeGreaterThan(10_000);
  expect(tokenBound(asking([image])).most).toBeLessThan(6_000);
});
