import { describe, expect, test } from '@jest/globals';
import { thrownBy } from '../../providers/thrown-by.ts';
import { REQUEST, asking, claude, haiku, local, ollama, openai, opus, routingOf, sonnet, unpriced } from '../routed-stand-ins.ts';

const DAY = { from: 0, to: 8e15 };

test('a decision says what was considered, why each was dropped, what it cost and who asked', async () => {
  const { router, decisions } = await routingOf({ models: [opus(), haiku(), { ...local(), abilities: { tools: false } }] });
  claude.next({ text: 'fine', usage: { input: 100, output: 10 } });
  const request = { ...REQUEST, tools: [{ name: 'look', inputSchema: { type: 'object' } }] };
  const { decisionId, costUsd } = await router.generate(request, { ...asking({ policy: 'cheapest' }), scope: { tenant: 'tests', agent: 'cto', workflow: 'w1' } });
  const decision = await decisions.find(decisionId);
  expect(decision).toMatchObject({
    outcome: 'answered', model: 'anthropic/claude-haiku-4-5', policy: 'cheapest', costUsd, scope: { tenant: 'tests', agent: 'cto', workflow: 'w1' },
    privacy: { class: 'internal', redacted: false },
  });
  expect(decision!.candidates.map(({ model, droppedBy }) => [model, droppedBy])).toEqual([
    ['anthropic/claude-haiku-4-5', null], ['anthropic/claude-opus-5-5', null], ['ollama/qwen3', 'ability'],
  ]);
});

test('what a request cost is the same in its answer, its decision and the ledger, failed calls included', async () => {
  const { router, decisions } = await routingOf({ models: [opus(), haiku()] });
  claude.next({ fail: 'overloaded' }, { text: 'fine', usage: { input: 1_234, cacheRead: 77, output: 56 } });
  const { decisionId } = await router.generate(REQUEST, asking({ policy: 'best' }));
  const decision = (await decisions.find(decisionId))!;
  const [row] = await decisions.spend({ ...DAY, groupBy: ['model'], where: { model: 'anthropic/claude-haiku-4-5' } });
  expect(decision.attempts).toHaveLength(2);
  expect(row).toMatchObject({ calls: 1, usage: { input: 1_234, cacheRead: 77, output: 56 } });
  expect(row!.costUsd).toBe(decision.costUsd);
});

test('a request that no model may take leaves a decision too', async () => {
  const { router, decisions } = await routingOf({ models: [haiku()] });
  expect((await thrownBy(router.generate(REQUEST, asking({ costRemainingUsd: 0.0000001 })))).code).toBe('cost_limit_exceeded');
  expect(await decisions.list({ limit: 1 })).toMatchObject([{ outcome: 'failed', errorCode: 'cost_limit_exceeded', attempts: [], model: null }]);
});

test('explaining calls nothing, keeps nothing, and says what a call would do', async () => {
  const { router, decisions } = await routingOf({ models: [opus(), haiku()] });
  const decision = await router.explain(REQUEST, { routing: { policy: 'cheapest' }, scope: { tenant: 'tests' } });
  expect(decision).toMatchObject({ outcome: 'explained', model: 'anthropic/claude-haiku-4-5', attempts: [], costUsd: 0 });
  expect(decision.expectedUsd).toBeGreaterThan(0);
  expect(await decisions.list({ limit: 1 })).toEqual([]);
  expect(claude.hits).toBe(0);
});

test('the same question is answered from the cache, at no cost, when the configuration allows it', async () => {
  const { router, decisions } = await routingOf({ models: [haiku()], cache: { exact: { use: 'always' } } });
  const request = { ...REQUEST, temperature: 0 };
  const first = await router.generate(request, asking());
  const second = await router.generate(request, asking());
  expect(second).toMatchObject({ text: first.text, cached: true, costUsd: 0 });
  expect((await router.generate(request, { ...asking(), scope: { tenant: 'another' } })).cached).toBe(false);
  expect((await decisions.find(second.decisionId))!.cache).toBe('exact');
  expect(claude.hits).toBe(2);
  const texts: string[] = [];
  for await (const part of router.stream(request, asking())) if (part.type === 'text') texts.push(part.text);
  expect(texts.join('')).toBe(first.text);
  expect(claude.hits).toBe(2);
});

test('a conversation stays on its model while the prompt cache is worth more than switching', async () => {
  const { router, decisions } = await routingOf({ models: [sonnet(), haiku()] });
  claude.next({ text: 'hi', usage: { input: 10, cacheWrite5m: 50_000, output: 5 } });
  const long = { ...REQUEST, system: 'Be brief. '.repeat(20_000), maxOutputTokens: 100 };
  await router.generate(long, asking({ session: 's1', policy: 'best' }));
  const { decisionId, model } = await router.generate(long, asking({ session: 's1', policy: 'cheapest' }));
  expect(model).toBe('anthropic/claude-sonnet-5');
  const { sticky, reason } = (await decisions.find(decisionId))!;
  expect(sticky).toMatchObject({ session: 's1', keptModel: 'anthropic/claude-sonnet-5' });
  expect(sticky!.lossUsd).toBeGreaterThan(sticky!.savingUsd);
  expect(reason).toContain('keeps the conversation');
  expect((await router.generate(REQUEST, asking({ session: 's2', policy: 'cheapest' }))).model).toBe('anthropic/claude-haiku-4-5');
});

test('an experiment decides where nobody asked for something else, and its shadow runs unseen', async () => {
  const { router, decisions, experiments, close } = await routingOf({
    models: [opus(), haiku(), unpriced()],
    experiments: [{
      id: 'house', control: 'now', metric: 'quality',
      arms: [{ name: 'now', model: 'anthropic/claude-haiku-4-5', weight: 1 }, { name: 'house', model: 'openai-compatible/house-model', shadow: true, weight: 1 }],
    }],
  });
  const { signal, scope } = asking();
  const response = await router.generate(REQUEST, { signal, scope: { ...scope, task: 'task_1' }, routing: { experimentKey: 'k' } });
  expect(response.model).toBe('anthropic/claude-haiku-4-5');
  await openai.received(1);
  expect((await decisions.find(response.decisionId))!.experiment).toEqual({ id: 'house', arm: 'now', shadow: false });
  await router.learn({ decisionId: response.decisionId, success: 1, source: 'human' });
  expect((await experiments.find('house')).arms.find(({ name }) => name === 'now')).toMatchObject({ requests: 1 });
  await close();
  expect((await decisions.list({ limit: 5 })).map(({ experiment }) => experiment?.shadow).sort()).toEqual([false, true]);
  expect((await decisions.list({ limit: 5, task: 'task_1' })).map(({ experiment }) => experiment?.shadow)).toEqual([false]);
});

test('a pinned operation goes where the router file says, and a broken file changes nothing', async () => {
  const { router, rewrite, logged } = await routingOf({ models: [opus(), haiku()], policies: { byOperation: { 'cto/ask': { model: 'anthropic/claude-opus-5-5' } } } });
  const { signal, scope } = asking();
  const model = async () => (await router.generate(REQUEST, { signal, scope, routing: {} })).model;
  expect(await model()).toBe('anthropic/claude-opus-5-5');
  await rewrite({ models: [opus(), haiku()], policies: { byOperation: { 'cto/ask': { model: 'anthropic/claude-none' } } } });
  expect(logged.at(-1)).toMatchObject({ event: 'router-file-refused' });
  expect(await model()).toBe('anthropic/claude-opus-5-5');
  await rewrite({ models: [opus(), haiku()], policies: { byOperation: { 'cto/ask': { model: 'anthropic/claude-haiku-4-5' } } } });
  expect(await model()).toBe('anthropic/claude-haiku-4-5');
});

test('embeddings are charged, decided and never go to another model', async () => {
  const { router, decisions } = await routingOf({
    models: [haiku(), { endpoint: 'openai-compatible', model: 'text-embedding-3-small', kind: 'embedding', price: { inputPerMillion: 0.02, outputPerMillion: 0 } }],
  });
  const answer = await router.embed(['one', 'two'], asking({}));
  expect(answer.vectors).toHaveLength(2);
  expect(answer.costUsd).toBeGreaterThan(0);
  expect(await decisions.find(answer.decisionId)).toMatchObject({ purpose: 'embeddings', model: 'openai-compatible/text-embedding-3-small', costUsd: answer.costUsd });
  expect(ollama.hits).toBe(0);
});

test('what answered in the place of the first choice is not kept as its answer', async () => {
  const { router } = await routingOf({ models: [opus(), haiku()], cache: { exact: { use: 'always' } } });
  const request = { ...REQUEST, temperature: 0 };
  claude.next({ fail: 'overloaded' }, 'of the stand-in');
  expect((await router.generate(request, asking({ policy: 'best' }))).text).toBe('of the stand-in');
  const pinned = await router.generate(request, asking({ model: 'anthropic/claude-opus-5-5' }));
  expect(pinned).toMatchObject({ cached: false, model: 'anthropic/claude-opus-5-5' });
});

describe('the arm of an experiment', () => {
  const experiments = [{ id: 'e', control: 'house', metric: 'quality', arms: [{ name: 'house', model: 'ollama/qwen3', weight: 1 }, { name: 'other', model: 'ollama/qwen3', weight: 1 }] }];
  const models = [haiku(), { ...local(), abilities: { tools: false } }];
  const { signal, scope } = asking();
  const unbound = { signal, scope, routing: { experimentKey: 'k', policy: undefined } };

  test('falls back when its model fails', async () => {
    const { router } = await routingOf({ models, experiments });
    ollama.next({ fail: 'server-error' });
    const response = await router.generate(REQUEST, unbound);
    expect(response.model).toBe('anthropic/claude-haiku-4-5');
    expect((await router.generate(REQUEST, unbound)).reason).toContain('this arm of the experiment');
  });

  test('takes no request that its model may not take', async () => {
    const { router, decisions } = await routingOf({ models, experiments });
    const response = await router.generate({ ...REQUEST, tools: [{ name: 'look', inputSchema: { type: 'object' } }] }, unbound);
    expect(response.model).toBe('anthropic/claude-haiku-4-5');
    expect((await decisions.find(response.decisionId))!.experiment).toBeNull();
  });
});

test('what a provider quotes of the request reaches its caller, but neither the log nor the decision', async () => {
  const { router, decisions, logged } = await routingOf({ models: [haiku()] });
  claude.next({ status: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message: 'bad: the words of the prompt' } }) });
  expect((await thrownBy(router.generate(REQUEST, asking()))).message).toContain('the words of the prompt');
  expect(JSON.stringify([logged, await decisions.list({ limit: 1 })])).not.toContain('the words of the prompt');
});
