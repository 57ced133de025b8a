import { expect, test } from '@jest/globals';
import { createReading as anthropicReading } from '../../../agent-runtime/src/providers/anthropic/reading.ts';
import { isUsageKnown } from '../../../agent-runtime/src/providers/ollama/usage.ts';
import { toUsage } from '../../../agent-runtime/src/providers/openai-compatible/usage.ts';

// What a server tells of its usage ends in budgets and bills, so a figure that cannot be one is as if nothing had been told.
const ODD: readonly unknown[] = [-24_000, 1.5, 'n/a', '24', Number.NaN, 1e18, null];

test.each(ODD)('%p tokens are not charged by: OpenAI', (tokens) => {
  for (const field of ['prompt_tokens', 'completion_tokens'] as const) {
    expect(toUsage({ prompt_tokens: 1, completion_tokens: 1, [field]: field === 'prompt_tokens' && tokens === '24' ? 'x' : tokens } as never)).toBeNull();
  }
  for (const told of [{}, { prompt_tokens: null, completion_tokens: null }, { completion_tokens: 3 }, { prompt_tokens: 3 }]) expect(toUsage(told)).toBeNull();
  expect(toUsage({ prompt_tokens: 3, completion_tokens: 2 } as never)).toMatchObject({ input: 3, output: 2 });
});

test.each(ODD.filter((tokens) => tokens !== null))('%p tokens are not charged by: Anthropic', (tokens) => {
  const end = (usage: object) => {
    const reading = anthropicReading('m');
    reading.takeWhole({ content: [{ type: 'text', text: 'four words of text' }], stop_reason: 'end_turn', usage } as never);
    return reading.end();
  };
  expect(end({ input_tokens: 3, output_tokens: tokens })).toMatchObject({ usageKnown: false, usage: { input: 0 } });
  expect(end({ input_tokens: tokens, output_tokens: 3 })).toMatchObject({ usageKnown: false, usage: { input: 0 } });
  expect(end({})).toMatchObject({ usageKnown: false });
  for (const half of [{ input_tokens: null, output_tokens: null }, { input_tokens: 3 }, { input_tokens: 3, output_tokens: null }, { output_tokens: 3 }]) {
    expect(end(half)).toMatchObject({ usageKnown: false });
  }
  expect(end({ input_tokens: 3, output_tokens: 2 })).toMatchObject({ usage: { input: 3, output: 2 } });
});

test.each(ODD.filter((tokens) => tokens !== null))('%p tokens are not charged by: Ollama', (tokens) => {
  expect(isUsageKnown({ prompt_eval_count: tokens, eval_count: 1 } as never)).toBe(false);
  expect(isUsageKnown({ prompt_eval_count: 1, eval_count: tokens } as never)).toBe(false);
  expect(isUsageKnown({ prompt_eval_count: 1, eval_count: 1 })).toBe(true);
});
