import type { BudgetReport } from '../../contract/budget.ts';
import type { Scope } from '../../contract/decision.ts';
import type { RoutingRecords } from '../../stores/records/routing-records.ts';
import type { BudgetStore } from '../../stores/state/budget-store.ts';
import { statusOf, SUBJECT_FIELDS, type ReadyRule, type RuleAccount } from './accounts.ts';
import type { RuleAccounts } from './rule-accounts.ts';
import type { SourcedRule } from './rule-book.ts';

const MOST_ACCOUNTS = 100;
const LATEST = 8_640_000_000_000_000;

export interface BudgetReportsOptions {
  readonly rules: () => readonly SourcedRule[];
  /** Of the same rules. */
  readonly accounts: RuleAccounts;
  readonly store: Pick<BudgetStore, 'totals'>;
  readonly records: Pick<RoutingRecords, 'spend'>;
  readonly now: () => number;
}

/** How every budget stands; with a scope, those alone that its calls count on, and no account of others. */
export type BudgetReports = (scope?: Scope) => Promise<readonly BudgetReport[]>;

export function createBudgetReports({ rules, accounts: ruleAccounts, store, records, now }: BudgetReportsOptions): BudgetReports {
  return (scope) => {
    const at = now();
    const sources = new Map(rules().map(({ rule, source }) => [rule.id, source]));
    const wanted = ruleAccounts.rules().filter((ready) => !scope || ready.appliesTo(scope));
    return Promise.all(wanted.map(async (ready) => {
      const accounts = scope ? [ready.accountOf(scope, at)].filter((account) => account !== null) : await accountsOf(ready, at);
      await ruleAccounts.catchUp(accounts, at);
      const totals = await store.totals(accounts.map(({ key }) => key));
      return report(ready, sources.get(ready.rule.id) ?? 'api', at, accounts.map((account, index) => ({ account, totals: totals[index]! })));
    }));
  };

  /** Of a rule that gives each subject its own: those that the ledger has in the period. */
  async function accountsOf(ready: ReadyRule, at: number): Promise<readonly RuleAccount[]> {
    const { subject, name } = ready.rule;
    if (subject === 'organisation') return [ready.accountNamed(null, at)];
    if (name !== undefined) return [ready.accountNamed(name, at)];
    const field = SUBJECT_FIELDS[subject];
    const { startsAt, endsAt } = ready.period(at);
    const rows = await records.spend({ from: startsAt ?? 0, to: endsAt ?? LATEST, groupBy: [field] });
    return rows.filter(({ group }) => group[field] !== null).sort((a, b) => b.costUsd - a.costUsd).slice(0, MOST_ACCOUNTS)
      .map(({ group }) => ready.accountNamed(group[field] ?? null, at));
  }
}

function report(
  ready: ReadyRule, source: SourcedRule['source'], at: number,
  accounts: readonly { readonly account: RuleAccount; readonly totals: { readonly spentNanoUsd: number; readonly reservedNanoUsd: number } }[],
): BudgetReport {
  const { rule } = ready;
  const period = ready.period(at);
  const isoTime = (time: number | null) => (time === null ? null : new Date(time).toISOString());
  return {
    id: rule.id, subject: rule.subject, name: rule.name ?? null, mode: rule.mode, limitUsd: rule.limitUsd,
    cheapenAt: rule.cheapenAt ?? null, timeZone: rule.timeZone, source,
    period: { kind: rule.period, label: period.label, startsAt: isoTime(period.startsAt), endsAt: isoTime(period.endsAt) },
    accounts: accounts.map(({ account, totals }) => {
      const { spentUsd, reservedUsd, remainingUsd, cheapen } = statusOf(account, totals);
      return { name: account.name, spentUsd, reservedUsd, remainingUsd, cheapening: cheapen };
    }),
  };
}
