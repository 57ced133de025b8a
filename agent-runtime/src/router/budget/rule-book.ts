import type { BudgetRule, BudgetTerms } from '../../contract/budget.ts';
import { AiosError } from '../../errors.ts';
import type { Events } from '../../stores/state/state.ts';
import type { RoutingRecords } from '../../stores/records/routing-records.ts';
import type { BudgetLog } from './hold-keeper.ts';
import { MOST_RULES, budgetRulesSchema } from './rules.ts';

const STATE = 'budget-rules';

export interface SourcedRule {
  readonly rule: BudgetRule;
  readonly source: 'file' | 'api';
}

/** The budgets of the router file and those made through the API, which other processes learn of at once, or within `refreshMs`. */
export interface RuleBook {
  /** The same array as long as nothing changed. Where both have an id, the file's holds. */
  current(): readonly BudgetRule[];
  sourced(): readonly SourcedRule[];
  /** Makes or changes a budget. `created`: there was none with this id. Throws `budget_fixed` for one of the file. */
  put(id: string, terms: BudgetTerms): Promise<{ readonly rule: BudgetRule; readonly created: boolean }>;
  /** Throws `not_found`, or `budget_fixed` for one of the file. What was spent on it is forgotten by nobody: the ledger has it. */
  remove(id: string): Promise<void>;
  close(): void;
}

export interface RuleBookOptions {
  readonly records: Pick<RoutingRecords, 'loadState' | 'changeState'>;
  /** Tells other processes of a change at once. */
  readonly events?: Events | undefined;
  /** Those of the router file; the same array as long as it did not change. */
  readonly fileRules: () => readonly BudgetRule[];
  readonly now: () => number;
  readonly log: BudgetLog;
  readonly refreshMs?: number;
}

/** Resolves once the kept rules are known, so that no call goes by them. Throws `store_unavailable`. */
export async function openRuleBook({ records, events, fileRules, now, log, refreshMs = 2_000 }: RuleBookOptions): Promise<RuleBook> {
  let keptText = '';
  let kept: readonly BudgetRule[] = [];
  let merged: { readonly file: readonly BudgetRule[]; readonly kept: readonly BudgetRule[]; readonly rules: readonly BudgetRule[] } | undefined;
  learn(await records.loadState(STATE));
  let refreshing = false;
  const timer = setInterval(() => void refresh(), refreshMs).unref();
  const unsubscribe = events?.subscribe(STATE, () => void refresh());

  function learn(value: unknown): void {
    const text = JSON.stringify(value ?? []);
    if (text === keptText) return;
    const parsed = budgetRulesSchema.safeParse(value ?? []);
    if (!parsed.success) {
      log('budget-rules-unreadable', { error: parsed.error.message });
      return;
    }
    keptText = text;
    kept = parsed.data;
  }

  async function refresh(): Promise<void> {
    if (refreshing) return;
    refreshing = true;
    try {
      learn(await records.loadState(STATE));
    } catch (error) {
      log('budget-rules-not-refreshed', { error: error instanceof Error ? error.message : String(error) });
    } finally {
      refreshing = false;
    }
  }

  function current(): readonly BudgetRule[] {
    const file = fileRules();
    if (merged?.file === file && merged.kept === kept) return merged.rules;
    const beside = keptBeside(file);
    merged = { file, kept, rules: [...file, ...beside] };
    if (beside.length < kept.length) {
      log('budget-rules-hidden', { budgets: kept.filter((rule) => !beside.includes(rule)).map(({ id }) => id), by: 'rules of the router file that have the same ids' });
    }
    return merged.rules;
  }

  function keptBeside(file: readonly BudgetRule[]): readonly BudgetRule[] {
    const ids = new Set(file.map(({ id }) => id));
    return kept.filter(({ id }) => !ids.has(id));
  }

  function refuseFixed(id: string): void {
    if (fileRules().every((rule) => rule.id !== id)) return;
    throw new AiosError('budget_fixed', `The budget "${id}" is set in the router file. Change it there, or use another id.`);
  }

  return {
    current,
    sourced: () => current().map((rule) => ({ rule, source: fileRules().includes(rule) ? 'file' as const : 'api' as const })),
    async put(id, terms) {
      refuseFixed(id);
      const rule = { ...terms, id };
      let created = true;
      learn(await records.changeState(STATE, (value) => {
        const rules = (value ?? []) as readonly BudgetRule[];
        created = rules.every((other) => other.id !== id);
        if (created && rules.length >= MOST_RULES) {
          throw new AiosError('invalid_request', `There are ${MOST_RULES} budgets. Delete one that is not needed, or leave the name out of a budget to give each subject its own.`);
        }
        return [...rules.filter((other) => other.id !== id), rule];
      }, now()));
      events?.publish(STATE, id);
      return { rule, created };
    },
    async remove(id) {
      refuseFixed(id);
      let found = false;
      learn(await records.changeState(STATE, (value) => {
        const rules = (value ?? []) as readonly BudgetRule[];
        found = rules.some((rule) => rule.id === id);
        return rules.filter((rule) => rule.id !== id);
      }, now()));
      if (!found) throw new AiosError('not_found', `There is no budget "${id}". GET /v1/budgets lists them.`);
      events?.publish(STATE, id);
    },
    close() {
      clearInterval(timer);
      unsubscribe?.();
    },
  };
}
