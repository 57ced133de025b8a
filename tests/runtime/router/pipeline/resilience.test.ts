import { expect, test } from '@jest/globals';
import type { ModelAttempt } from '../../../../agent-runtime/src/router/routed-model.ts';
import { thrownBy } from '../../providers/thrown-by.ts';
import { REQUEST, asking, attempts, claude, haiku, local, ollama, openai, opus, routerOf, routingOf, time, unpriced } from '../routed-stand-ins.ts';

const KEYS = { provider: 'anthropic', apiKeys: ['env:FIRST', 'env:SECOND'], location: 'us' };

test('a refused key is passed over at once, and rests: later requests go to the other one', async () => {
  const { router } = await routingOf({ endpoints: { anthropic: { ...KEYS, baseUrl: claude.url } }, models: [haiku()] });
  claude.next({ fail: 'unauthorized' });
  expect((await router.generate(REQUEST, asking())).model).toBe('anthropic/claude-haiku-4-5');
  expect(claude.hits).toBe(2);
  await router.generate(REQUEST, asking());
  await router.generate(REQUEST, asking());
  expect(claude.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret-of-FIRST', ...Array.from({ length: 3 }, () => 'Bearer secret-of-SECOND')]);
});

test('when all keys are refused the caller hears it, each time', async () => {
  claude.always({ fail: 'unauthorized' });
  const { router } = await routingOf({ endpoints: { anthropic: { ...KEYS, baseUrl: claude.url } }, models: [haiku()] });
  for (let call = 0; call < 3; call += 1) expect((await thrownBy(router.generate(REQUEST, asking()))).code).toBe('model_unauthorized');
});

test('a rate-limited key hands over to the next one', async () => {
  const { router } = await routingOf({ endpoints: { anthropic: { ...KEYS, baseUrl: claude.url } }, models: [haiku()] });
  claude.next({ fail: 'rate-limited', retryAfter: '60' });
  await router.generate(REQUEST, asking());
  expect(claude.hits).toBe(2);
});

test('an endpoint that keeps failing is left alone, then probed by one call', async () => {
  const { router } = await routingOf({ models: [haiku()], resilience: { breaker: { failures: 2, openMs: 1_000 } } });
  claude.always({ fail: 'server-error' });
  for (let call = 0; call < 2; call += 1) await thrownBy(router.generate(REQUEST, asking()));
  const hits = claude.hits;
  const error = await thrownBy(router.generate(REQUEST, asking()));
  expect(error).toMatchObject({ code: 'model_circuit_open', kind: 'operational' });
  expect(error.retryAfterMs).toBeGreaterThan(0);
  expect(claude.hits).toBe(hits);
  time.now += 1_001;
  claude.always('better');
  expect((await router.generate(REQUEST, asking())).text).toBe('better');
  expect(claude.hits).toBe(hits + 1);
});

test('an open circuit of one model leaves its neighbour and other endpoints alone', async () => {
  const { router } = await routingOf({ models: [opus(), haiku(), local()], resilience: { breaker: { failures: 1 } } });
  claude.next({ fail: 'overloaded' });
  expect((await router.generate(REQUEST, asking({ policy: 'best' }))).model).toBe('anthropic/claude-haiku-4-5');
  expect((await router.generate(REQUEST, asking({ policy: 'best' }))).model).toBe('anthropic/claude-haiku-4-5');
  expect(claude.hits).toBe(3);
});

test('nothing is repeated after the first part', async () => {
  claude.always({ cut: 'reset', text: 'One two three four five six seven eight nine ten', afterChunks: 2 });
  const router = await routerOf(haiku(), opus());
  const texts: string[] = [];
  const error = await thrownBy((async () => {
    for await (const part of router.stream(REQUEST, asking({ policy: 'cheapest' }))) if (part.type === 'text') texts.push(part.text);
  })());
  expect(error.code).toBe('model_stream_cut');
  expect(texts.length).toBeGreaterThan(0);
  expect(claude.hits).toBe(1);
});

test('a cancelled call leaves the provider within 100 ms, and is charged for what was received', async () => {
  claude.next({ stall: true, afterChunks: 2 });
  const router = await routerOf(haiku());
  const controller = new AbortController();
  let cancelledAt = 0;
  await thrownBy((async () => {
    for await (const part of router.stream(REQUEST, asking({}, controller.signal))) {
      if (part.type !== 'text') continue;
      cancelledAt = performance.now();
      controller.abort();
    }
  })());
  expect(await claude.disconnected(0) - cancelledAt).toBeLessThan(100);
  expect(attempts).toMatchObject([{ errorCode: 'task_cancelled', costStatus: 'estimated' }]);
  expect(attempts[0]!.costUsd).toBeGreaterThan(0);
});

test('a slow first choice is hedged by a second one; the loser is cancelled and both are in the decision', async () => {
  const { router, decisions } = await routingOf({
    models: [haiku(), unpriced()], resilience: { hedge: { enabled: true, afterMs: 20, maxShare: 1 } },
  });
  claude.next({ stall: true });
  openai.next('second');
  const response = await router.generate(REQUEST, asking({ policy: 'cheapest' }));
  expect(response.text).toBe('second');
  await claude.disconnected(0);
  const decision = await decisions.find(response.decisionId);
  expect(decision!.attempts).toHaveLength(2);
  expect(decision!.attempts.find(({ hedge }) => hedge)).toMatchObject({ model: 'openai-compatible/house-model', errorCode: null });
  expect(decision!.model).toBe('openai-compatible/house-model');
  // What was asked first, and cancelled, may have cost something too.
  expect([response.costUsd, response.costStatus]).toEqual([decision!.costUsd, decision!.costStatus]);
  expect(decision!.reason).toBe('openai-compatible/house-model answered first: anthropic/claude-haiku-4-5 was asked before it and took long.');
});

test('no second call is made where both together might pass the cost limit', async () => {
  const price = { inputPerMillion: 0, outputPerMillion: 10 };
  const { router } = await routingOf({
    models: [{ ...haiku(), price }, { ...unpriced(), price }], resilience: { hedge: { enabled: true, afterMs: 20, maxShare: 1 } },
  });
  for (const [costRemainingUsd, hits] of [[0.015, 0], [0.02, 1]] as const) {
    claude.next({ after: 200, then: { text: 'first', usage: { input: 10, output: 100 } } });
    await router.generate(REQUEST, asking({ policy: 'cheapest', costRemainingUsd }));
    expect(openai.hits).toBe(hits);
  }
});

test.each([{ input: 0, output: 0 }, { input: 0, output: 3 }, { input: 90_000_000, output: 5 }])('a usage that cannot be of this call (%p) is charged as an unknown one', async (usage) => {
  const price = { inputPerMillion: 1_000, outputPerMillion: 1_000 };
  const { router, reports } = await routingOf({
    models: [{ ...unpriced(), price }], budgets: [{ id: 'cap', subject: 'organisation', period: 'day', limitUsd: 10, mode: 'hard' }],
  });
  openai.next({ text: 'some words', usage });
  expect(await router.generate(REQUEST, asking())).toMatchObject({ costUsd: null, costStatus: 'unknown' });
  const [{ worstCaseUsd }] = attempts as [ModelAttempt];
  expect((await reports())[0]!.accounts[0]!.spentUsd).toBeCloseTo(worstCaseUsd!, 8);
});

test('neither a call that broke off nor one for embeddings is charged by a usage that cannot be its own', async () => {
  const embedding = { endpoint: 'openai-compatible', model: 'text-embedding-3-small', kind: 'embedding', price: { inputPerMillion: 1_000, outputPerMillion: 0 } };
  const { router, reports } = await routingOf({
    models: [{ ...haiku(), price: { inputPerMillion: 1_000, outputPerMillion: 1_000 } }, embedding],
    budgets: [{ id: 'cap', subject: 'organisation', period: 'day', limitUsd: 100, mode: 'hard' }], resilience: { attempts: 1 },
  });
  const spent = async () => (await reports())[0]!.accounts[0]!.spentUsd;
  openai.next({ status: 200, body: {
    object: 'list', model: 'text-embedding-3-small', data: [{ object: 'embedding', index: 0, embedding: [1, 0] }], usage: { prompt_tokens: 90_000_000, total_tokens: 90_000_000 },
  } });
  expect(await router.embed(['one'], asking({}))).toMatchObject({ costStatus: 'unknown' });
  expect(await spent()).toBeLessThan(1);
  claude.next({ text: 'some words that break off in the middle of the answer', usage: { input: 90_000_000, output: 1 }, cut: 'reset', afterChunks: 3 });
  const parts = (async () => { for await (const _part of router.stream(REQUEST, asking())); })();
  await thrownBy(parts);
  expect(await spent()).toBeLessThan(10);
});

test('an answer costs what its request cost, failed calls and all, as its decision says', async () => {
  const price = { inputPerMillion: 1_000, outputPerMillion: 1_000 };
  const { router, decisions } = await routingOf({ models: [{ ...haiku(), price }, { ...unpriced(), price }] });
  openai.next({ text: 'second', usage: { input: 10, output: 5 } });
  time.modelTimeoutMs = 300;
  claude.next({ stall: true });
  const { costUsd, costStatus, decisionId, model } = await router.generate(REQUEST, asking({ policy: 'cheapest' }));
  expect(model).toBe('openai-compatible/house-model');
  const decision = (await decisions.find(decisionId))!;
  expect(decision.attempts).toHaveLength(2);
  expect({ costUsd, costStatus }).toEqual({ costUsd: decision.costUsd, costStatus: decision.costStatus });
  expect(costStatus).not.toBe('known');
});

test('a request makes as many upstream calls as the configuration allows, hedges and fallbacks together', async () => {
  for (const service of [claude, openai, ollama]) service.always({ fail: 'overloaded' });
  const { router } = await routingOf({ models: [opus(), haiku(), unpriced(), local()], resilience: { attempts: 2, hedge: { enabled: true, afterMs: 1, maxShare: 1 } } });
  await thrownBy(router.generate(REQUEST, asking()));
  expect(claude.hits + openai.hits + ollama.hits).toBe(2);
});

test('a hedge that waits for money does not hold up the answer, and nobody pays for what was not sent', async () => {
  const price = { inputPerMillion: 0, outputPerMillion: 10 };
  const { router, decisions } = await routingOf({
    models: [{ ...haiku(), price }, { ...unpriced(), price }], resilience: { hedge: { enabled: true, afterMs: 20, maxShare: 1 } },
    budgets: [{ id: 'cap', subject: 'organisation', period: 'day', limitUsd: 0.015, mode: 'hard' }],
  });
  claude.next({ after: 200, then: { text: 'first', usage: { input: 10, output: 100 } } });
  const began = performance.now();
  const response = await router.generate(REQUEST, asking({ policy: 'cheapest' }));
  expect(response.text).toBe('first');
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(openai.hits).toBe(0);
  expect((await decisions.find(response.decisionId))!.attempts).toHaveLength(1);
});

test('two keys, one refused and one limited: the caller hears of the limit', async () => {
  const { router } = await routingOf({ endpoints: { anthropic: { ...KEYS, baseUrl: claude.url } }, models: [haiku()] });
  claude.next({ fail: 'unauthorized' }, { fail: 'rate-limited', retryAfter: '30' });
  expect(await thrownBy(router.generate(REQUEST, asking()))).toMatchObject({ code: 'model_rate_limited', retryAfterMs: 30_000 });
  expect((await thrownBy(router.generate(REQUEST, asking()))).kind).toBe('operational');
  expect(claude.hits).toBe(2);
});
