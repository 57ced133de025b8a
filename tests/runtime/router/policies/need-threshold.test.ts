import { expect, test } from '@jest/globals';
import { createNeedThreshold } from '../../../../agent-runtime/src/router/need-threshold.ts';

/** Evenly spread figures from 0 to 1 in an order that looks random. */
const spreadOut = (count: number) => Array.from({ length: count }, (_, i) => (i * 0.618_033_988_75) % 1);

function run(settings: object, losses: readonly number[]) {
  const threshold = createNeedThreshold();
  return losses.map((loss) => {
    const strong = loss >= threshold.current(settings);
    threshold.record(loss);
    return { loss, strong };
  });
}

test.each([0.1, 0.3, 0.7])('a share of %f of the calls goes to the strong model', (strongShare) => {
  const calls = run({ strongShare }, spreadOut(6_000).map((loss) => loss ** 3)).slice(2_000);
  expect(Math.abs(calls.filter(({ strong }) => strong).length / calls.length - strongShare)).toBeLessThan(0.03);
});

test('the share is kept when the requests become harder', () => {
  const calls = run({ strongShare: 0.2 }, [...spreadOut(4_000).map((loss) => loss * 0.3), ...spreadOut(6_000).map((loss) => 0.5 + loss * 0.5)]).slice(7_000);
  expect(Math.abs(calls.filter(({ strong }) => strong).length / calls.length - 0.2)).toBeLessThan(0.03);
});

test.each([0.8, 0.9, 0.99])('the mean quality is %f, and no more than that is paid for', (targetQuality) => {
  const calls = run({ targetQuality }, spreadOut(6_000)).slice(2_000);
  const quality = calls.reduce((sum, { loss, strong }) => sum + (strong ? 1 : 1 - loss), 0) / calls.length;
  expect(quality).toBeGreaterThan(targetQuality - 0.01);
  expect(quality).toBeLessThan(targetQuality + 0.02);
});

test('a fixed threshold stays, and one half is the default', () => {
  const threshold = createNeedThreshold();
  for (const loss of spreadOut(100)) threshold.record(loss);
  expect(threshold.current({ threshold: 0.3 })).toBe(0.3);
  expect(threshold.current({})).toBe(0.5);
});

test('before there were requests they are taken to be evenly spread', () => {
  expect(createNeedThreshold().current({ strongShare: 0.25 })).toBeCloseTo(0.75, 1);
});

test('a share of 0 and of 1 are never and always', () => {
  expect(run({ strongShare: 0 }, spreadOut(500)).slice(100).every(({ strong }) => !strong)).toBe(true);
  expect(run({ strongShare: 1 }, spreadOut(500)).slice(100).every(({ strong }) => strong)).toBe(true);
});
