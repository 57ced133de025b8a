import type { BudgetStore } from '../stores/state/budget-store.ts';
import type { Events } from '../stores/state/state.ts';
import type { RoutingRecords } from '../stores/records/routing-records.ts';
import { createBudgetReports } from './budget/budget-reports.ts';
import type { BudgetReports } from './budget/budget-reports.ts';
import { createBudgets } from './budget/create-budgets.ts';
import { createRuleAccounts } from './budget/rule-accounts.ts';
import { openRuleBook } from './budget/rule-book.ts';
import type { RuleBook } from './budget/rule-book.ts';
import { createResponseCache } from './cache/create-response-cache.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { createQualityModel } from './create-quality-model.ts';
import type { DecisionLog } from './decision-log.ts';
import { createExperiments } from './experiments/create-experiments.ts';
import type { ExperimentControl } from './experiments/experiments.ts';
import { createLatency } from './latency.ts';
import { createPrivacy } from './privacy/create-privacy.ts';
import type { PrivacyPolicy } from './privacy/policy.ts';
import { createBreaker } from './resilience/breaker.ts';
import { createRouter } from './router.ts';
import type { RouterOptions } from './router-options.ts';
import type { Router } from './router.ts';
import { createSticky } from './sticky.ts';

export interface RoutingOptions extends Pick<RouterOptions, 'countTokens' | 'modelTimeoutMs' | 'observe' | 'wait'> {
  readonly catalogue: Catalogue;
  readonly records: RoutingRecords;
  readonly decisions: DecisionLog;
  readonly budgetStore: BudgetStore;
  /** Where processes tell each other of changes. Absent: they find out a little later. */
  readonly events?: Events;
  /** Told of what an operator should know. Holds no secrets and no text of requests. */
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Milliseconds of a clock that does not go back. Default: the process's. */
  readonly now?: () => number;
}

/** The router, and what the API shows and changes of it. */
export interface RoutingService {
  readonly router: Router;
  readonly rules: RuleBook;
  readonly reports: BudgetReports;
  readonly experiments: ExperimentControl;
  /** Ends what runs beside requests; the catalogue, the decisions and the stores are closed by who made them. */
  close(): Promise<void>;
}

/** Puts the parts of the router together. Throws `store_unavailable` when what is kept of them cannot be read. */
export async function createRouting(options: RoutingOptions): Promise<RoutingService> {
  const { catalogue, records, decisions, budgetStore, log, now = () => performance.now() } = options;
  const settings = () => catalogue.current().settings;
  const rules = await openRuleBook({ records, events: options.events, fileRules: () => settings().budgets, now: Date.now, log });
  const accounts = createRuleAccounts({ store: budgetStore, rules: () => rules.current() });
  const budgets = createBudgets({ store: budgetStore, accounts, now: Date.now, log });
  const experiments = await createExperiments({
    rules: () => settings().experiments, now: Date.now, log,
    state: { load: () => records.loadState('experiments'), save: (value) => records.saveState('experiments', value, Date.now()) },
  });
  const quality = await createQualityModel({ records, now: Date.now, log });
  const privacyOf = oncePer((policy: PrivacyPolicy) => createPrivacy(policy));
  const router: Router = createRouter({
    ...options, budgets, experiments, quality, now,
    privacyOf: (snapshot) => privacyOf(snapshot.settings.privacy),
    breaker: createBreaker(() => settings().resilience.breaker, now),
    latency: createLatency(now),
    sticky: createSticky({ settings: () => settings().sticky, now }),
    cache: createResponseCache({
      settings: () => settings().cache, now,
      embed: async (texts, signal, scope) => (await router.embed(texts, {
        signal, scope, routing: { model: settings().cache.semantic.embeddingModel },
      })).vectors,
    }),
  });
  return {
    router, rules, experiments,
    reports: createBudgetReports({ rules: () => rules.sourced(), accounts, store: budgetStore, records: decisions, now: Date.now }),
    async close() {
      await router.close();
      rules.close();
      await Promise.all([budgets.close(), experiments.close(), quality.close()]);
    },
  };
}

/** What was made of the last value; another value makes another. */
function oncePer<Value, Made>(make: (value: Value) => Made): (value: Value) => Made {
  let last: { readonly value: Value; readonly made: Made } | undefined;
  return (value) => {
    if (last?.value !== value) last = { value, made: make(value) };
    return last.made;
  };
}
