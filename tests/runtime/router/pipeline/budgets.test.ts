import { expect, test } from '@jest/globals';
import { REQUEST, asking, claude, haiku, opus, routingOf, unpriced } from '../routed-stand-ins.ts';
import { thrownBy } from '../../providers/thrown-by.ts';

const DAY = { from: 0, to: 8e15 };
const hard = (limitUsd: number) => [{ id: 'cap', subject: 'organisation', period: 'day', limitUsd, mode: 'hard' }];

test('200 calls at once against a budget for 20: never a cent over, and 20 succeed', async () => {
  // Each may cost its worst case: 1,000 tokens of answer, and a prompt as long as it can be counted.
  const price = { inputPerMillion: 0, outputPerMillion: 10 };
  const { router, reports, decisions } = await routingOf({ models: [{ ...haiku(), price }], budgets: hard(20 * 0.01) });
  claude.always({ text: 'x', usage: { input: 10, output: 1_000 } });
  const results = await Promise.allSettled(Array.from({ length: 200 }, () => router.generate(REQUEST, asking())));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['budget_exceeded']));
  expect(refused[0].message).toContain('cap');
  expect(claude.hits).toBe(20);
  const [{ accounts }] = await reports() as unknown as [{ accounts: [{ spentUsd: number; reservedUsd: number }] }];
  expect(accounts[0]).toMatchObject({ spentUsd: 0.2, reservedUsd: 0 });
  expect((await decisions.spend({ ...DAY, groupBy: [] }))[0]).toMatchObject({ calls: 20, costUsd: 0.2 });
}, 60_000);

test('calls that cost less than they may wait for what others give back', async () => {
  const price = { inputPerMillion: 0, outputPerMillion: 10 };
  const { router } = await routingOf({ models: [{ ...haiku(), price }], budgets: hard(0.025) });
  claude.always({ text: 'x', usage: { input: 10, output: 100 } });
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => router.generate(REQUEST, asking())));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
});

test('a failed call gives its money back', async () => {
  const { router } = await routingOf({ models: [haiku()], budgets: hard(0.02) });
  claude.always({ fail: 'server-error' });
  for (let call = 0; call < 4; call += 1) await thrownBy(router.generate(REQUEST, asking()));
  claude.always('fine');
  expect((await router.generate(REQUEST, asking({}))).text).toBe('fine');
});

test('an unknown price under a hard budget is refused, with the ways out', async () => {
  const { router } = await routingOf({ models: [unpriced()], budgets: hard(5) });
  const error = await thrownBy(router.generate(REQUEST, asking()));
  expect(error.code).toBe('price_unknown');
  expect(error.message).toContain('price');
});

test('a soft budget that is nearly used up sends calls to the cheapest model and says so', async () => {
  const { router, decisions } = await routingOf({
    models: [opus(), haiku()], budgets: [{ id: 'soft', subject: 'organisation', period: 'day', limitUsd: 0.00001, mode: 'soft', cheapenAt: 0.5 }],
  });
  expect((await router.generate(REQUEST, asking({ policy: 'best' }))).model).toBe('anthropic/claude-opus-5-5');
  const { model, decisionId } = await router.generate(REQUEST, asking({ policy: 'best' }));
  expect(model).toBe('anthropic/claude-haiku-4-5');
  expect((await decisions.find(decisionId))!.budgets).toMatchObject([{ id: 'soft', cheapened: true }]);
});
