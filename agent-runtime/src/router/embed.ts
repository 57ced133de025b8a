import type { Decision, DecisionCandidate } from '../contract/decision.ts';
import { NO_USAGE } from '../contract/usage.ts';
import { AiosError, toAiosError } from '../errors.ts';
import { callAborted } from '../providers/call-aborted.ts';
import type { EmbeddingResponse } from '../providers/model.ts';
import { partialUsageOf } from '../providers/partial-usage.ts';
import { callSignal } from './call-signal.ts';
import type { EmbeddingEntry } from './catalogue/catalogue.ts';
import { costOf, worstCaseUsd } from './cost.ts';
import { newDecisionId } from './decision.ts';
import { enterEndpoint } from './endpoint-call.ts';
import { requestOfTexts } from './privacy/texts.ts';
import type { ModelAttempt, RoutedModel } from './routed-model.ts';
import type { RouterOptions } from './router-options.ts';
import { promptSize, tokenBound } from './tokens.ts';

/** Embeddings of one model only: vectors of different models cannot stand in for one another, so nothing is fallen back to. */
export function createEmbed(options: RouterOptions & { readonly now: () => number }): RoutedModel['embed'] {
  return async (inputs, { signal, routing, scope: given, dimensions, onAttempt, ledger }) => {
    const [startedAt, startedMs] = [Date.now(), options.now()];
    const id = newDecisionId(startedAt);
    const snapshot = options.catalogue.current();
    const entry = chosen(snapshot, routing.model);
    const permitted = snapshot.permissions.model(given.tenant, entry);
    if (permitted !== true) throw new AiosError('model_not_permitted', permitted);
    const team = snapshot.permissions.team(given.tenant);
    const scope = team === undefined ? given : { ...given, team };
    const request = requestOfTexts(inputs);
    const verdict = await options.privacyOf(snapshot).judge(request, routing.privacy, scope);
    const treatment = verdict.treatment(entry.location);
    if (treatment === 'forbid' && verdict.unclassified !== undefined) throw new AiosError('privacy_unclassified', verdict.unclassified);
    if (treatment === 'forbid') {
      throw new AiosError('privacy_refused', `The privacy policy does not let ${entry.model.id} (${entry.location}) have this text, which is ${verdict.class}. `
        + 'Configure an embedding model at an allowed place.');
    }
    const texts = treatment === 'redact' ? verdict.redacted().request.messages.map(({ content }) => String(content)) : inputs;
    await checkLengths(inputs, entry, options);
    const prompt = tokenBound(request);
    const worst = worstCaseUsd(entry.price, prompt, 0);
    if (routing.costRemainingUsd !== undefined && (worst ?? Infinity) > routing.costRemainingUsd) {
      throw new AiosError(worst === null ? 'price_unknown' : 'cost_limit_exceeded',
        `The embeddings may cost ${worst === null ? 'an unknown amount' : `up to $${worst.toFixed(6)}`}, and the cost limit leaves $${routing.costRemainingUsd.toFixed(6)}.`);
    }
    const pass = enterEndpoint(options.breaker, entry.keys, entry.model);
    if (pass instanceof AiosError) throw pass;
    const hold = options.budgets.applies(scope) ? await options.budgets.reserve(scope, worst).catch((error: unknown) => {
      pass.cancelled();
      throw error;
    }) : null;

    const settle = (outcome: { response: EmbeddingResponse } | { error: AiosError }): ModelAttempt => {
      const response = 'response' in outcome ? outcome.response : null;
      const error = 'error' in outcome ? outcome.error : null;
      const usage = response?.usage ?? (error && partialUsageOf(error)) ?? NO_USAGE;
      const untouched = error !== null && partialUsageOf(error) === null;
      const cost = untouched ? { costUsd: 0, costStatus: 'known' as const } : costOf(usage, entry.price, response !== null && (response.usageKnown ?? true));
      const attempt: ModelAttempt = {
        model: entry.model.id, provider: entry.model.provider, usage, ...cost, worstCaseUsd: worst, durationMs: options.now() - startedMs, errorCode: error?.code ?? null,
      };
      void (untouched ? hold?.release() : hold?.settle(cost.costUsd));
      if (error === null) pass.succeeded();
      else if (signal.aborted) pass.cancelled();
      else pass.failed(error);
      options.observe?.(attempt);
      onAttempt?.(attempt, id);
      const decision = toEmbeddingDecision({ id, startedAt, scope, entry, attempt, verdict, treatment, pinned: routing.model ?? null, error, worst });
      options.decisions.keep({ decision, charges: ledger === 'caller' ? [] : [{ ...attempt, offline: false }] });
      return attempt;
    };

    const call = callSignal(signal, snapshot.settings.resilience.attemptTimeoutMs ?? options.modelTimeoutMs);
    try {
      const response = await entry.model.embed(texts, {
        signal: call.signal, ...pass.key !== undefined && { apiKey: pass.key.key }, ...dimensions !== undefined && { dimensions },
      });
      const { costUsd, costStatus } = settle({ response });
      return { ...response, model: entry.model.id, decisionId: id, costUsd, costStatus };
    } catch (thrown) {
      const error = call.signal.aborted && !(thrown instanceof AiosError) ? callAborted(call.signal, entry.model.id) : toAiosError(thrown);
      settle({ error });
      throw error;
    } finally {
      call.end();
    }
  };
}

function chosen(snapshot: ReturnType<RouterOptions['catalogue']['current']>, name: string | undefined): EmbeddingEntry {
  if (name !== undefined) return snapshot.embeddingModel(name);
  const [first] = snapshot.embeddings;
  if (first) return first;
  throw new AiosError('model_not_configured', 'No embedding model is configured. Add one to the router file with `kind: embedding`.');
}

async function checkLengths(inputs: readonly string[], { model }: EmbeddingEntry, { countTokens }: RouterOptions): Promise<void> {
  for (const [index, text] of inputs.entries()) {
    // A text never has more tokens than bytes.
    if (Buffer.byteLength(text) <= model.contextWindow) continue;
    const { tokens } = await promptSize(requestOfTexts([text]), countTokens);
    if (tokens > model.contextWindow) {
      throw new AiosError('model_context_too_long', `Input ${index} has about ${tokens} tokens, and ${model.id} takes ${model.contextWindow}. Send it in parts.`);
    }
  }
}

function toEmbeddingDecision({ id, startedAt, scope, entry, attempt, verdict, treatment, pinned, error, worst }: {
  readonly id: string; readonly startedAt: number; readonly scope: Decision['scope']; readonly entry: EmbeddingEntry; readonly attempt: ModelAttempt;
  readonly verdict: Pick<Decision['privacy'], 'class'> & { readonly findings: readonly Decision['privacy']['findings'][number][] };
  readonly treatment: DecisionCandidate['treatment']; readonly pinned: string | null; readonly error: AiosError | null; readonly worst: number | null;
}): Decision {
  const { usage, costUsd, costStatus, durationMs, errorCode } = attempt;
  const model = entry.model.id;
  return {
    id, at: new Date(startedAt).toISOString(), purpose: 'embeddings', scope, policy: 'cheapest', pinnedModel: pinned,
    outcome: error === null ? 'answered' : 'failed', errorCode, model: error === null ? model : null,
    reason: error?.message ?? `${model} is ${pinned === null ? 'the first embedding model' : 'what was asked for by name'}.`,
    candidates: [{
      model, location: entry.location, price: entry.price.status, droppedBy: null, reason: null, treatment, expectedUsd: worst, worstCaseUsd: worst,
      latencyMs: null, quality: null, score: 0,
    }],
    privacy: { class: verdict.class, findings: [...verdict.findings], redacted: treatment === 'redact' },
    need: null, sticky: null, experiment: null, cache: 'off', budgets: [],
    attempts: [{ model, endpoint: entry.model.endpoint, startedMs: 0, durationMs, firstTokenMs: null, usage, costUsd, costStatus, errorCode, hedge: false }],
    usage, costUsd, costStatus, expectedUsd: worst, durationMs, firstTokenMs: null,
  };
}
