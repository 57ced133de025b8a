import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BudgetRule } from '../../../../agent-runtime/src/contract/budget.ts';
import { createBudgets, type BudgetsOptions } from '../../../../agent-runtime/src/router/budget/create-budgets.ts';
import { createRuleAccounts } from '../../../../agent-runtime/src/router/budget/rule-accounts.ts';
import { budgetRulesSchema } from '../../../../agent-runtime/src/router/budget/rules.ts';
import type { BudgetStore } from '../../../../agent-runtime/src/stores/state/budget-store.ts';
import { createEmbeddedBudgetStore } from '../../../../agent-runtime/src/stores/state/embedded.ts';

export const NOON = Date.parse('2026-11-22T12:00:00Z');

type Event = { readonly event: string; readonly fields: Readonly<Record<string, unknown>> };

/** Budgets over a store in a folder of their own, with a clock that a test moves. */
export async function budgetBench(rules: readonly Partial<BudgetRule>[], options: Partial<BudgetsOptions> & { openStore?: () => BudgetStore } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'aios-budgets-'));
  const store = options.openStore?.() ?? createEmbeddedBudgetStore({ folder });
  const parsed = budgetRulesSchema.parse(rules.map((rule, index) => ({ id: `rule-${index}`, subject: 'organisation', period: 'day', limitUsd: 1, mode: 'hard', ...rule })));
  const clock = { now: NOON };
  const events: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  const opened: { close(): Promise<void> }[] = [];
  const bench = {
    store, clock, events, folder,
    /** As another process has them. */
    open(change: Partial<BudgetsOptions> = {}) {
      const budgets = createBudgets({
        store, accounts: createRuleAccounts({ store, rules: () => parsed }), now: () => clock.now, sweepMs: 3_600_000, statusAgeMs: 0,
        log: (event, fields) => {
          events.push({ event, fields });
          for (const listener of listeners) listener({ event, fields });
        },
        ...options, ...change,
      });
      opened.push(budgets);
      return budgets;
    },
    /** Resolves when something of that name is logged. */
    logged: (name: string) => new Promise<Event>((resolve) => {
      listeners.add((event) => { if (event.event === name) resolve(event); });
    }),
    async close() {
      await Promise.all(opened.map((budgets) => budgets.close()));
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  return bench;
}
