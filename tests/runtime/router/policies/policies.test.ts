import { describe, expect, test } from '@jest/globals';
import { policySettingsSchema } from '../../../../agent-runtime/src/router/catalogue/policy-settings.ts';
import { orderBy } from '../../../../agent-runtime/src/router/policies.ts';
import type { Ordered, PolicyContext } from '../../../../agent-runtime/src/router/policies.ts';
import { candidate, entry } from '../candidates.ts';

const settings = (text: object = {}) => policySettingsSchema.parse(text);
const context: PolicyContext = { settings: settings(), need: null, threshold: 0.5 };
const ids = ({ ordered }: Ordered) => ordered.map((ranked) => ranked.candidate.entry.model.id.replace('house/', ''));
const suffice = ({ ordered }: Ordered) => ordered.filter(({ suffices }) => suffices).map((ranked) => ranked.candidate.entry.model.id.replace('house/', ''));

const large = entry('large', { price: [5, 25] });
const middle = entry('middle', { price: [3, 15] });
const small = entry('small', { price: [1, 5] });
const free = entry('free', { price: 'free' });
const unknown = entry('unknown', { price: 'unknown' });
const all = [unknown, large, small, free, middle].map((model) => candidate(model));

describe('cheapest', () => {
  test('free models come first and those of unknown price last', () => {
    expect(ids(orderBy('cheapest', all, context))).toEqual(['free', 'small', 'middle', 'large', 'unknown']);
  });

  test('a long prompt and a long answer weigh as they cost', () => {
    const dearInput = entry('dear-input', { price: [10, 1] });
    const dearOutput = entry('dear-output', { price: [1, 30] });
    const order = (promptTokens: number) => ids(orderBy('cheapest', [dearInput, dearOutput].map((model) => (
      candidate(model, { maxOutputTokens: 4_000 }, { tokens: promptTokens, most: promptTokens, counted: true }))), context));
    expect(order(100)).toEqual(['dear-input', 'dear-output']);
    expect(order(100_000)).toEqual(['dear-output', 'dear-input']);
  });
});

describe('best', () => {
  test('the price stands for quality that nobody told, and the explanation says so', () => {
    const ordered = orderBy('best', all, context);
    expect(ids(ordered)).toEqual(['large', 'middle', 'small', 'unknown', 'free']);
    expect(ordered.explanation).toBe('the best of 5 models, with the price standing for quality');
    expect(ordered.ordered.every(({ quality }) => quality === null)).toBe(true);
  });

  test('quality that was configured counts more than the price', () => {
    const good = entry('good', { price: 'free', quality: 0.9 });
    const ordered = orderBy('best', [large, good].map((model) => candidate(model)), context);
    expect(ids(ordered)).toEqual(['good', 'large']);
    expect(ordered.explanation).toBe('the best of 2 models');
  });

  test('quality that was learnt counts more than what was configured', () => {
    const ordered = orderBy('best', [candidate(entry('told', { quality: 0.9 })), candidate(entry('learnt', { quality: 0.1 }), { quality: 0.95 })], context);
    expect(ids(ordered)).toEqual(['learnt', 'told']);
  });
});

describe('fastest', () => {
  test('the shortest expected wait first, and what was not measured before all, so that it gets measured', () => {
    const waits = [[large, 900], [small, 300], [middle, null]] as const;
    expect(ids(orderBy('fastest', waits.map(([model, latencyMs]) => candidate(model, { latencyMs })), context))).toEqual(['middle', 'small', 'large']);
  });
});

describe('balanced', () => {
  test('a model that is middling in all comes before those that are best in one and worst in another', () => {
    expect(ids(orderBy('balanced', [large, small, middle].map((model) => candidate(model)), context))[0]).toBe('middle');
  });

  test.each([['cost', 'small'], ['quality', 'large'], ['latency', 'middle']])('a weight on %s alone makes it %s', (name, first) => {
    const weights = { cost: 0, quality: 0, latency: 0, [name]: 1 };
    const candidates = [[large, 800], [small, 500], [middle, 200]] as const;
    expect(ids(orderBy('balanced', candidates.map(([model, latencyMs]) => candidate(model, { latencyMs })), { ...context, settings: settings({ balanced: weights }) }))[0]).toBe(first);
  });

  test('latency counts once all models have been measured', () => {
    const partly = [candidate(large, { latencyMs: 1 }), candidate(middle), candidate(small, { latencyMs: 90_000 })];
    expect(orderBy('balanced', partly, context).explanation).toContain('cost and quality');
  });

  test('equals stay in the order of the configuration', () => {
    const twins = ['b', 'a', 'c'].map((name) => candidate(entry(name)));
    expect(ids(orderBy('balanced', twins, context))).toEqual(['b', 'a', 'c']);
  });
});

describe('cost-quality', () => {
  const candidates = [large, middle, small].map((model) => candidate(model));
  const at = (need: number | null, threshold: number, more: Partial<PolicyContext> = {}) => orderBy('cost-quality', candidates, { ...context, need, threshold, ...more });

  test('an easy prompt goes to the cheapest, a hard one to the strongest', () => {
    expect(ids(at(0.2, 0.5))).toEqual(['small', 'middle', 'large']);
    expect(ids(at(0.95, 0.1))).toEqual(['large', 'middle', 'small']);
  });

  test('a model between the two suffices for a prompt that is too hard for the weak one', () => {
    const ordered = at(0.6, 0.5);
    expect(suffice(ordered)).toEqual(['middle', 'large']);
    expect(ids(ordered)).toEqual(['middle', 'large', 'small']);
    expect(ordered.explanation).toBe('the cheapest of 2 models (of 3) expected to be good enough: the predicted need of a strong model is 0.60 and the threshold 0.50');
  });

  test('the expected quality falls with the need, and in proportion to the standing', () => {
    const quality = Object.fromEntries(at(0.6, 0.5).ordered.map((ranked) => [ranked.candidate.entry.model.id, ranked.quality]));
    expect(quality['house/large']).toBe(1);
    expect(quality['house/small']).toBeCloseTo(0.4, 12);
    expect(quality['house/middle']).toBeGreaterThan(0.4);
    expect(at(0.6, 0.5).loss).toBeCloseTo(0.6, 12);
  });

  test('without a prediction only the strongest suffices', () => {
    const ordered = at(null, 1);
    expect(suffice(ordered)).toEqual(['large']);
    expect(ordered.loss).toBeNull();
  });

  test('a threshold of 0 asks the strongest, one above 1 never does', () => {
    expect(ids(at(0.01, 0))[0]).toBe('large');
    expect(ids(at(1, 1.001))[0]).toBe('small');
  });

  test('the strong and the weak one can be named', () => {
    const named = settings({ costQuality: { strong: 'middle', weak: 'house/small' } });
    const ordered = at(0.9, 0.5, { settings: named });
    expect(suffice(ordered)).toEqual(['middle', 'large']);
    expect(ids(ordered)[0]).toBe('middle');
  });

  test('what was learnt of this operation decides before prices', () => {
    const ordered = orderBy('cost-quality', [candidate(large, { quality: 0.7 }), candidate(small, { quality: 0.72 })], { ...context, need: 0.9, threshold: 0.05 });
    expect(ids(ordered)).toEqual(['small', 'large']);
    expect(ordered.loss).toBe(0);
  });

  test('all scores are finite numbers, lower first', () => {
    const { ordered } = orderBy('cost-quality', all, { ...context, need: 0.5, threshold: 0.3 });
    expect(ordered.map(({ score }) => score)).toEqual(ordered.map(({ score }) => score).toSorted((a, b) => a - b));
    expect(ordered.every(({ score }) => Number.isFinite(score))).toBe(true);
  });
});

test('a soft budget that is nearly used up makes the cheapest first, whatever the policy', () => {
  const ordered = orderBy('best', all, { ...context, cheapenedBy: 'team-month' });
  expect(ids(ordered)[0]).toBe('free');
  expect(ordered.explanation).toContain('because the budget "team-month" is nearly used up');
});
