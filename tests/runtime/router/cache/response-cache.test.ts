import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import { createResponseCache } from '../../../../agent-runtime/src/router/cache/create-response-cache.ts';
import { requestKey } from '../../../../agent-runtime/src/router/cache/request-key.ts';
import type { CachedAnswer, ResponseCache } from '../../../../agent-runtime/src/router/cache/response-cache.ts';
import { cacheSettingsSchema } from '../../../../agent-runtime/src/router/cache/settings.ts';
import type { CacheSettings } from '../../../../agent-runtime/src/router/cache/settings.ts';

const SCOPE = { tenant: 'acme' };
const MODEL = 'openai/gpt';
const REQUEST: ModelRequest = {
  purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'What is a mutex?' }], maxOutputTokens: 100,
};
const ANSWER: CachedAnswer = { text: 'A lock.', finishReason: 'stop', model: MODEL, offline: false };
const TOOL = { name: 'post_comment', inputSchema: { type: 'object' } };

let clock = 0;
let settings: CacheSettings;
let cache: ResponseCache;
beforeEach(() => {
  clock = 0;
  settings = cacheSettingsSchema.parse({ exact: { use: 'always' } });
  cache = createResponseCache({ settings: () => settings, embed: () => Promise.reject(new Error('must not be asked')), now: () => clock });
});

const never = new AbortController().signal;
const find = (request: ModelRequest = REQUEST, scope = SCOPE, model = MODEL) => cache.find(scope, model, request, () => null, never);

describe('an answer given before', () => {
  test('is given again, with nothing of what it cost', async () => {
    expect(await find()).toBeNull();
    cache.keep(SCOPE, MODEL, REQUEST, () => null, { ...ANSWER, stopSequence: 'END', attempts: [{}], costUsd: 3 } as CachedAnswer);
    expect(await find()).toEqual({ kind: 'exact', answer: { ...ANSWER, stopSequence: 'END' } });
    expect(await find(structuredClone(REQUEST))).not.toBeNull();
  });

  test('is not given to another tenant or for another model', async () => {
    cache.keep(SCOPE, MODEL, REQUEST, () => null, ANSWER);
    expect(await find(REQUEST, { tenant: 'other' })).toBeNull();
    expect(await find(REQUEST, SCOPE, 'openai/other')).toBeNull();
  });

  test('is forgotten when its time is over', async () => {
    cache.keep(SCOPE, MODEL, REQUEST, () => null, ANSWER);
    clock = 60 * 60_000 - 1;
    expect(await find()).not.toBeNull();
    clock += 1;
    expect(await find()).toBeNull();
  });

  test.each<[string, Partial<CachedAnswer>]>([
    ['cut short', { finishReason: 'length' }], ['refused', { finishReason: 'refused' }], ['empty', { text: ' \n' }],
    ['a call of a tool', { finishReason: 'tool-calls', toolCalls: [{ type: 'tool-call', id: '1', name: 'x', argumentsText: '{}' }] }],
    ['a call of a tool, though it says that it is done', { toolCalls: [{ type: 'tool-call', id: '1', name: 'x', argumentsText: '{}' }] }],
    ["the offline rules'", { offline: true }],
  ])('is not kept when it is %s', async (_, difference) => {
    cache.keep(SCOPE, MODEL, REQUEST, () => null, { ...ANSWER, ...difference });
    expect(await find()).toBeNull();
  });

  test('takes no more memory than allowed: the least recently used ones go', async () => {
    settings = cacheSettingsSchema.parse({ exact: { use: 'always', maxMegabytes: 0.1 } });
    const numbered = (seed: number) => ({ ...REQUEST, seed });
    const large = { ...ANSWER, text: 'x'.repeat(10_000) };
    for (let seed = 0; seed < 5; seed += 1) cache.keep(SCOPE, MODEL, numbered(seed), () => null, large);
    expect(await find(numbered(0))).not.toBeNull();
    cache.keep(SCOPE, MODEL, numbered(5), () => null, large);
    const kept = await Promise.all([0, 1, 2, 3, 4, 5].map(async (seed) => (await find(numbered(seed))) !== null));
    expect(kept).toEqual([true, false, true, true, true, true]);
    cache.keep(SCOPE, MODEL, numbered(6), () => null, { ...ANSWER, text: 'x'.repeat(60_000) });
    expect(await find(numbered(6))).toBeNull();
    expect(await find(numbered(0))).not.toBeNull();
  });
});

describe('which requests the cache is for', () => {
  const applies = (use: CacheSettings['exact']['use'], difference: Partial<ModelRequest>, asked?: 'on' | 'off') => {
    settings = cacheSettingsSchema.parse({ exact: { use } });
    return cache.applies({ ...REQUEST, ...difference }, asked);
  };

  test('by default only those that ask for it', () => {
    expect(cacheSettingsSchema.parse({}).exact.use).toBe('when-asked');
    expect([applies('when-asked', {}), applies('when-asked', {}, 'on'), applies('when-asked', {}, 'off')]).toEqual([false, true, false]);
    expect([applies('always', {}), applies('always', {}, 'on'), applies('always', {}, 'off')]).toEqual([true, true, false]);
    expect([applies('never', {}), applies('never', {}, 'on'), applies('never', {}, 'off')]).toEqual([false, false, false]);
  });

  test('not for one that wants answers that vary, unless it asks', () => {
    expect(applies('always', { temperature: 0 })).toBe(true);
    expect(applies('always', { temperature: 0.7 })).toBe(false);
    expect(applies('always', { temperature: 0.7 }, 'on')).toBe(true);
  });

  test('never for one that may call tools', () => {
    expect(applies('always', { tools: [TOOL] }, 'on')).toBe(false);
    expect(applies('always', { tools: [TOOL], toolChoice: { type: 'auto' } }, 'on')).toBe(false);
    expect(applies('always', { tools: [TOOL], toolChoice: { type: 'none' } })).toBe(true);
    expect(applies('always', { tools: [] })).toBe(true);
  });
});

/** One other value of every field: a field that is added to ModelRequest and missing here does not compile. */
const OTHERS: { readonly [Field in keyof Required<ModelRequest>]: readonly ModelRequest[Field][] } = {
  purpose: ['cto/review', ''], system: ['Be brief. ', 'be brief.', ''],
  messages: [
    [], [{ role: 'assistant', content: 'What is a mutex?' }], [{ role: 'user', content: 'What is a mutex? ' }],
    [{ role: 'user', content: [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } }] }],
    [{ role: 'user', content: [{ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAB' } }] }],
    [{ role: 'user', content: 'What is' }, { role: 'user', content: ' a mutex?' }],
  ],
  maxOutputTokens: [99], temperature: [0, 0.5, 1], topP: [0.5, 1], topK: [1, 2], seed: [0, 1], presencePenalty: [0, 1], frequencyPenalty: [0, 1],
  stopSequences: [[], ['a'], ['b'], ['a', 'b'], ['ab']], outputSchema: [{ name: 'a', jsonSchema: {} }, { name: 'a', jsonSchema: { type: 'object' } }],
  jsonObject: [true, false], tools: [[], [TOOL], [{ ...TOOL, strict: true }]], toolChoice: [{ type: 'auto' }, { type: 'none' }, { type: 'tool', name: 'x' }],
  parallelToolCalls: [true, false], reasoning: [{ effort: 'low' }, { effort: 'high' }, { budgetTokens: 100 }], endUser: ['ann', 'bob'],
};

describe('the key', () => {
  test.each(Object.keys(OTHERS) as (keyof ModelRequest)[])('changes with %s', (field) => {
    const keys = [REQUEST, ...OTHERS[field].map((value) => ({ ...REQUEST, [field]: value }))].map((request) => requestKey('acme', MODEL, request));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('changes with a field that nobody knows yet', () => {
    expect(requestKey('acme', MODEL, { ...REQUEST, verbosity: 'high' } as ModelRequest)).not.toBe(requestKey('acme', MODEL, REQUEST));
  });

  const requestArbitrary = fc.record(
    Object.fromEntries(Object.entries(OTHERS).map(([field, values]) => [field, fc.constantFrom(...values as readonly unknown[])])), { requiredKeys: [] },
  ).map((fields) => ({ ...REQUEST, ...fields }) as ModelRequest);
  const partsArbitrary = fc.tuple(fc.string(), fc.string(), requestArbitrary);

  test('is the same just for the same tenant, model and request', () => {
    fc.assert(fc.property(partsArbitrary, partsArbitrary, (one, other) => {
      const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
      expect(requestKey(...one) === requestKey(...other)).toBe(same);
    }), { numRuns: 300 });
  });

  test('does not depend on the order of the fields, nor on fields that are undefined', () => {
    fc.assert(fc.property(partsArbitrary, ([tenant, model, request]) => {
      const turned = { ...Object.fromEntries(Object.entries(request).reverse()), ...(request.seed === undefined ? { seed: undefined } : {}) } as ModelRequest;
      expect(requestKey(tenant, model, turned)).toBe(requestKey(tenant, model, request));
    }));
  });

  test('tells texts apart whose halves were exchanged', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(20), (a, b, at) => {
      const moved = [a + b.slice(0, at), b.slice(at)];
      fc.pre(moved[0] !== a);
      expect(requestKey(a, b, REQUEST)).not.toBe(requestKey(moved[0]!, moved[1]!, REQUEST));
      expect(requestKey('t', a, { ...REQUEST, system: b })).not.toBe(requestKey('t', moved[0]!, { ...REQUEST, system: moved[1]! }));
    }));
  });
});

function sorted([tenant, model, request]: readonly [string, string, ModelRequest]): unknown {
  return [tenant, model, Object.entries(request).filter(([, value]) => value !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))];
}

test('settings that cannot work are refused', () => {
  expect(cacheSettingsSchema.safeParse({ semantic: { enabled: true } }).success).toBe(false);
  expect(cacheSettingsSchema.safeParse({ semantic: { enabled: true, embeddingModel: 'x/y' }, exact: { use: 'never' } }).success).toBe(false);
  expect(cacheSettingsSchema.safeParse({ semantic: { enabled: true, embeddingModel: 'x/y' } }).success).toBe(true);
  expect(cacheSettingsSchema.safeParse({ exakt: {} }).success).toBe(false);
});
