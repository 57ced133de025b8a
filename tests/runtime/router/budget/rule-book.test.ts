import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { budgetTermsSchema, type BudgetRule } from '../../../../agent-runtime/src/contract/budget.ts';
import { createBudgetReports } from '../../../../agent-runtime/src/router/budget/budget-reports.ts';
import { createBudgets } from '../../../../agent-runtime/src/router/budget/create-budgets.ts';
import { ledgerSeed } from '../../../../agent-runtime/src/router/budget/ledger-seed.ts';
import { createEmbeddedState } from '../../../../agent-runtime/src/stores/state/embedded.ts';
import type { Events } from '../../../../agent-runtime/src/stores/state/state.ts';
import { createRuleAccounts } from '../../../../agent-runtime/src/router/budget/rule-accounts.ts';
import { openRuleBook, type RuleBook } from '../../../../agent-runtime/src/router/budget/rule-book.ts';
import { budgetRulesSchema } from '../../../../agent-runtime/src/router/budget/rules.ts';
import { createEmbeddedRecords } from '../../../../agent-runtime/src/stores/records/embedded.ts';
import type { Records } from '../../../../agent-runtime/src/stores/records/records.ts';
import { createEmbeddedBudgetStore } from '../../../../agent-runtime/src/stores/state/embedded.ts';
import { chargeOf, decisionOf } from '../../../contract/routing-records-cases.ts';
import { NOON } from './budget-bench.ts';

let folder: string;
let records: Records;
let books: RuleBook[];
let logged: unknown[];
let fileRules: readonly BudgetRule[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aios-rules-'));
  records = await createEmbeddedRecords({ folder });
  books = [];
  logged = [];
  fileRules = budgetRulesSchema.parse([{ id: 'fixed', subject: 'organisation', period: 'month', limitUsd: 100, mode: 'hard' }]);
});
afterEach(async () => {
  for (const book of books) book.close();
  await records.close();
  await rm(folder, { recursive: true });
});

async function open(refreshMs = 3_600_000, events?: Events) {
  const book = await openRuleBook({ records: records.routing, events, fileRules: () => fileRules, now: () => NOON, log: (...line) => void logged.push(line), refreshMs });
  books.push(book);
  return book;
}

const terms = budgetTermsSchema.parse({ subject: 'agent', period: 'day', limitUsd: 5, mode: 'hard' });

test('rules made through the API stand beside the file\'s, survive a restart and can be changed and deleted', async () => {
  const book = await open();
  expect(await book.put('agents', terms)).toEqual({ rule: { ...terms, id: 'agents' }, created: true });
  expect(await book.put('agents', { ...terms, limitUsd: 6 })).toMatchObject({ created: false });
  const again = await open();
  expect(again.sourced()).toEqual([{ rule: fileRules[0], source: 'file' }, { rule: { ...terms, id: 'agents', limitUsd: 6 }, source: 'api' }]);
  await again.remove('agents');
  expect(again.current()).toEqual(fileRules);
  await expect(again.remove('agents')).rejects.toMatchObject({ code: 'not_found' });
});

test('the file\'s rules can only be changed there, and hold where both have an id', async () => {
  const book = await open();
  await expect(book.put('fixed', terms)).rejects.toMatchObject({ code: 'budget_fixed', status: 409 });
  await expect(book.remove('fixed')).rejects.toMatchObject({ code: 'budget_fixed' });
  await book.put('agents', terms);
  fileRules = budgetRulesSchema.parse([{ ...terms, id: 'agents', limitUsd: 1 }]);
  expect(book.current()).toEqual(fileRules);
  expect(book.current()).toBe(book.current());
  expect(logged).toEqual([['budget-rules-hidden', expect.objectContaining({ budgets: ['agents'] })]]);
});

test('another process learns of a change, and changes at the same moment are all kept', async () => {
  const [one, other] = [await open(), await open(5)];
  await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 ? one : other).put(`b${index}`, terms)));
  await one.put('last', terms);
  while (other.current().length < 12) await nextTurn();
  expect(other.current().map(({ id }) => id).toSorted()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9', 'fixed', 'last']);
});

test('processes that hear of each other learn of a change at once', async () => {
  const states = [createEmbeddedState({ folder }), createEmbeddedState({ folder })];
  const [one, other] = [await open(3_600_000, states[0]!.events), await open(3_600_000, states[1]!.events)];
  await one.put('heard', terms);
  while (other.current().length < 2) await nextTurn();
  await one.remove('heard');
  while (other.current().length > 1) await nextTurn();
  await Promise.all(states.map((state) => state.close()));
});

test('a budget that is new counts what its period has cost so far, and reports say how each stands', async () => {
  const scopes = [{ tenant: 'web', agent: 'cto' }, { tenant: 'api', agent: 'qa' }, { tenant: 'api', agent: 'qa' }];
  await records.routing.keep(scopes.map((scope, index) => ({
    decision: decisionOf(`d${index}`, { at: new Date(NOON - 1).toISOString(), scope }),
    charges: [chargeOf(index === 1 ? { costUsd: null, costStatus: 'unknown', worstCaseUsd: 0.5 } : { costUsd: 0.25 })],
  })));
  const store = createEmbeddedBudgetStore({ folder, seed: ledgerSeed(records.routing) });
  const book = await open();
  const accounts = createRuleAccounts({ store, rules: book.current });
  const budgets = createBudgets({ store, accounts, now: () => NOON, log: () => undefined });
  const reports = createBudgetReports({ rules: book.sourced, accounts, store, records: records.routing, now: () => NOON });
  await book.put('agents', { ...terms, limitUsd: 1 });
  await expect(budgets.reserve({ tenant: 'x', agent: 'qa' }, 0.3)).rejects.toThrow('0.75 USD are spent');
  await budgets.reserve({ tenant: 'x', agent: 'cto' }, 0.5);
  expect((await reports()).map(({ id, source, period, accounts }) => ({ id, source, label: period.label, accounts }))).toEqual([
    { id: 'fixed', source: 'file', label: '2026-11', accounts: [{ name: null, spentUsd: 1, reservedUsd: 0.5, remainingUsd: 98.5, cheapening: false }] },
    { id: 'agents', source: 'api', label: '2026-11-22', accounts: [
      { name: 'cto', spentUsd: 0.25, reservedUsd: 0.5, remainingUsd: 0.25, cheapening: false },
      { name: 'qa', spentUsd: 0.75, reservedUsd: 0, remainingUsd: 0.25, cheapening: false },
    ] },
  ]);
  expect((await reports({ tenant: 'web' })).map(({ id }) => id)).toEqual(['fixed']);
  await budgets.close();
  await store.close();
});
