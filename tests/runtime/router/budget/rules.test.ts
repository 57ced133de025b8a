import { expect, test } from '@jest/globals';
import { budgetRulesSchema } from '../../../../agent-runtime/src/router/budget/rules.ts';

const rule = { id: 'day', subject: 'agent', period: 'day', limitUsd: 5, mode: 'hard' };
const problems = (...rules: object[]) => budgetRulesSchema.safeParse(rules).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

test('rules are read with their defaults', () => {
  expect(budgetRulesSchema.parse([rule])).toEqual([{ ...rule, timeZone: 'UTC' }]);
  expect(budgetRulesSchema.parse(undefined)).toEqual([]);
});

test.each([
  ['an id used twice', [rule, rule], '1.id is used twice: day'],
  ['an id with a slash', [{ ...rule, id: 'a/b' }], '0.id must begin'],
  ['a time zone that does not exist', [{ ...rule, timeZone: 'Europe/Atlantis' }], '0.timeZone must be an IANA time zone'],
  ['a name for the organisation', [{ ...rule, subject: 'organisation', name: 'us' }], '0.name must be left out'],
  ['a threshold of a hard budget', [{ ...rule, cheapenAt: 0.5 }], '0.cheapenAt is for a soft budget'],
  ['a limit below zero', [{ ...rule, limitUsd: -1 }], '0.limitUsd'],
  ['a word that it does not know', [{ ...rule, limit: 5 }], '0 Unrecognized key'],
])('%s is refused and named', (_case, rules, problem) => {
  expect(problems(...rules)).toEqual([expect.stringContaining(problem)]);
});
