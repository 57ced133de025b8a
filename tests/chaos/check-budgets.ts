import type { BudgetReport } from '../../agent-runtime/src/contract/budget.ts';
import type { Check } from './checks.ts';
import type { Ledger } from './check-ledger.ts';

const NANO = 1_000_000_000;

export interface Budget {
  readonly id: string;
  /** Null: all calls count on it. */
  readonly workflow: string | null;
  readonly limitUsd: number;
}

export interface BudgetsOptions {
  readonly budgets: readonly Budget[];
  readonly reports: readonly BudgetReport[];
  readonly ledger: Pick<Ledger, 'entries' | 'untold'>;
  readonly workflowOf: (mark: string) => string | null;
}

/**
 * The store of the budgets has all that the ledger has, and nothing more than what processes had settled when they were killed
 * before it was in their ledger (`untold`).
 */
export function checkBudgets({ budgets, reports, ledger, workflowOf }: BudgetsOptions): { readonly checks: readonly Check[]; readonly figures: readonly string[] } {
  const over: string[] = [];
  const apart: string[] = [];
  const figures: string[] = [];
  for (const { id, workflow, limitUsd } of budgets) {
    const account = reports.find((report) => report.id === id)?.accounts[0];
    if (!account) {
      apart.push(`${id} has no account`);
      continue;
    }
    const counts = (of: string | null) => workflow === null || of === workflow;
    const inLedger = sum(ledger.entries.filter((entry) => counts(entry.workflow)).map(({ committedNanoUsd }) => committedNanoUsd));
    const inStore = Math.round(account.spentUsd * NANO);
    const mostOnlyInStore = sum(ledger.untold.filter(({ mark }) => counts(workflowOf(mark))).map(({ mostNanoUsd }) => mostNanoUsd));
    const limit = limitUsd * NANO;
    figures.push(`${id}: limit ${usd(limit)}, ledger ${usd(inLedger)}, store ${usd(inStore)}; kills excuse ${usd(mostOnlyInStore)} more in the store`);
    if (inLedger > limit) over.push(`${id}: the ledger has ${usd(inLedger)} of ${usd(limit)}`);
    if (inStore > limit) over.push(`${id}: the store has ${usd(inStore)} of ${usd(limit)}`);
    if (inStore - inLedger > mostOnlyInStore) apart.push(`${id}: the store has ${usd(inStore - inLedger)} that the ledger has not`);
    if (inLedger > inStore) apart.push(`${id}: the ledger has ${usd(inLedger - inStore)} that the store has not`);
  }
  return {
    checks: [{ title: 'no budget was passed', problems: over }, { title: 'the store of the budgets agrees with the ledger, but for what kills excuse', problems: apart }],
    figures,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function usd(nano: number): string {
  return `$${(nano / NANO).toFixed(6)}`;
}
