import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { requireApiKey } from '../../../agent-runtime/src/api/plugins/auth.ts';
import { takeJson } from '../../../agent-runtime/src/api/plugins/bodies.ts';
import { answerWithProblems } from '../../../agent-runtime/src/api/plugins/problems.ts';
import { budgetRoutes } from '../../../agent-runtime/src/api/routes/budgets.ts';
import { decisionRoutes } from '../../../agent-runtime/src/api/routes/decisions.ts';
import { explainRoute } from '../../../agent-runtime/src/api/routes/explain.ts';
import { usageRoutes } from '../../../agent-runtime/src/api/routes/usage.ts';
import { createBudgetReports } from '../../../agent-runtime/src/router/budget/budget-reports.ts';
import { createBudgets } from '../../../agent-runtime/src/router/budget/create-budgets.ts';
import { ledgerSeed } from '../../../agent-runtime/src/router/budget/ledger-seed.ts';
import { createRuleAccounts } from '../../../agent-runtime/src/router/budget/rule-accounts.ts';
import { openRuleBook } from '../../../agent-runtime/src/router/budget/rule-book.ts';
import { budgetRulesSchema } from '../../../agent-runtime/src/router/budget/rules.ts';
import { createDecisionLog } from '../../../agent-runtime/src/router/decision-log.ts';
import type { Outcome, RoutedModel } from '../../../agent-runtime/src/router/routed-model.ts';
import { createEmbeddedRecords } from '../../../agent-runtime/src/stores/records/embedded.ts';
import { createEmbeddedBudgetStore } from '../../../agent-runtime/src/stores/state/embedded.ts';
import { decisionOf } from '../../contract/routing-records-cases.ts';

export const NOON = Date.parse('2026-11-22T12:00:00Z');
type Explained = Parameters<RoutedModel['explain']>;

/** The routes about budgets, spend and decisions over real stores, for the keys `web`, `api` and the admin `boss`. */
export async function routerRoutes(rules: readonly object[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'aios-routes-'));
  const records = await createEmbeddedRecords({ folder });
  const now = () => NOON;
  const log = () => undefined;
  const decisions = createDecisionLog({ records: records.routing, log });
  const store = createEmbeddedBudgetStore({ folder, seed: ledgerSeed(decisions) });
  const fileRules = budgetRulesSchema.parse(rules);
  const book = await openRuleBook({ records: records.routing, fileRules: () => fileRules, now, log });
  const accounts = createRuleAccounts({ store, rules: book.current });
  const budgets = createBudgets({ store, accounts, now, log });
  const learnt: Outcome[] = [];
  const explained: Explained[] = [];
  const router = {
    explain: async (...asked: Explained) => {
      explained.push(asked);
      return decisionOf('explained', { outcome: 'explained', scope: asked[1].scope });
    },
    learn: async (outcome: Outcome) => void learnt.push(outcome),
  };
  const access = {
    isAdmin: (tenant: string) => tenant === 'boss', mayUse: () => true,
    scopeOf: (tenant: string) => ({ tenant, ...tenant === 'web' && { team: 'core' } }),
  };

  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  takeJson(app);
  answerWithProblems(app);
  await app.register(async (scope) => {
    await requireApiKey(scope, ['web', 'api', 'boss'].map((name) => ({ name, key: name })));
    budgetRoutes(scope, { reports: createBudgetReports({ rules: book.sourced, accounts, store, records: decisions, now }), rules: book, access });
    usageRoutes(scope, { decisions, access, now });
    decisionRoutes(scope, { decisions, router, access, now });
    explainRoute(scope, { router, access });
  }, { prefix: '/v1' });

  return {
    budgets, decisions, learnt, explained,
    async request(key: 'web' | 'api' | 'boss', method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) {
      const response = await app.inject({ method, url: `/v1${path}`, headers: { authorization: `Bearer ${key}` }, ...body && { payload: body } });
      const isJson = /json/.test(String(response.headers['content-type']));
      return { status: response.statusCode, headers: response.headers, text: response.body, body: isJson ? JSON.parse(response.body) : null };
    },
    async stop() {
      await app.close();
      book.close();
      await budgets.close();
      await decisions.close();
      await Promise.all([store.close(), records.close()]);
      await rm(folder, { recursive: true });
    },
  };
}
