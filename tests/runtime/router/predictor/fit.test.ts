import { describe, expect, test } from '@jest/globals';
import { fitPredictor } from '../../../../agent-runtime/scripts/predictor/fit.ts';
import { gapRecovered } from '../../../../agent-runtime/scripts/predictor/gap-recovered.ts';
import { measureFolds } from '../../../../agent-runtime/scripts/predictor/held-out.ts';
import { seeded } from '../../../../agent-runtime/scripts/predictor/random.ts';
import { createPredictor } from '../../../../agent-runtime/src/router/predictor/predictor.ts';

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn'];
const models = ['mistral-7b-instruct-v0.3', 'llama-3.1-nemotron-51b-instruct', 'llama-3.3-nemotron-super-49b-v1'];

/** Questions with options, of which the weak model fails the long ones. */
function pairsOf(count: number, seed: number) {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, at) => {
    const steps = 1 + Math.floor(random() * 6);
    const prompt = `${Array.from({ length: steps }, (__, step) => `If ${NAMES[step % 6]} has ${Math.ceil(random() * 90)} coins and gives away ${step + 1}, more remain.`).join(' ')} How many?\nA. 4\nB. 5\nC. 6\nD. 7\nAnswer:`;
    return { prompt, subject: `subject-${at % 4}`, weak: Number(steps < 3 || random() < 0.2), strong: 1 };
  });
}
const many = pairsOf(60, 9).map(({ prompt, weak }) => ({ prompt: prompt.split('\n')[0]!, scores: Object.fromEntries(models.map((model, at) => [model, at === 0 ? weak : 1])) }));

describe('fitting', () => {
  test('finds, in prompts it has not seen, those that the weak model fails', () => {
    const { score } = createPredictor(fitPredictor(pairsOf(300, 1), many));
    const unseen = pairsOf(300, 2);
    const { apgr, cpt50 } = gapRecovered(unseen.map(({ prompt }) => score(prompt)), unseen.map(({ weak }) => weak), unseen.map(({ strong }) => strong));
    expect(apgr).toBeGreaterThan(0.6);
    expect(cpt50).toBeLessThan(40);
  });

  test('gives the same weights for the same data', () => {
    expect(fitPredictor(pairsOf(80, 1), many)).toEqual(fitPredictor(pairsOf(80, 1), many));
  });
});

describe('measuring in parts', () => {
  test('scores each subject once for each seed, in one part', () => {
    const [folded] = measureFolds(pairsOf(120, 3), many, [7], 2);
    expect(folded!.folds.flat().sort()).toEqual(['subject-0', 'subject-1', 'subject-2', 'subject-3']);
    expect(folded!.all.prompts).toBe(120);
    expect(folded!.each.map(({ prompts }) => prompts)).toEqual([60, 60]);
    expect(folded!.all.predictor.apgr).toBeGreaterThan(0.6);
  });
});

describe('the recovered gap', () => {
  const weak = Array.from({ length: 1000 }, (_, at) => Number(at % 2 === 0));
  const strong = weak.map(() => 1);

  test('is a half for scores that know nothing, and all that can be had for those that know all', () => {
    const random = seeded(4);
    expect(gapRecovered(weak.map(() => random()), weak, strong).apgr).toBeCloseTo(0.5, 1);
    const perfect = gapRecovered(weak.map((right, at) => 1 - right + at / 1e6), weak, strong);
    expect(perfect.apgr).toBeCloseTo(0.75, 2);
    expect(perfect.cpt50).toBeCloseTo(25, 0);
    expect(perfect.cpt80).toBeCloseTo(40, 0);
  });
});
