import type { BudgetReport } from '../../agent-runtime/src/contract/budget.ts';
import type { Trouble } from './carry-out.ts';
import type { Check } from './checks.ts';
import type { Entry, Ledger } from './check-ledger.ts';
import { nanoUsdOf } from './model-calls.ts';

const NANO = 1_000_000_000;
/** Between the end of a call and its settlement, with a store that answers. */
const SETTLED_WITHIN_MS = 1_000;
/** The same where the store did not answer at first: it is tried again in rounds. */
const SETTLED_LATE_WITHIN_MS = 15_000;

export interface Budget {
  readonly id: string;
  /** Null: all calls count on it. */
  readonly workflow: string | null;
  readonly limitUsd: number;
}

export interface BudgetsOptions {
  readonly budgets: readonly Budget[];
  readonly reports: readonly BudgetReport[];
  readonly ledger: Pick<Ledger, 'entries' | 'lost'>;
  /** Lives that were killed, with when. */
  readonly killed: ReadonlyMap<string, number>;
  /** Of the way to the store of the budgets, by the name of a process. */
  readonly troubles: (process: string) => readonly Trouble[];
  readonly workflowOf: (mark: string) => string | null;
}

/**
 * The store of the budgets agrees with the ledger but for what kills have kept from one of the two: what a process had settled
 * and not yet in the ledger (`lost`), and what it had in the ledger and not yet settled.
 */
export function checkBudgets({ budgets, reports, ledger, killed, troubles, workflowOf }: BudgetsOptions): { readonly checks: readonly Check[]; readonly figures: readonly string[] } {
  const over: string[] = [];
  const apart: string[] = [];
  const figures: string[] = [];
  const isUnsettled = ({ life, at }: Entry) => [...killed].some(([victim, killedAt]) => {
    if ((life !== null && life !== victim) || at > killedAt) return false;
    if (killedAt - at <= SETTLED_WITHIN_MS) return true;
    return killedAt - at <= SETTLED_LATE_WITHIN_MS && troubles(victim.split('.')[0]!).some(({ from, until }) => at >= from - SETTLED_WITHIN_MS && at <= until + SETTLED_WITHIN_MS);
  });
  for (const { id, workflow, limitUsd } of budgets) {
    const account = reports.find((report) => report.id === id)?.accounts[0];
    if (!account) {
      apart.push(`${id} has no account`);
      continue;
    }
    const counts = ledger.entries.filter((entry) => workflow === null || entry.workflow === workflow);
    const inLedger = sum(counts.map(({ committedNanoUsd }) => committedNanoUsd));
    const inStore = Math.round(account.spentUsd * NANO);
    const lost = ledger.lost.filter(({ mark }) => workflow === null || workflowOf(mark) === workflow);
    const mostOnlyInStore = sum(lost.map(nanoUsdOf));
    const mostOnlyInLedger = sum(counts.filter(isUnsettled).map(({ committedNanoUsd }) => committedNanoUsd));
    const limit = limitUsd * NANO;
    figures.push(`${id}: limit ${usd(limit)}, ledger ${usd(inLedger)}, store ${usd(inStore)}; kills excuse ${usd(mostOnlyInStore)} only in the store and ${usd(mostOnlyInLedger)} only in the ledger`);
    if (inLedger > limit) over.push(`${id}: the ledger has ${usd(inLedger)} of ${usd(limit)}`);
    if (inStore > limit) over.push(`${id}: the store has ${usd(inStore)} of ${usd(limit)}`);
    if (inStore - inLedger > mostOnlyInStore) apart.push(`${id}: the store has ${usd(inStore - inLedger)} that the ledger has not`);
    if (inLedger - inStore > mostOnlyInLedger) apart.push(`${id}: the ledger has ${usd(inLedger - inStore)} that the store has not`);
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
