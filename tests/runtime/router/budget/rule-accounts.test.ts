import { expect, test } from '@jest/globals';
import type { BudgetRule } from '../../../../agent-runtime/src/contract/budget.ts';
import { createRuleAccounts } from '../../../../agent-runtime/src/router/budget/rule-accounts.ts';
import { budgetRulesSchema } from '../../../../agent-runtime/src/router/budget/rules.ts';
import { NOON } from './budget-bench.ts';

const parse = (...rules: readonly Partial<BudgetRule>[]) => budgetRulesSchema.parse(rules.map((rule) => ({ period: 'day', limitUsd: 1, mode: 'hard', ...rule })));
const scope = { tenant: 'web', agent: 'cto' };

test('an account catches up when it is first used, and again once its rule was away or was another', async () => {
  const caughtUp: string[] = [];
  let rules = parse({ id: 'all', subject: 'organisation' }, { id: 'agents', subject: 'agent' });
  const accounts = createRuleAccounts({
    rules: () => rules,
    store: { catchUp: async (keys) => void caughtUp.push(...keys.map((key) => key.split('|', 2).join(' '))) },
  });
  const use = async () => {
    caughtUp.length = 0;
    await accounts.catchUp(accounts.of(scope, NOON), NOON);
    return caughtUp;
  };
  const [all] = rules;
  expect(await use()).toEqual(['all organisation', 'agents agent:cto']);
  expect(accounts.catchUp(accounts.of(scope, NOON), NOON)).toBeUndefined();
  expect(await use()).toEqual([]);
  rules = parse({ ...all });
  expect(await use()).toEqual([]);
  rules = parse({ ...all }, { id: 'agents', subject: 'agent' });
  expect(await use()).toEqual(['agents agent:cto']);
  rules = parse({ ...all }, { id: 'agents', subject: 'agent', name: 'qa' });
  expect(await use()).toEqual([]);
  rules = parse({ ...all }, { id: 'agents', subject: 'agent', name: 'cto' });
  expect(await use()).toEqual(['agents agent:cto']);
});

test('a catching up that fails is done again by the next call', async () => {
  let broken = true;
  const rules = parse({ id: 'all', subject: 'organisation' });
  let times = 0;
  const accounts = createRuleAccounts({
    rules: () => rules,
    store: { async catchUp() { times += 1; if (broken) throw new Error('the ledger is away'); } },
  });
  await expect(accounts.catchUp(accounts.of(scope, NOON), NOON)).rejects.toThrow('the ledger is away');
  broken = false;
  await accounts.catchUp(accounts.of(scope, NOON), NOON);
  await accounts.catchUp(accounts.of(scope, NOON), NOON);
  expect(times).toBe(2);
});
