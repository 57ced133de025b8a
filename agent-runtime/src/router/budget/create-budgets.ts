import { randomUUID } from 'node:crypto';
import type { BudgetStore, BudgetTotals, Later, ReserveAnswer } from '../../stores/state/budget-store.ts';
import { statusOf, type RuleAccount } from './accounts.ts';
import type { Budgets, Hold, Patience } from './budgets.ts';
import { countedOnly, createHoldKeeper, type BudgetLog } from './hold-keeper.ts';
import { andThen } from './later.ts';
import { atLeastNano, toNano, usdText } from './money.ts';
import { budgetExceeded, priceUnknown, subjectText } from './refusal.ts';
import type { RuleAccounts } from './rule-accounts.ts';
import { createTurnstile } from './turnstile.ts';

export interface BudgetsOptions {
  readonly store: BudgetStore;
  readonly accounts: RuleAccounts;
  /** ms since 1970 */
  readonly now: () => number;
  readonly log: BudgetLog;
  /** Between two sweeps for what dead processes left behind. */
  readonly sweepMs?: number;
  /** How long a dead process's reservation stays. */
  readonly holdMs?: number;
  /** How long `status` may not see what other processes spend. A reservation always sees it. */
  readonly statusAgeMs?: number;
}

const NOTHING_HELD: Hold = { settle: () => undefined, release: () => undefined };

export function createBudgets({ store, accounts: ruleAccounts, now, log, sweepMs = 10_000, holdMs = 60_000, statusAgeMs = 25 }: BudgetsOptions): Budgets {
  const keeper = createHoldKeeper({ store, now, log, everyMs: sweepMs, holdMs, isNeeded: () => ruleAccounts.rules().length > 0 });
  const turnstile = createTurnstile();
  const idPrefix = randomUUID();
  let count = 0;

  function see(accounts: readonly RuleAccount[], totals: readonly BudgetTotals[]): void {
    const atMs = performance.now();
    accounts.forEach((account, index) => {
      const { spentNanoUsd, reservedNanoUsd } = totals[index]!;
      account.seen = { spentNanoUsd, reservedNanoUsd, atMs };
    });
  }

  async function look(accounts: readonly RuleAccount[]): Promise<void> {
    await ruleAccounts.catchUp(accounts, now());
    see(accounts, await store.totals(accounts.map(({ key }) => key)));
  }

  function seeEnd(accounts: readonly RuleAccount[], reservedNanoUsd: number, spentNanoUsd: number): void {
    for (const account of accounts) {
      const { seen } = account;
      if (seen) account.seen = { ...seen, spentNanoUsd: seen.spentNanoUsd + spentNanoUsd, reservedNanoUsd: Math.max(0, seen.reservedNanoUsd - reservedNanoUsd) };
    }
  }

  function take(id: string, accounts: readonly RuleAccount[], amountNanoUsd: number, patience?: Patience): Later<readonly BudgetTotals[]> {
    const answer = store.reserve({ id, accounts, amountNanoUsd, expiresAt: keeper.expiresAt() });
    if (answer instanceof Promise || !answer.reserved) return insist(answer, id, accounts, amountNanoUsd, patience);
    see(accounts, answer.totals);
    return answer.totals;
  }

  async function insist(
    first: Later<ReserveAnswer>, id: string, accounts: readonly RuleAccount[], amountNanoUsd: number, patience?: Patience,
  ): Promise<readonly BudgetTotals[]> {
    const until = patience && performance.now() + patience.waitMs;
    let answer = await first;
    while (!answer.reserved) {
      const account = answer.refusedBy as RuleAccount;
      see([account], [answer.totals]);
      const mayFit = answer.totals.spentNanoUsd + amountNanoUsd <= account.ruleLimitNanoUsd;
      const left = until === undefined ? 0 : until - performance.now();
      if (!patience || !mayFit || left <= 0) throw budgetExceeded(account, answer.totals, amountNanoUsd);
      await turnstile.next(left, patience.signal);
      answer = await store.reserve({ id, accounts, amountNanoUsd, expiresAt: keeper.expiresAt() });
    }
    see(accounts, answer.totals);
    return answer.totals;
  }

  function holdOf(id: string, settle: (costUsd: number | null) => Later<void>, release: () => Later<void>): Hold {
    let ended = false;
    const end = (work: () => Later<void>) => {
      if (ended) return undefined;
      ended = true;
      return andThen(keeper.end(id, work), turnstile.open);
    };
    return { settle: (costUsd) => end(() => settle(costUsd)), release: () => end(release) };
  }

  /** For a call that can cost nothing, or whose price is unknown under soft budgets alone: nothing is reserved before it. */
  async function countLate(id: string, accounts: readonly RuleAccount[], costUsd: number | null): Promise<void> {
    if (costUsd === null || costUsd === 0) return;
    const amountNanoUsd = toNano(costUsd);
    await store.reserve({ id, accounts: countedOnly(accounts), amountNanoUsd, expiresAt: keeper.expiresAt() });
    // The ledger may have it by now: while it is reserved, it is not counted twice.
    await ruleAccounts.catchUp(accounts, now());
    await store.settle(id, accounts, amountNanoUsd);
    seeEnd(accounts, 0, amountNanoUsd);
  }

  function warn(account: RuleAccount, totals: BudgetTotals): void {
    if (account.rule.mode === 'hard') return;
    const used = totals.spentNanoUsd + totals.reservedNanoUsd;
    const level = used > account.ruleLimitNanoUsd ? 2 : used >= account.cheapenAtNanoUsd ? 1 : 0;
    if (level <= account.warned) return;
    account.warned = level;
    log(level === 2 ? 'budget-passed' : 'budget-threshold-passed', {
      budget: account.rule.id, subject: subjectText(account), period: account.period.label,
      used: usdText(used), limit: usdText(account.ruleLimitNanoUsd),
    });
  }

  return {
    applies: (scope) => {
      const current = ruleAccounts.rules();
      for (let index = 0; index < current.length; index++) if (current[index]!.appliesTo(scope)) return true;
      return false;
    },
    status(scope) {
      const accounts = ruleAccounts.of(scope, now());
      const since = performance.now() - statusAgeMs;
      const current = () => accounts.map((account) => statusOf(account, account.seen!));
      const stale = accounts.filter(({ seen }) => seen === null || seen.atMs <= since);
      if (stale.length === 0) return current();
      return look(stale).then(current);
    },
    reserve(scope, worstCaseUsd, patience) {
      const accounts = ruleAccounts.of(scope, now());
      if (accounts.length === 0) return NOTHING_HELD;
      const hard = accounts.find(({ rule }) => rule.mode === 'hard');
      if (worstCaseUsd === null && hard) return Promise.reject(priceUnknown(hard));
      const amountNanoUsd = atLeastNano(worstCaseUsd ?? 0);
      const id = `${idPrefix}-${(count++).toString(36)}`;
      if (amountNanoUsd === 0) return holdOf(id, (costUsd) => countLate(id, accounts, costUsd), () => undefined);
      return andThen(andThen(ruleAccounts.catchUp(accounts, now()), () => take(id, accounts, amountNanoUsd, patience)), (totals) => {
        keeper.opened(id);
        accounts.forEach((account, index) => warn(account, totals[index]!));
        return holdOf(id, (costUsd) => {
          const spentNanoUsd = costUsd === null ? amountNanoUsd : toNano(costUsd);
          return andThen(store.settle(id, accounts, spentNanoUsd), () => seeEnd(accounts, amountNanoUsd, spentNanoUsd));
        }, () => andThen(store.release(id), () => seeEnd(accounts, amountNanoUsd, 0)));
      });
    },
    close: () => keeper.close(),
  };
}
