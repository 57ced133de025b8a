import { expect, test } from '@jest/globals';
import { backOffMs } from '../../../agent-runtime/src/tasks/back-off.ts';

test('the longest back-off doubles with each attempt, up to five minutes', () => {
  const longest = [1, 2, 3, 4, 20].map((attempt) => backOffMs({ attempt, baseMs: 1_000, random: () => 1 }));
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 300_000]);
});

test('the jitter is full', () => {
  expect(backOffMs({ attempt: 5, baseMs: 1_000, random: () => 0 })).toBe(0);
});

test('a wait that the other side asked for is never shortened', () => {
  expect(backOffMs({ attempt: 1, baseMs: 1_000, retryAfterMs: 60_000, random: () => 0 })).toBe(60_000);
  expect(backOffMs({ attempt: 9, baseMs: 1_000, retryAfterMs: 60_000, random: () => 1 })).toBe(61_000);
});

test('is whole milliseconds, whatever was asked for', () => {
  expect(backOffMs({ attempt: 1, baseMs: 1_000, retryAfterMs: 60_000.25, random: () => 0.12345 })).toBe(60_124);
});
