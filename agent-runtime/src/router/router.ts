import { setTimeout } from 'node:timers/promises';
import type { Decision, DecisionAttempt } from '../contract/decision.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { AiosError, toAiosError } from '../errors.ts';
import type { ModelRequest, ModelResponse } from '../providers/model.ts';
import { toCandidate } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import type { CacheHit } from './cache/response-cache.ts';
import { toldOf } from './cache/told.ts';
import type { CallContext } from './call-once.ts';
import { newDecisionId, toDecision, totalCost } from './decision.ts';
import type { Ending } from './decision.ts';
import { describeModels } from './describe-models.ts';
import { createEmbed } from './embed.ts';
import { makePlan } from './plan.ts';
import type { Plan } from './plan.ts';
import { reasonFor } from './reason.ts';
import { createHedgeAllowance } from './resilience/hedge-allowance.ts';
import type { ModelAttempt, RoutedCallOptions, RoutedModel, RoutedResponse, RoutedStreamPart } from './routed-model.ts';
import type { RouterOptions } from './router-options.ts';
import { runPlan } from './run-plan.ts';
import type { Run } from './run-plan.ts';
import { createShadows } from './shadows.ts';
import { promptSize } from './tokens.ts';

/** A router that can be stopped: calls that nobody waits for are aborted. */
export interface Router extends RoutedModel {
  close(): Promise<void>;
}

type Shadow = NonNullable<Ending['shadow']>;

/** A model that chooses a model: filters, then a policy, then calls under one budget of attempts; each request leaves a decision. */
export function createRouter(options: RouterOptions): Router {
  const now = options.now ?? (() => performance.now());
  const log = options.log ?? (() => {});
  const parts = {
    budgets: options.budgets, breaker: options.breaker, hedges: createHedgeAllowance(), log,
    counted: async (candidate: Candidate, request: ModelRequest) => toCandidate(
      candidate.entry, await promptSize(request, options.countTokens), { ...candidate, maxOutputTokens: request.maxOutputTokens },
    ),
    wait: options.wait ?? ((delayMs: number, signal: AbortSignal) => setTimeout(delayMs, undefined, { signal })),
  };
  const shadows = createShadows(log);

  async function* route(
    request: ModelRequest, callOptions: RoutedCallOptions, streaming: boolean, shadow?: Shadow,
  ): AsyncGenerator<RoutedStreamPart> {
    const { signal, routing } = callOptions;
    const [startedAt, startedMs] = [Date.now(), now()];
    const room = options.decisions.room();
    if (room) await room;
    const plan = await makePlan(options, request, { routing, scope: callOptions.scope, streaming });
    const id = newDecisionId(startedAt);
    const details: DecisionAttempt[] = [];
    const attempts: ModelAttempt[] = [];
    const run: Run = { attempts, failures: [], chosen: null, outrun: null };
    let hit: CacheHit | null = null;
    let cache: Decision['cache'] = 'off';
    // The embedding model is that of the moment; one that was not judged, as the file has changed since, is told nothing.
    const told = () => (options.catalogue.current() === plan.snapshot ? toldOf(request, plan.verdict, plan.snapshot) : null);
    let answered: string | null = null;
    let failure: AiosError | null = null;
    let firstTokenMs: number | null = null;
    const context: CallContext = {
      request, streaming, verdict: plan.verdict, latency: options.latency, countTokens: options.countTokens, now, startedAt: startedMs,
      timeoutMs: plan.snapshot.settings.resilience.attemptTimeoutMs ?? options.modelTimeoutMs,
      settled(attempt, detail) {
        attempts.push(attempt);
        details.push(detail);
        options.observe?.(attempt);
        callOptions.onAttempt?.(attempt, id);
      },
    };
    parts.hedges.request(plan.snapshot.settings.resilience.hedge.maxShare);

    try {
      if (plan.error !== null) throw plan.error;
      const first = plan.ordered[0]!.candidate.entry.model;
      if (shadow === undefined && options.cache.applies(request, routing.cache)) {
        hit = await options.cache.find(plan.scope, first.id, request, told, signal);
        cache = hit?.kind ?? 'miss';
      }
      if (hit !== null) {
        answered = hit.answer.model;
        callOptions.onStart?.({ model: hit.answer.model, decisionId: id });
        if (streaming) yield* asParts(hit.answer);
        yield { type: 'end', response: fromCache(hit, id) };
        return;
      }
      for await (const part of runPlan(parts, plan, context, run, { signal, costRemainingUsd: routing.costRemainingUsd ?? Infinity })) {
        const { model } = run.chosen!.entry;
        if (firstTokenMs === null) {
          firstTokenMs = now() - startedMs;
          callOptions.onStart?.({ model: model.id, decisionId: id });
        }
        if (part.type !== 'end') {
          yield part;
          continue;
        }
        answered = model.id;
        const response = toRoutedResponse(part.response, plan, run, id);
        // Under its own name only: what answered in another's place is no answer of the first choice.
        if (cache === 'miss' && model.id === first.id) options.cache.keep(plan.scope, first.id, request, told, response);
        if (routing.session !== undefined && shadow === undefined) options.sticky.remember(plan.scope.tenant, routing.session, model.id, response.usage);
        yield { type: 'end', response };
      }
    } catch (thrown) {
      failure = toAiosError(thrown);
      throw failure;
    } finally {
      const ending: Ending = {
        ...outcomeOf(answered, failure, signal), model: answered, cache, attempts: details, durationMs: now() - startedMs, firstTokenMs: streaming ? firstTokenMs : null,
        reason: hit ? `Answered from the cache (${hit.kind}).` : answered === null ? failure?.summary ?? 'The caller went away.' : reason(plan, run),
        ...shadow && { shadow },
      };
      const decision = toDecision(id, startedAt, request.purpose, plan, routing.session, ending);
      options.decisions.keep({ decision, charges: callOptions.ledger === 'caller' ? [] : attempts.map((attempt) => ({ ...attempt, offline: isOffline(plan, attempt) })) });
      // Neither an answer from the cache nor a mistake of the caller says anything of an arm.
      if (hit === null && (failure === null || failure.kind === 'operational')) observe(plan, ending, shadow);
      if (answered !== null && hit === null) runShadows(request, callOptions, plan, shadow);
    }
  }

  function observe(plan: Plan, { model, attempts, durationMs, outcome }: Ending, shadow: Shadow | undefined): void {
    const arm = shadow ?? plan.assignment;
    if (arm === null || outcome === 'cancelled') return;
    const costs = attempts.map(({ costUsd }) => costUsd);
    options.experiments.observe({
      experiment: arm.experiment, arm: arm.arm, latencyMs: durationMs, succeeded: model !== null, quality: null,
      costUsd: costs.includes(null) ? null : costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0),
    });
  }

  function runShadows(request: ModelRequest, callOptions: RoutedCallOptions, plan: Plan, shadow: Shadow | undefined): void {
    if (shadow !== undefined || plan.assignment === null) return;
    const { experiment, shadows: arms } = plan.assignment;
    for (const { arm, routing } of arms) {
      shadows.run(async (signal) => {
        const { session: _session, costRemainingUsd: _limit, ...rest } = callOptions.routing;
        // What nobody sees is not the task's own: it counts neither as its spend nor against its limit.
        const { task: _task, ...scope } = callOptions.scope;
        const shadowed: RoutedCallOptions = { signal, scope, routing: { ...rest, policy: plan.policy, ...routing, cache: 'off' } };
        for await (const _part of route(request, shadowed, false, { experiment, arm }));
      });
    }
  }

  return {
    async generate(request, callOptions): Promise<RoutedResponse> {
      let response: RoutedResponse | undefined;
      for await (const part of route(request, callOptions, false)) if (part.type === 'end') response = part.response;
      if (response === undefined) throw new AiosError('internal', 'The router ended without an answer. Please report this.');
      // A second call beside it that came too late is among the attempts only now.
      return { ...response, ...totalCost(response.attempts) };
    },
    stream: (request, callOptions) => route(request, callOptions, true),
    embed: createEmbed({ ...options, now }),
    async explain(request, { routing, scope, streaming = false }) {
      const startedAt = Date.now();
      const plan = await makePlan(options, request, { routing, scope, streaming, explaining: true });
      const first = plan.ordered[0]?.candidate.entry.model.id ?? null;
      return toDecision(newDecisionId(startedAt), startedAt, request.purpose, plan, routing.session, {
        outcome: 'explained', errorCode: plan.error?.code ?? null, model: first, cache: 'off', attempts: [], durationMs: 0, firstTokenMs: null,
        reason: plan.error?.summary ?? reason(plan, { attempts: [], failures: [], outrun: null, chosen: plan.ordered[0]!.candidate }),
      });
    },
    countTokens: async (request) => (await promptSize(request, options.countTokens)).tokens,
    async learn({ decisionId, success, ...known }) {
      const decision = known.decision ?? await options.decisions.find(decisionId);
      if (decision === null || decision.model === null) return;
      options.quality.observe({ operation: decision.purpose, modelId: decision.model, need: decision.need, success });
      if (decision.experiment) options.experiments.judge(decision.experiment.id, decision.experiment.arm, success);
    },
    models: () => describeModels(options.catalogue.current()),
    close: () => shadows.close(),
  };
}

function outcomeOf(answered: string | null, failure: AiosError | null, signal: AbortSignal): Pick<Ending, 'outcome' | 'errorCode'> {
  if (answered !== null) return { outcome: 'answered', errorCode: null };
  if (failure === null || signal.aborted) return { outcome: 'cancelled', errorCode: failure?.code ?? 'task_cancelled' };
  return { outcome: 'failed', errorCode: failure.code };
}

function reason(plan: Plan, { chosen, failures, outrun }: Run): string {
  return reasonFor({
    modelId: chosen!.entry.model.id, pinnedBy: plan.pinnedBy, left: plan.ordered.length, policy: plan.policy, explanation: plan.explanation,
    sticky: plan.kept, failures, outrun,
  });
}

function toRoutedResponse(response: ModelResponse, plan: Plan, run: Run, decisionId: string): RoutedResponse {
  const { model } = run.chosen!.entry;
  const { usage } = run.attempts.findLast((attempt) => attempt.model === model.id && attempt.errorCode === null)!;
  const { text, toolCalls, reasoning, finishReason, stopSequence } = response;
  return {
    text, finishReason, model: model.id, offline: model.offline, usage, ...totalCost(run.attempts), attempts: run.attempts, decisionId, cached: false,
    reason: reason(plan, run),
    ...toolCalls && { toolCalls }, ...reasoning && { reasoning }, ...stopSequence !== undefined && { stopSequence },
  };
}

function fromCache({ answer, kind }: CacheHit, decisionId: string): RoutedResponse {
  return { ...answer, usage: NO_USAGE, costUsd: 0, costStatus: 'known', attempts: [], reason: `Answered from the cache (${kind}).`, decisionId, cached: true };
}

function* asParts({ text, reasoning, toolCalls }: CacheHit['answer']): Generator<RoutedStreamPart> {
  for (const part of reasoning ?? []) yield part;
  if (text !== '') yield { type: 'text', text };
  for (const [index, { id, name, argumentsText }] of (toolCalls ?? []).entries()) {
    yield { type: 'tool-call', index, id, name };
    yield { type: 'tool-call-arguments', index, text: argumentsText };
  }
}

function isOffline({ snapshot }: Plan, { model }: ModelAttempt): boolean {
  return snapshot.chat.some(({ model: { id, offline } }) => id === model && offline);
}
