import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seeded } from '../../../../agent-runtime/scripts/predictor/random.ts';
import { createLearner, type LearnerOptions } from '../../../../agent-runtime/src/router/learning/learner.ts';

const prior = (model: string, need: number) => (model === 'strong' ? 0.9 : 0.9 - 0.6 * need);
const make = (options: Partial<LearnerOptions> = {}, seed = 1) => createLearner({ prior, random: seeded(seed), ...options });
const CANDIDATES = [{ model: 'weak', cost: 0.02 }, { model: 'strong', cost: 0.2 }];

/** Lets a learner work on requests whose true chances are given; its mean worth an outcome, the prior's alone, and the best there is. */
function work(truth: (model: string, need: number) => number, rounds: number, seed: number) {
  const random = seeded(seed);
  const learner = make({}, seed + 1);
  const alone = make({ curiosity: 0 });
  const total = { learner: 0, prior: 0, best: 0 };
  const costOf = (model: string) => CANDIDATES.find((candidate) => candidate.model === model)!.cost;
  for (let round = 0; round < rounds; round += 1) {
    const need = random();
    const chosen = learner.choose('review', CANDIDATES, { need });
    learner.observe({ operation: 'review', model: chosen, need, success: Number(random() < truth(chosen, need)) });
    const priors = alone.choose('review', CANDIDATES, { need });
    total.learner += truth(chosen, need) - costOf(chosen);
    total.prior += truth(priors, need) - costOf(priors);
    total.best += Math.max(...CANDIDATES.map(({ model, cost }) => truth(model, need) - cost));
  }
  return { learner: total.learner / rounds, prior: total.prior / rounds, best: total.best / rounds };
}

describe('a learner', () => {
  test('expects what its prior says until it has seen something', () => {
    fc.assert(fc.property(fc.constantFrom('weak', 'strong'), fc.double({ min: 0, max: 1, noNaN: true }), (model, need) => {
      expect(make().successProbability('ask', model, { need })).toBeCloseTo(prior(model, need), 10);
    }));
    expect(make().knows('ask')).toBe(false);
  });

  test('comes to expect what it sees, and keeps it to a probability', () => {
    fc.assert(fc.property(fc.array(fc.record({ need: fc.double({ min: 0, max: 1, noNaN: true }), success: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 60 }), (outcomes) => {
      const learner = make();
      for (const outcome of outcomes) learner.observe({ operation: 'ask', model: 'weak', ...outcome });
      const expected = learner.successProbability('ask', 'weak', { need: 0.5 });
      return expected >= 0 && expected <= 1;
    }));
    const learner = make();
    for (let round = 0; round < 300; round += 1) learner.observe({ operation: 'ask', model: 'weak', need: 0.9, success: 1 });
    expect(learner.successProbability('ask', 'weak', { need: 0.9 })).toBeGreaterThan(0.9);
    expect(learner.knows('ask')).toBe(true);
  });

  test('lets a new operation start from what the others showed, and tells them apart once it knows', () => {
    const learner = make();
    for (let round = 0; round < 200; round += 1) learner.observe({ operation: 'ask', model: 'weak', need: 0.8, success: 1 });
    expect(learner.successProbability('review', 'weak', { need: 0.8 })).toBeGreaterThan(prior('weak', 0.8) + 0.3);
    for (let round = 0; round < 200; round += 1) learner.observe({ operation: 'review', model: 'weak', need: 0.8, success: 0 });
    expect(learner.successProbability('review', 'weak', { need: 0.8 })).toBeLessThan(0.25);
    expect(learner.successProbability('ask', 'weak', { need: 0.8 })).toBeGreaterThan(0.6);
  });

  test('earns more than its prior alone where the prior is wrong', () => {
    for (const seed of [1, 2, 3]) {
      const { learner, prior: alone, best } = work((model, need) => (model === 'weak' ? 0.88 - 0.05 * need : 0.9), 1500, seed);
      expect(learner).toBeGreaterThan(alone);
      expect(best - learner).toBeLessThan(0.05);
    }
  });

  test('loses little where the prior is right already', () => {
    for (const seed of [4, 5, 6]) {
      const { learner, prior: alone } = work(prior, 1500, seed);
      expect(alone - learner).toBeLessThan(0.02);
    }
  });

  test('forgets: after a model has changed, the newer outcomes count', () => {
    const learner = make({ halfLife: 50 });
    for (let round = 0; round < 400; round += 1) learner.observe({ operation: 'ask', model: 'weak', need: 0.5, success: 1 });
    for (let round = 0; round < 200; round += 1) learner.observe({ operation: 'ask', model: 'weak', need: 0.5, success: 0 });
    expect(learner.successProbability('ask', 'weak', { need: 0.5 })).toBeLessThan(0.25);
  });

  test('chooses the same from the same numbers', () => {
    const choices = () => { const learner = make({ curiosity: 1 }, 7); return Array.from({ length: 40 }, (_, at) => learner.choose('ask', CANDIDATES, { need: at / 40 })); };
    expect(choices()).toEqual(choices());
  });

  test('goes on from its snapshot as if it had not stopped', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom('ask', 'review', '*'), fc.constantFrom('weak', 'strong'), fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 30 }), (outcomes) => {
      const learner = make();
      for (const [operation, model, need, success] of outcomes) learner.observe({ operation, model, need, success: Number(success) });
      const restored = createLearner({ prior }, JSON.parse(JSON.stringify(learner)));
      for (const operation of ['ask', 'review', '*', 'new']) {
        expect(restored.successProbability(operation, 'weak', { need: 0.3 })).toBe(learner.successProbability(operation, 'weak', { need: 0.3 }));
        expect(restored.knows(operation)).toBe(learner.knows(operation));
      }
    }), { numRuns: 50 });
  });

  test('starts anew from a snapshot of another make', () => {
    const other = make({ contextLength: 2 });
    other.observe({ operation: 'ask', model: 'weak', need: 0.5, context: [1, 0], success: 0 });
    expect(createLearner({ prior }, other.toJSON()).knows('ask')).toBe(false);
  });

  test('says so when there is nothing to choose from, or the context is of another length', () => {
    expect(() => make().choose('ask', [], { need: 0.5 })).toThrow('no candidate');
    expect(() => make().successProbability('ask', 'weak', { need: 0.5, context: [1] })).toThrow('made for 0');
  });
});
