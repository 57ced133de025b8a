import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PrivacyTreatment } from '../../../../agent-runtime/src/contract/privacy.ts';
import type { BudgetStatus } from '../../../../agent-runtime/src/router/budget/budgets.ts';
import { applyFilters } from '../../../../agent-runtime/src/router/filters.ts';
import type { FilterFacts } from '../../../../agent-runtime/src/router/filters.ts';
import { needsOf } from '../../../../agent-runtime/src/router/needs.ts';
import type { PromptSize } from '../../../../agent-runtime/src/router/tokens.ts';
import { candidate, counted, entry } from '../candidates.ts';
import type { EntryFacts } from '../candidates.ts';

const facts = (more: Partial<FilterFacts> = {}): FilterFacts => ({
  permitted: () => true, treatment: () => 'allow', needs: { tools: false, images: false, streaming: false }, budgets: [], unhealthyForMs: () => 0, ...more,
});
const budget = (more: Partial<BudgetStatus> = {}): BudgetStatus => ({
  id: 'org-month', period: '2026-11', limitUsd: 1, spentUsd: 0, reservedUsd: 0, remainingUsd: 1, hard: true, cheapen: false, ...more,
});
const one = (name: string, about: EntryFacts = {}, prompt?: PromptSize) => candidate(entry(name, about), {}, prompt);
const ids = (list: readonly { readonly entry: { readonly model: { readonly id: string } } }[]) => list.map(({ entry: { model } }) => model.id);

test('what nothing speaks against passes as it is', () => {
  const candidates = [one('a'), one('b')];
  expect(applyFilters(candidates, facts())).toEqual({ left: candidates, dropped: [], error: null, needsCount: false });
});

test('each dropped model says by which filter and why, and the others stay', () => {
  const [a, b] = [one('a', { location: 'us' }), one('b')];
  const filtered = applyFilters([a, b], facts({ treatment: ({ location }) => (location === 'us' ? 'forbid' : 'allow') }));
  expect(ids(filtered.left)).toEqual(['house/b']);
  expect(filtered.dropped).toEqual([{ candidate: a, filter: 'privacy', reason: 'The privacy policy does not let this text go to a model in the US.' }]);
  expect(filtered.error).toBeNull();
});

describe('an emptied list is the error of the filter that emptied it', () => {
  test('permission', () => {
    const { error } = applyFilters([one('a'), one('b')], facts({ permitted: ({ model }) => `The API key "ci" may not use ${model.id}.` }));
    expect(error).toMatchObject({ code: 'model_not_permitted', kind: 'user' });
    expect(error!.message).toContain('The API key "ci" may not use house/a. The same holds for the other 1');
  });

  test('privacy', () => {
    const { error } = applyFilters([one('a', { location: 'third-party' })], facts({ treatment: () => 'forbid' }));
    expect(error).toMatchObject({ code: 'privacy_refused' });
    expect(error!.message).toContain('house/a: third-party');
    expect(error!.message).toContain('Configure a model in a place that the policy allows');
  });

  test.each([['tools', 'call tools'], ['images', 'look at images'], ['streaming', 'stream its answer']])('ability: %s', (name, words) => {
    const { error } = applyFilters([one('a', { abilities: { [name]: false } })], facts({ needs: { tools: false, images: false, streaming: false, [name]: true } }));
    expect(error).toMatchObject({ code: 'ability_missing' });
    expect(error!.message).toContain(`a model that can ${words}, and none of house/a can`);
  });

  test('context, told by the largest window', () => {
    const prompt = counted(90_000);
    const { error } = applyFilters([one('a', { contextWindow: 8_000 }, prompt), one('b', { contextWindow: 90_500 }, prompt)], facts());
    expect(error).toMatchObject({ code: 'model_context_too_long' });
    expect(error!.message).toContain('house/b, the largest that could take it, holds 90500');
  });

  test('cost limit', () => {
    const { error } = applyFilters([one('a', { price: [100, 100] }), one('b')], facts({ costRemainingUsd: 0.001, budgets: [budget()] }));
    expect(error).toMatchObject({ code: 'cost_limit_exceeded' });
    expect(error!.message).toContain('A call to house/b may cost up to $0.006875, but only $0.001000 of the cost limit is left');
  });

  test('the hard budget that is reached first', () => {
    const { error } = applyFilters([one('a')], facts({ costRemainingUsd: 5, budgets: [budget({ remainingUsd: 0.5 }), budget({ id: 'team-day', period: '2026-11-22', remainingUsd: 0 })] }));
    expect(error).toMatchObject({ code: 'budget_exceeded' });
    expect(error!.message).toContain('of the budget "team-day" (2026-11-22) is left');
  });

  test('a price that is not known, under a limit', () => {
    const { error } = applyFilters([one('a', { price: 'unknown' })], facts({ budgets: [budget()] }));
    expect(error).toMatchObject({ code: 'price_unknown' });
    expect(error!.message).toContain('the budget "org-month" (2026-11) cannot be kept');
  });

  test('health, with the time of the first one to be well', () => {
    const { error } = applyFilters([one('a'), one('b')], facts({ unhealthyForMs: ({ model }) => (model.id === 'house/a' ? 9_000 : 4_200) }));
    expect(error).toMatchObject({ code: 'model_circuit_open', kind: 'operational', retryAfterMs: 4_200 });
    expect(error!.message).toContain('Try again in 5 s');
  });

  test('with what other filters had left out before', () => {
    const { error } = applyFilters([one('a', { location: 'us' }), one('b')], facts({
      treatment: ({ location }) => (location === 'us' ? 'forbid' : 'allow'), unhealthyForMs: () => 1_000,
    }));
    expect(error).toMatchObject({ code: 'model_circuit_open', retryAfterMs: 1_000 });
    expect(error!.message).toContain('Other filters had left out house/a (privacy).');
  });
});

test('a known price that is too high says more than an unknown one', () => {
  const { error } = applyFilters([one('a', { price: 'unknown' }), one('b')], facts({ costRemainingUsd: 0 }));
  expect(error).toMatchObject({ code: 'cost_limit_exceeded' });
});

test('a free model passes a spent budget, and a soft budget drops nothing', () => {
  expect(applyFilters([one('a', { price: 'free' })], facts({ costRemainingUsd: 0, budgets: [budget({ remainingUsd: 0 })] })).error).toBeNull();
  expect(applyFilters([one('a', { price: 'unknown' })], facts({ budgets: [budget({ remainingUsd: 0, hard: false, cheapen: true })] })).error).toBeNull();
});

describe('a size that is only a bound', () => {
  const bound: PromptSize = { tokens: 1_000, most: 4_000, counted: false };

  test('asks for no count where it fits', () => {
    expect(applyFilters([one('a', {}, bound)], facts({ costRemainingUsd: 1 })).needsCount).toBe(false);
  });

  test('asks for a count where a window would be too small by it', () => {
    expect(applyFilters([one('a', { contextWindow: 4_500 }, bound)], facts())).toMatchObject({ needsCount: true });
    expect(applyFilters([one('a', { contextWindow: 4_500 }, counted(1_000))], facts())).toMatchObject({ needsCount: false, error: null });
  });

  test('asks for a count where a budget would be too small by it', () => {
    const remaining = { costRemainingUsd: 0.008 };
    expect(applyFilters([one('a', {}, bound)], facts(remaining))).toMatchObject({ needsCount: true });
    expect(applyFilters([one('a', {}, counted(1_000))], facts(remaining))).toMatchObject({ needsCount: false, error: null });
  });
});

test('no model that privacy forbids is left, whatever else holds, and each model is either left or dropped once', () => {
  const model = fc.record({
    location: fc.constantFrom('local' as const, 'eu' as const, 'us' as const, 'third-party' as const), price: fc.constantFrom('free' as const, 'unknown' as const),
    contextWindow: fc.integer({ min: 1, max: 5_000 }), abilities: fc.record({ tools: fc.boolean(), images: fc.boolean(), streaming: fc.boolean() }),
  });
  const treatments = fc.record(Object.fromEntries(['local', 'eu', 'us', 'third-party'].map((place) => [place, fc.constantFrom<PrivacyTreatment>('allow', 'redact', 'forbid')])));
  fc.assert(fc.property(fc.array(model, { minLength: 1, maxLength: 6 }), treatments, fc.boolean(), fc.option(fc.nat(10)), (models, byPlace, tools, left) => {
    const candidates = models.map((about, index) => one(`m${index}`, about));
    const filtered = applyFilters(candidates, facts({
      treatment: ({ location }) => byPlace[location]!, needs: { tools, images: false, streaming: false }, ...left === null ? {} : { costRemainingUsd: left },
      unhealthyForMs: ({ model: { id } }) => (id.endsWith('1') ? 5 : 0),
    }));
    expect(filtered.left.every(({ entry: { location } }) => byPlace[location] !== 'forbid')).toBe(true);
    expect([...filtered.left, ...filtered.dropped.map((drop) => drop.candidate)].map((each) => each.entry.model.id).sort()).toEqual(ids(candidates).sort());
    expect(filtered.error === null).toBe(filtered.left.length > 0);
  }));
});

test('needs are read from the request: images also inside of tool results', () => {
  const request = { purpose: 'x', system: '', maxOutputTokens: 1, messages: [{ role: 'user' as const, content: 'Hi' }] };
  const image = { type: 'image' as const, source: { kind: 'url' as const, url: 'https://example.com/a.png' } };
  expect(needsOf(request, true)).toEqual({ tools: false, images: false, streaming: true });
  expect(needsOf({ ...request, tools: [{ name: 'a', inputSchema: {} }] }, false)).toEqual({ tools: true, images: false, streaming: false });
  for (const content of [[image], [{ type: 'tool-result' as const, callId: '1', content: [image] }]]) {
    expect(needsOf({ ...request, messages: [{ role: 'user', content }] }, false).images).toBe(true);
  }
});
