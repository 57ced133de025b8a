import { beforeEach, expect, test } from '@jest/globals';
import { createLatency } from '../../../../agent-runtime/src/router/latency.ts';
import type { Latency } from '../../../../agent-runtime/src/router/latency.ts';

const MINUTE = 60_000;
let now = 0;
let latency: Latency;

beforeEach(() => {
  now = 1_000_000;
  latency = createLatency(() => now);
});

/** An answer of 101 tokens whose tokens come 10 ms after one another. */
const streamed = (firstTokenMs: number) => ({ firstTokenMs, durationMs: firstTokenMs + 1_000, outputTokens: 101 });

test('a model that was not called is not known', () => {
  expect(latency.expectedMs('a', 100)).toBeNull();
  expect(latency.summary('a')).toBeNull();
});

test('the expected wait is the time to the first token and the speed for the length asked for', () => {
  for (let i = 0; i < 5; i += 1) latency.record('a', streamed(300));
  expect(latency.expectedMs('a', 0)).toBeCloseTo(300, 6);
  expect(latency.expectedMs('a', 500)).toBeCloseTo(5_300, 6);
});

test('median and 95th percentile are within a twentieth of the true ones', () => {
  for (let i = 1; i <= 1_000; i += 1) latency.record('a', streamed(i));
  const { firstTokenMs, tokensPerSecond } = latency.summary('a')!;
  expect(Math.abs(firstTokenMs.p50 - 500) / 500).toBeLessThan(0.06);
  expect(Math.abs(firstTokenMs.p95 - 950) / 950).toBeLessThan(0.06);
  expect(Math.abs(tokensPerSecond.p50 - 100) / 100).toBeLessThan(0.06);
});

test('what is five minutes older counts half', () => {
  latency.record('a', streamed(1_000));
  now += 5 * MINUTE;
  latency.record('a', streamed(400));
  expect(latency.expectedMs('a', 0)).toBeCloseTo((1_000 * 0.5 + 400) / 1.5, 6);
});

test('what was not called for an hour is forgotten', () => {
  latency.record('a', streamed(1_000));
  now += 60 * MINUTE;
  expect(latency.expectedMs('a', 0)).toBeCloseTo(1_000, 6);
  now += 1;
  expect(latency.expectedMs('a', 0)).toBeNull();
  latency.record('a', streamed(10));
  expect(latency.expectedMs('a', 0)).toBeCloseTo(10, 6);
});

test('figures stay right over days', () => {
  for (let i = 0; i < 3_000; i += 1) {
    latency.record('a', streamed(200));
    now += MINUTE;
  }
  expect(latency.expectedMs('a', 0)).toBeCloseTo(200, 6);
  expect(latency.summary('a')!.firstTokenMs.p50).toBeGreaterThan(190);
});

test('a model that fails is not the fastest, however soon it fails', () => {
  for (let i = 0; i < 4; i += 1) {
    latency.record('a', streamed(200));
    latency.record('b', streamed(400));
  }
  latency.recordFailure('a', 5);
  expect(latency.expectedMs('a', 100)!).toBeGreaterThan(latency.expectedMs('b', 100)!);
});

test('a failure alone makes a model slow', () => {
  latency.recordFailure('a', 5);
  expect(latency.expectedMs('a', 0)).toBeCloseTo(10_000, 6);
  expect(latency.summary('a')!.firstTokenMs.p50).toBeGreaterThan(9_000);
});

test('answers in one piece give the time of answers as long as they were', () => {
  for (let i = 0; i < 20; i += 1) latency.record('a', { firstTokenMs: null, durationMs: 4_000, outputTokens: 200 });
  expect(latency.expectedMs('a', 200)).toBeCloseTo(4_000, 3);
  expect(latency.expectedMs('a', 20)!).toBeLessThan(latency.expectedMs('a', 200)!);
});

test('an answer without tokens says nothing of the speed', () => {
  latency.record('a', { firstTokenMs: null, durationMs: 700, outputTokens: 0 });
  expect(latency.expectedMs('a', 0)).toBeCloseTo(700, 6);
});
