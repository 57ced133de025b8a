import { expect, test } from '@jest/globals';
import type { RoutedCallOptions } from '../../../../agent-runtime/src/router/routed-model.ts';
import { createRouter } from '../../../../agent-runtime/src/router/router.ts';
import { thrownBy } from '../../providers/thrown-by.ts';
import { asking, haiku, openai, routingOf } from '../routed-stand-ins.ts';
import type { WholeRouter } from '../routed-stand-ins.ts';

const DAY = { from: 0, to: 8e15 };
const ID = 'openai-compatible/text-embedding-3-small';
/** Ten cents a token. */
const embedding = { endpoint: 'openai-compatible', model: 'text-embedding-3-small', kind: 'embedding', price: { inputPerMillion: 100_000, outputPerMillion: 0 } };
const models = [haiku(), embedding];
const hard = (limitUsd: number) => [{ id: 'cap', subject: 'organisation', period: 'day', limitUsd, mode: 'hard' }];

/** The decision that an embedding left which was refused. */
async function refused({ router, decisions }: WholeRouter, inputs: readonly string[] = ['one'], options: RoutedCallOptions = asking({ policy: undefined })) {
  const { code } = await thrownBy(router.embed(inputs, options));
  const [decision] = await decisions.list({ limit: 10 });
  expect(decision).toMatchObject({ purpose: 'embeddings', outcome: 'failed', errorCode: code, model: null, attempts: [], costUsd: 0, scope: { tenant: 'tests' } });
  expect(await decisions.spend({ ...DAY, groupBy: [] })).toEqual([]);
  expect(openai.hits).toBe(0);
  return decision!;
}

test('an unknown model leaves a decision', async () => {
  const decision = await refused(await routingOf({ models }), ['one'], asking({ model: 'no-such-model' }));
  expect(decision).toMatchObject({ errorCode: 'model_not_configured', pinnedModel: 'no-such-model', candidates: [] });
});

test.each<[string, string, string, Readonly<Record<string, unknown>>, string]>([
  ['the key may not use the model', 'model_not_permitted', 'permission', { keys: { '*': { models: ['anthropic/*'] } } }, 'one'],
  ['the text may not go there', 'privacy_refused', 'privacy', { privacy: { treatments: { internal: { us: 'forbid' } } } }, 'one'],
  ['the budget is too small', 'budget_exceeded', 'budget', { budgets: hard(0.5) }, 'one'],
  ['the text is too long', 'model_context_too_long', 'context', {}, 'word '.repeat(40_000)],
])('a decision says that %s', async (_, errorCode, droppedBy, sections, text) => {
  const decision = await refused(await routingOf({ models, ...sections }), [text]);
  expect(decision).toMatchObject({ errorCode, candidates: [{ model: ID, droppedBy, reason: decision.reason, score: null }] });
});

test('a text that could not be looked through leaves a decision, as the most guarded', async () => {
  const decision = await refused(await routingOf({ models, privacy: { maxCharacters: 10, unclassified: 'refuse' } }), ['longer than ten characters']);
  expect(decision).toMatchObject({ errorCode: 'privacy_unclassified', privacy: { class: 'secret', findings: [{ type: 'unclassified', count: 1 }] } });
});

test('a model that is left alone leaves a decision', async () => {
  const whole = await routingOf({ models, resilience: { breaker: { failures: 1 } } });
  openai.next({ fail: 'server-error' });
  await thrownBy(whole.router.embed(['one'], asking({})));
  const { code } = await thrownBy(whole.router.embed(['one'], asking({})));
  expect(code).toBe('model_circuit_open');
  const [open, failed] = await whole.decisions.list({ limit: 10 });
  expect(open).toMatchObject({ outcome: 'failed', errorCode: code, attempts: [], candidates: [{ droppedBy: 'health' }] });
  expect(failed).toMatchObject({ outcome: 'failed', attempts: [{ model: ID, errorCode: failed!.errorCode }] });
  expect(openai.hits).toBe(1);
});

test('one that waits for money gets what another one gives back', async () => {
  const { router } = await routingOf({ models, budgets: hard(6) });
  openai.always({ usage: { input: 1 } });
  const results = await Promise.all(Array.from({ length: 4 }, () => router.embed(['one'], asking({}))));
  expect(results.map(({ costUsd }) => costUsd)).toEqual([0.1, 0.1, 0.1, 0.1]);
});

test('tokens are counted before a budget or a cost limit refuses by the bytes alone', async () => {
  const text = 'x'.repeat(400);
  // 400 bytes and no more than 150 tokens, with 24 for the frames.
  const { router } = await routingOf({ models, budgets: hard(20) });
  openai.always({ usage: { input: 100 } });
  expect((await router.embed([text], asking({}))).costUsd).toBe(10);
  expect((await thrownBy(router.embed([text], asking({})))).code).toBe('budget_exceeded');
  const free = await routingOf({ models });
  expect((await free.router.embed([text], asking({ costRemainingUsd: 20 }))).costUsd).toBe(10);
  expect((await thrownBy(free.router.embed([text], asking({ costRemainingUsd: 10 })))).code).toBe('cost_limit_exceeded');
});

test.each([['during the call', []], ['while it waits for money', hard(5)]])('a caller that leaves %s leaves a cancelled decision', async (_, budgets) => {
  const { router, decisions } = await routingOf({ models, budgets });
  openai.always({ stall: true });
  const [first, second] = [new AbortController(), new AbortController()];
  const asked = thrownBy(router.embed(['one'], asking({}, first.signal)));
  await openai.received(1);
  const waiting = thrownBy(router.embed(['two'], asking({}, second.signal)));
  if (budgets.length === 0) await openai.received(2);
  second.abort();
  expect((await waiting).code).toBe('task_cancelled');
  first.abort();
  await asked;
  const kept = await decisions.list({ limit: 10 });
  expect(kept.map(({ outcome, errorCode, model }) => ({ outcome, errorCode, model }))).toEqual([1, 2].map(() => ({ outcome: 'cancelled', errorCode: 'task_cancelled', model: null })));
  expect(kept.map(({ attempts }) => attempts.length)).toEqual(budgets.length === 0 ? [1, 1] : [0, 1]);
});

test('none is routed while the decisions before it cannot be written', async () => {
  const full = new Error('full');
  const router = createRouter({ decisions: { room: () => Promise.reject(full) } } as never);
  await expect(router.embed(['one'], asking({}))).rejects.toBe(full);
});
