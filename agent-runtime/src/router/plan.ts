import type { Scope } from '../contract/decision.ts';
import type { ModelPolicy } from '../contract/task.ts';
import { AiosError } from '../errors.ts';
import type { ModelRequest } from '../providers/model.ts';
import type { BudgetStatus, Budgets } from './budget/budgets.ts';
import { toCandidate } from './candidate.ts';
import type { Catalogue, CatalogueEntry, CatalogueSnapshot } from './catalogue/catalogue.ts';
import { expectedOutputTokens } from './cost.ts';
import type { Assignment, Experiments } from './experiments/experiments.ts';
import { applyFilters } from './filters.ts';
import type { FilterFacts } from './filter-facts.ts';
import type { Dropped } from './filters.ts';
import { waitMs } from './endpoint-call.ts';
import type { Latency } from './latency.ts';
import { needsOf } from './needs.ts';
import { orderBy } from './policies.ts';
import type { Ranked } from './policies.ts';
import type { Privacy, PrivacyVerdict } from './privacy/privacy.ts';
import type { QualityModel } from './quality-model.ts';
import type { Breaker } from './resilience/resilience.ts';
import type { Routing } from './routed-model.ts';
import type { Sticky, StickyKeep } from './sticky.ts';
import { promptSize, tokenBound } from './tokens.ts';
import type { PromptSize } from './tokens.ts';

export interface PlanParts {
  readonly catalogue: Catalogue;
  /** By the policy of the snapshot. */
  readonly privacyOf: (snapshot: CatalogueSnapshot) => Privacy;
  readonly budgets: Budgets;
  readonly breaker: Breaker;
  readonly latency: Latency;
  readonly sticky: Sticky;
  readonly experiments: Experiments;
  readonly quality: QualityModel;
  readonly countTokens: (text: string) => Promise<number>;
}

/** Where a request may go, best first, and all that led to it. */
export interface Plan {
  readonly snapshot: CatalogueSnapshot;
  readonly scope: Scope;
  readonly policy: ModelPolicy;
  /** As the caller, an experiment or the configuration asked for it. */
  readonly pinned: string | null;
  readonly pinnedBy: 'caller' | 'experiment' | 'operation' | null;
  readonly verdict: PrivacyVerdict;
  readonly prompt: PromptSize;
  readonly budgets: readonly BudgetStatus[];
  readonly ordered: readonly Ranked[];
  readonly dropped: readonly Dropped[];
  readonly need: number | null;
  /** As the end of a sentence. */
  readonly explanation: string;
  readonly kept: StickyKeep | null;
  readonly assignment: Assignment | null;
  /** Of the filter that left nothing; null: something can be tried. */
  readonly error: AiosError | null;
}

/** Filters, then a policy, then what keeps a conversation or an experiment together. Throws what is wrong with the request itself. */
export async function makePlan(
  parts: PlanParts, request: ModelRequest, { routing, scope: given, streaming, explaining = false }: { routing: Routing; scope: Scope; streaming: boolean; explaining?: boolean },
): Promise<Plan> {
  const snapshot = parts.catalogue.current();
  const { settings, permissions } = snapshot;
  const scope = withTeam(given, permissions.team(given.tenant));
  const judged = parts.privacyOf(snapshot).judge(request, routing.privacy, scope);
  const verdict = judged instanceof Promise ? await judged : judged;
  const assignment = routing.model === undefined && routing.policy === undefined
    ? parts.experiments.assign(scope, request.purpose, routing.experimentKey ?? routing.session ?? scope.task ?? '') : null;
  const configured = settings.policies.byOperation[request.purpose];
  const operationModel = routing.policy === undefined && assignment === null ? configured?.model : undefined;
  const pinned = routing.model ?? operationModel ?? null;
  const policy = routing.policy ?? assignment?.routing.policy ?? configured?.policy ?? settings.policies.default;
  const mayChoose = permissions.policy(scope.tenant, policy);
  if (pinned === null && mayChoose !== true) throw new AiosError('model_not_permitted', mayChoose);
  const entries = pinned === null ? snapshot.chat : [snapshot.chatModel(pinned)];
  const asked = parts.budgets.applies(scope) ? parts.budgets.status(scope) : [];
  const budgets = asked instanceof Promise ? await asked : asked;

  const facts: FilterFacts = {
    permitted: (entry) => permissions.model(scope.tenant, entry),
    treatment: (entry) => verdict.treatment(entry.location),
    needs: needsOf(request, streaming),
    ...routing.costRemainingUsd !== undefined && { costRemainingUsd: routing.costRemainingUsd },
    // What others have reserved may come back: whether there is money is decided when it is reserved.
    budgets: budgets.map((status) => ({ ...status, remainingUsd: Math.max(0, status.limitUsd - status.spentUsd) })),
    unhealthyForMs: (entry) => unhealthyForMs(parts.breaker, entry),
  };
  const need = policy === 'cost-quality' || parts.quality.knows(request.purpose) ? parts.quality.need(request) : null;
  const qualityOf = (entry: CatalogueEntry) => (need === null ? null : policy === 'cost-quality'
    ? parts.quality.success(request.purpose, entry, need, !explaining) : parts.quality.standing(request.purpose, entry, need));
  const consider = (prompt: PromptSize) => applyFilters(entries.map((entry) => toCandidate(entry, prompt, {
    maxOutputTokens: request.maxOutputTokens,
    treatment: facts.treatment(entry),
    latencyMs: parts.latency.expectedMs(entry.model.id, expectedOutputTokens(Math.min(request.maxOutputTokens, entry.model.maxOutputTokens))),
    quality: qualityOf(entry),
  })), facts);

  let prompt = tokenBound(request);
  let filtered = consider(prompt);
  if (filtered.needsCount) {
    prompt = await promptSize(request, parts.countTokens);
    filtered = consider(prompt);
  }
  const pinnedBy = routing.model !== undefined ? 'caller' as const : operationModel !== undefined ? 'operation' as const : null;
  const base = { snapshot, scope, policy, pinned, pinnedBy, verdict, prompt, budgets, dropped: filtered.dropped, need };
  if (filtered.error !== null) {
    const error = verdict.unclassified !== undefined && filtered.error.code === 'privacy_refused'
      ? new AiosError('privacy_unclassified', verdict.unclassified) : filtered.error;
    return { ...base, ordered: [], explanation: '', kept: null, assignment: null, error };
  }
  const cheapenedBy = budgets.find(({ cheapen }) => cheapen)?.id;
  const ranked = orderBy(policy, filtered.left, {
    settings: settings.policies, need, threshold: need === null ? 0 : parts.quality.threshold(settings.policies.costQuality),
    ...cheapenedBy !== undefined && { cheapenedBy },
  });
  if (ranked.loss !== null && !explaining) parts.quality.weighed(ranked.loss);
  const kept = routing.session === undefined || pinned !== null || !settings.sticky.enabled
    ? null : parts.sticky.keep(scope.tenant, routing.session, ranked.ordered);
  const arm = assignment?.routing.model === undefined ? undefined : modelIdOf(snapshot, assignment.routing.model);
  if (arm !== undefined && !ranked.ordered.some(({ candidate }) => candidate.entry.model.id === arm)) {
    // The filters come before experiments: a request that its model may not take is in none.
    return makePlan({ ...parts, experiments: NO_EXPERIMENTS }, request, { routing, scope: given, streaming, explaining });
  }
  const first = arm ?? kept?.keptModel;
  return {
    ...base, assignment, error: null, need: ranked.need,
    kept: arm === undefined ? kept : null,
    pinnedBy: arm === undefined ? pinnedBy : 'experiment',
    ordered: first === undefined ? ranked.ordered : startingWith(ranked.ordered, first),
    explanation: ranked.explanation,
  };
}

const NO_EXPERIMENTS: Experiments = { assign: () => null, observe: () => {}, judge: () => {} };

function modelIdOf(snapshot: CatalogueSnapshot, name: string): string {
  return snapshot.chatModel(name).model.id;
}


function withTeam(scope: Scope, team: string | undefined): Scope {
  return team === undefined ? scope : { ...scope, team };
}

/** 0 as soon as one of its keys can be used. */
function unhealthyForMs(breaker: Breaker, entry: CatalogueEntry): number {
  return waitMs(breaker, entry.keys, entry.model);
}

function startingWith(ordered: readonly Ranked[], modelId: string): readonly Ranked[] {
  return [...ordered.filter(({ candidate }) => candidate.entry.model.id === modelId), ...ordered.filter(({ candidate }) => candidate.entry.model.id !== modelId)];
}
