import type { BudgetRule } from '../../contract/budget.ts';
import type { Scope } from '../../contract/decision.ts';
import type { BudgetStore, Later } from '../../stores/state/budget-store.ts';
import { readyRule, type ReadyRule, type RuleAccount } from './accounts.ts';

/** The rules that hold, made ready for calls, and their accounts. */
export interface RuleAccounts {
  /** In the order of the rules, and the same as long as none changed. */
  rules(): readonly ReadyRule[];
  /** Of each rule that applies to such a call. */
  of(scope: Scope, now: number): readonly RuleAccount[];
  /**
   * Before an account is first looked at under a rule: while the rule was not there, or was another, calls were not counted on
   * it, and are in the ledger alone. Fails as the store and the ledger do, and is then done again.
   */
  catchUp(accounts: readonly RuleAccount[], now: number): Later<void>;
}

export interface RuleAccountsOptions {
  readonly store: Pick<BudgetStore, 'catchUp'>;
  /** Those that hold now; the same array as long as they did not change. */
  readonly rules: () => readonly BudgetRule[];
}

export function createRuleAccounts({ store, rules }: RuleAccountsOptions): RuleAccounts {
  let given: readonly BudgetRule[] | undefined;
  let ready: readonly ReadyRule[] = [];

  function readyRules(): readonly ReadyRule[] {
    const current = rules();
    if (current !== given) {
      const before = new Map(ready.map((rule) => [JSON.stringify(rule.rule), rule]));
      ready = current.map((rule) => before.get(JSON.stringify(rule)) ?? readyRule(rule));
      given = current;
    }
    return ready;
  }

  return {
    rules: readyRules,
    of(scope, now) {
      const accounts: RuleAccount[] = [];
      for (const rule of readyRules()) {
        const account = rule.accountOf(scope, now);
        if (account !== null) accounts.push(account);
      }
      return accounts;
    },
    catchUp(accounts, now) {
      if (accounts.every(({ isCaughtUp }) => isCaughtUp)) return undefined;
      const behind = accounts.filter(({ isCaughtUp }) => !isCaughtUp);
      return store.catchUp(behind.map(({ key }) => key), now).then(() => {
        for (const account of behind) account.isCaughtUp = true;
      });
    },
  };
}
