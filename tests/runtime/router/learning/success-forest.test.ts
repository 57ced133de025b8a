import { describe, expect, test } from '@jest/globals';
import { seeded } from '../../../../agent-runtime/scripts/predictor/random.ts';
import { fitSuccessForest } from '../../../../agent-runtime/src/router/learning/success-forest.ts';

/** The first model is good where the first figure is high, the second where it is low; the third figure is noise. */
const rowsOf = (count: number, seed: number, asked: (random: number, model: number) => boolean) => {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const context = [random(), random(), random()];
    const scores = [Number(context[0]! > 0.5), Number(context[0]! <= 0.5)].map((score, model) => (asked(random(), model) ? score : null));
    return { context, scores };
  });
};

describe('the success forest', () => {
  test('tells which model succeeds on prompts it has not seen', () => {
    const chancesOf = fitSuccessForest(rowsOf(400, 1, () => true), { random: seeded(2) });
    for (const { context, scores } of rowsOf(100, 3, () => true).filter((row) => Math.abs(row.context[0]! - 0.5) > 0.1)) {
      const [first, second] = chancesOf(context);
      expect(first! > second!).toBe(scores[0] === 1);
    }
  });

  test('learns where each request was answered by one model only', () => {
    const chancesOf = fitSuccessForest(rowsOf(800, 1, (random) => random < 0.5), { random: seeded(2) });
    expect(chancesOf([0.9, 0.5, 0.5])[0]).toBeGreaterThan(0.75);
    expect(chancesOf([0.1, 0.5, 0.5])[0]).toBeLessThan(0.25);
  });

  test('gives the same chances from the same numbers', () => {
    const rows = rowsOf(100, 1, () => true);
    expect(fitSuccessForest(rows, { random: seeded(5) })([0.2, 0.2, 0.2])).toEqual(fitSuccessForest(rows, { random: seeded(5) })([0.2, 0.2, 0.2]));
  });
});
