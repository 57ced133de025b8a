import { describe, expect, test } from '@jest/globals';
import {
  boundedDifference, boundedInterval, isSurelyAbove, logEvidence, logEvidenceOfDifference,
} from '../../../../agent-runtime/src/router/experiments/bounded-mean.ts';
import { addObservation, emptyTally } from '../../../../agent-runtime/src/router/experiments/tally.ts';
import type { Moments } from '../../../../agent-runtime/src/router/experiments/tally.ts';
import { logEvidenceOfUnequalMeans, unboundedDifference, unboundedInterval } from '../../../../agent-runtime/src/router/experiments/unbounded-mean.ts';
import { seededRandom } from './seeded-random.ts';

// Jest's modules reach globals slowly.
const { abs, log, min, sqrt } = Math;
const ALPHA = 0.05;
const RUNS = 1_000;
const BURN_IN = 30;
const THRESHOLD = -log(ALPHA);

const momentsOf = (values: readonly number[]) => {
  const tally = emptyTally();
  for (const costUsd of values) addObservation(tally, { experiment: 'x', arm: 'a', costUsd, latencyMs: 1, succeeded: true, quality: null });
  return tally.cost;
};

function withValue({ n, mean, m2 }: Moments, value: number): Moments {
  const distance = value - mean;
  const next = mean + distance / (n + 1);
  return { n: n + 1, mean: next, m2: m2 + distance * (value - next) };
}

/** What everybody computes: a t-test at the usual 1.96, looked at after each result. */
const naive = (one: Moments, other: Moments) => abs(one.mean - other.mean)
  > 1.96 * sqrt(one.m2 / (one.n - 1) / one.n + other.m2 / (other.n - 1) / other.n);

type Draw = (random: () => number) => number;
type Test = (one: Moments, other: Moments) => boolean;

/** Share of the runs in which a test ever said that there was a difference, asked after each result; and the median of when. */
function simulate(draws: readonly [Draw, Draw], test: Test, { runs = RUNS, longest = 400, shared = 0 } = {}): { readonly rate: number; readonly median: number } {
  const ends: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const random = seededRandom(run * 7_919 + 1);
    const arms: [Moments, Moments] = [{ n: 0, mean: 0, m2: 0 }, { n: 0, mean: 0, m2: 0 }];
    for (let step = 0; step < longest; step += 1) {
      const both = random() < shared;
      const value = both ? draws[0](random) : null;
      const arm = random() < 0.5 ? 0 : 1;
      for (const index of both ? [0, 1] as const : [arm] as const) arms[index] = withValue(arms[index], value ?? draws[index](random));
      if (min(arms[0].n, arms[1].n) >= BURN_IN && test(...arms)) {
        ends.push(step + 1);
        break;
      }
    }
  }
  return { rate: ends.length / runs, median: ends.sort((a, b) => a - b)[Math.floor(ends.length / 2)] ?? Infinity };
}

const bernoulli = (p: number): Draw => (random) => (random() < p ? 1 : 0);
const graded: Draw = (random) => (random() + random() + random()) / 3;
/** As costs and times are: most small, some large. */
const skewed = (factor: number): Draw => (random) => -factor * log(1 - random());

const bounded: Test = (one, other) => logEvidenceOfDifference(one, other, 0, false) >= THRESHOLD;
const unbounded: Test = (one, other) => logEvidenceOfUnequalMeans(one, other, ALPHA, false) >= THRESHOLD;

describe('without a difference, looked at after every result', () => {
  test.each<[string, Draw, Test]>([
    ['success, half of the time', bernoulli(0.5), bounded], ['success, nearly always', bernoulli(0.97), bounded],
    ['quality in grades', graded, bounded], ['cost', skewed(1), unbounded],
  ])('%s: wrong in no more runs than allowed, where the usual interval is wrong in many', (_, draw, sequential) => {
    expect(simulate([draw, draw], sequential).rate).toBeLessThanOrEqual(ALPHA);
    expect(simulate([draw, draw], naive).rate).toBeGreaterThan(3 * ALPHA);
  });

  test('the interval of one arm leaves out the truth in no more runs than allowed', () => {
    for (const [draw, misses] of [
      [bernoulli(0.9), (values: Moments) => logEvidence(values, 0.9) >= THRESHOLD],
      [skewed(1), (values: Moments) => {
        const { low, high } = unboundedInterval(values, ALPHA);
        return low > 1 || high < 1;
      }],
    ] as const) {
      expect(simulate([draw, draw], (values) => misses(values)).rate).toBeLessThanOrEqual(ALPHA);
    }
  });

  test('an arm that fails as often as it may is stopped in no more runs than allowed', () => {
    expect(simulate([bernoulli(0.1), bernoulli(0.1)], (failures) => isSurelyAbove(failures, 0.1, ALPHA)).rate).toBeLessThanOrEqual(ALPHA);
  });

  test('arms whose results depend on each other, as those of shadow runs do', () => {
    const paired: Test = (one, other) => logEvidenceOfDifference(one, other, 0, true) >= THRESHOLD;
    expect(simulate([bernoulli(0.5), bernoulli(0.5)], paired, { runs: 60, shared: 0.8 }).rate).toBeLessThanOrEqual(ALPHA);
    const pairedCost: Test = (one, other) => logEvidenceOfUnequalMeans(one, other, ALPHA, true) >= THRESHOLD;
    expect(simulate([skewed(1), skewed(1)], pairedCost, { runs: 60, shared: 0.8 }).rate).toBeLessThanOrEqual(ALPHA);
  });
});

describe('a real difference is found in a bounded number of results', () => {
  test.each<[string, Draw, Draw, Test, number]>([
    ['success 0.9 against 0.7', bernoulli(0.9), bernoulli(0.7), bounded, 300],
    ['success 0.95 against 0.5', bernoulli(0.95), bernoulli(0.5), bounded, 80],
    ['cost at half', skewed(1), skewed(0.5), unbounded, 300],
    ['cost at a tenth', skewed(1), skewed(0.1), unbounded, 100],
  ])('%s', (_, one, other, sequential, most) => {
    const { rate, median } = simulate([one, other], sequential, { runs: 300, longest: 1_000 });
    expect(rate).toBeGreaterThan(0.95);
    expect(median).toBeLessThan(most);
  });
});

describe('intervals', () => {
  const [one, other] = [{ n: 100, mean: 0.9, m2: 9 }, { n: 80, mean: 0.7, m2: 16.8 }];

  test('leave out no difference just when the evidence reaches 1/alpha', () => {
    for (const n of [10, 40, 60, 70, 80, 90, 120, 400]) {
      const arms = [{ ...one, n }, { ...other, n }] as const;
      const { low } = boundedDifference(...arms, ALPHA, false);
      expect(low > 0).toBe(logEvidenceOfDifference(...arms, 0, false) >= THRESHOLD);
      const costs = [{ n, mean: 1, m2: n - 1 }, { n, mean: 0.6, m2: n - 1 }] as const;
      expect(unboundedDifference(...costs, ALPHA, false).low > 0).toBe(logEvidenceOfUnequalMeans(...costs, ALPHA, false) >= THRESHOLD);
    }
  });

  test('hold the estimate, stay within the bounds, and shrink', () => {
    for (const mean of [0, 0.01, 0.5, 1]) {
      const widths = [1, 10, 100, 1_000, 100_000].map((n) => {
        const { low, high } = boundedInterval({ n, mean, m2: 0 }, ALPHA);
        expect([low >= 0, low <= mean, high >= mean, high <= 1]).toEqual([true, true, true, true]);
        return high - low;
      });
      expect(widths).toEqual([...widths].sort((a, b) => b - a));
      expect(widths.at(-1)).toBeLessThan(0.015);
    }
  });

  test('of nothing say nothing', () => {
    expect(boundedInterval({ n: 0, mean: 0, m2: 0 }, ALPHA)).toEqual({ low: 0, high: 1 });
  });

  test('of paired arms are wider', () => {
    const [apart, together] = [boundedDifference(one, other, ALPHA, false), boundedDifference(one, other, ALPHA, true)];
    expect(together.low).toBeLessThan(apart.low);
    expect(together.high).toBeGreaterThan(apart.high);
  });
});

test('values that hardly differ keep their variance', () => {
  const { n, mean, m2 } = momentsOf(Array.from({ length: 1_000 }, (_, index) => 1e9 + (index % 2)));
  expect(n).toBe(1_000);
  expect(mean).toBeCloseTo(1e9 + 0.5, 5);
  expect(m2).toBeCloseTo(250, 3);
});
