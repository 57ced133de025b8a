import { NO_USAGE } from '../contract/usage.ts';
import { AiosError, toAiosError } from '../errors.ts';
import { callAborted } from '../providers/call-aborted.ts';
import type { EmbeddingResponse, ModelRequest } from '../providers/model.ts';
import { partialUsageOf } from '../providers/partial-usage.ts';
import type { Hold } from './budget/budgets.ts';
import { callSignal } from './call-signal.ts';
import type { CatalogueSnapshot, EmbeddingEntry } from './catalogue/catalogue.ts';
import { costOf, worstCaseUsd } from './cost.ts';
import { newDecisionId } from './decision.ts';
import { toEmbeddingDecision } from './embedding-decision.ts';
import type { EmbeddingRun } from './embedding-decision.ts';
import { enterEndpoint } from './endpoint-call.ts';
import type { EndpointPass } from './endpoint-call.ts';
import type { PrivacyVerdict } from './privacy/privacy.ts';
import { requestOfTexts } from './privacy/texts.ts';
import type { RoutedModel } from './routed-model.ts';
import type { RouterOptions } from './router-options.ts';
import { promptSize, tokenBound } from './tokens.ts';

/** How long a call waits for money that others have reserved and may not spend. */
const PATIENCE_MS = 5_000;

type CallOptions = Parameters<RoutedModel['embed']>[1];

/** Embeddings of one model only: vectors of different models cannot stand in for one another, so nothing is fallen back to. */
export function createEmbed(options: RouterOptions & { readonly now: () => number }): RoutedModel['embed'] {
  return async (inputs, callOptions) => {
    const { signal, routing, scope: given, ledger } = callOptions;
    const [startedAt, startedMs] = [Date.now(), options.now()];
    const room = options.decisions.room();
    if (room) await room;
    const snapshot = options.catalogue.current();
    const team = snapshot.permissions.team(given.tenant);
    const run: EmbeddingRun = {
      id: newDecisionId(startedAt), startedAt, scope: team === undefined ? given : { ...given, team }, pinned: routing.model ?? null,
      verdict: null, entry: null, worstCaseUsd: null, attempt: null,
    };
    let failure: AiosError | null = null;
    try {
      const request = requestOfTexts(inputs);
      const verdict = run.verdict = await options.privacyOf(snapshot).judge(request, routing.privacy, run.scope);
      const entry = run.entry = chosen(snapshot, routing.model);
      const permitted = snapshot.permissions.model(given.tenant, entry);
      if (permitted !== true) throw new AiosError('model_not_permitted', permitted);
      const texts = textsFor(entry, verdict, inputs);
      await checkLengths(inputs, entry, options);
      const { pass, hold } = await open(options, run, { entry, request, callOptions });
      const response = await callOnce(options, run, { entry, texts, pass, hold, callOptions, startedMs, snapshot });
      const { costUsd, costStatus } = run.attempt!;
      return { ...response, model: entry.model.id, decisionId: run.id, costUsd, costStatus };
    } catch (thrown) {
      failure = toAiosError(thrown);
      throw failure;
    } finally {
      options.decisions.keep({
        decision: toEmbeddingDecision(run, { failure, cancelled: signal.aborted, durationMs: options.now() - startedMs }),
        charges: run.attempt === null || ledger === 'caller' ? [] : [{ ...run.attempt, offline: false }],
      });
    }
  };
}

function chosen(snapshot: CatalogueSnapshot, name: string | undefined): EmbeddingEntry {
  if (name !== undefined) return snapshot.embeddingModel(name);
  const [first] = snapshot.embeddings;
  if (first) return first;
  throw new AiosError('model_not_configured', 'No embedding model is configured. Add one to the router file with `kind: embedding`.');
}

/** What may leave the process of the texts. */
function textsFor({ model, location }: EmbeddingEntry, verdict: PrivacyVerdict, inputs: readonly string[]): readonly string[] {
  const treatment = verdict.treatment(location);
  if (treatment === 'allow') return inputs;
  if (treatment === 'redact') return verdict.redacted().request.messages.map(({ content }) => String(content));
  if (verdict.unclassified !== undefined) throw new AiosError('privacy_unclassified', verdict.unclassified);
  throw new AiosError('privacy_refused', `The privacy policy does not let ${model.id} (${location}) have this text, which is ${verdict.class}. `
    + 'Configure an embedding model at an allowed place.');
}

async function checkLengths(inputs: readonly string[], { model }: EmbeddingEntry, { countTokens }: RouterOptions): Promise<void> {
  for (const [index, text] of inputs.entries()) {
    // A text never has more tokens than bytes.
    if (Buffer.byteLength(text) <= model.contextWindow) continue;
    const { tokens } = await promptSize(requestOfTexts([text]), countTokens);
    if (tokens > model.contextWindow) {
      const message = `has about ${tokens} tokens, and ${model.id} takes ${model.contextWindow}. Send it in parts`;
      throw new AiosError('model_context_too_long', `Input ${index} ${message}.`, { issues: [{ path: `inputs.${index}`, message }] });
    }
  }
}

/** Leave to make the call, and the money for it. */
async function open(
  { breaker, budgets, countTokens }: RouterOptions, run: EmbeddingRun,
  { entry, request, callOptions: { signal, routing } }: { readonly entry: EmbeddingEntry; readonly request: ModelRequest; readonly callOptions: CallOptions },
): Promise<{ readonly pass: EndpointPass; readonly hold: Hold | null }> {
  run.worstCaseUsd = worstCaseUsd(entry.price, tokenBound(request), 0);
  /** By a bound of its size a text may seem dearer than it is. False: it does not. */
  const isCheaperCounted = async (): Promise<boolean> => {
    const counted = worstCaseUsd(entry.price, await promptSize(request, countTokens), 0);
    if (counted === null || counted >= run.worstCaseUsd!) return false;
    run.worstCaseUsd = counted;
    return true;
  };
  const limit = routing.costRemainingUsd ?? Infinity;
  if (limit !== Infinity && run.worstCaseUsd === null) {
    throw new AiosError('price_unknown', `The embeddings may cost an unknown amount, and the cost limit leaves $${limit.toFixed(6)}.`);
  }
  if ((run.worstCaseUsd ?? 0) > limit && !(await isCheaperCounted() && run.worstCaseUsd! <= limit)) {
    throw new AiosError('cost_limit_exceeded', `The embeddings may cost up to $${run.worstCaseUsd!.toFixed(6)}, and the cost limit leaves $${limit.toFixed(6)}.`);
  }
  const pass = enterEndpoint(breaker, entry.keys, entry.model);
  if (pass instanceof AiosError) throw pass;
  try {
    const reserve = async () => budgets.reserve(run.scope, run.worstCaseUsd, { waitMs: PATIENCE_MS, signal });
    const hold = budgets.applies(run.scope) ? await reserve().catch(async (error: unknown) => {
      if (!(error instanceof AiosError && error.code === 'budget_exceeded' && await isCheaperCounted())) throw error;
      return reserve();
    }) : null;
    if (!signal.aborted) return { pass, hold };
    void hold?.release();
    throw callAborted(signal, entry.model.id);
  } catch (error) {
    pass.cancelled();
    throw signal.aborted ? callAborted(signal, entry.model.id) : error;
  }
}

interface Opened {
  readonly entry: EmbeddingEntry;
  readonly texts: readonly string[];
  readonly pass: EndpointPass;
  readonly hold: Hold | null;
  readonly callOptions: CallOptions;
  /** Of the request, on the router's clock. */
  readonly startedMs: number;
  readonly snapshot: CatalogueSnapshot;
}

/** The call itself. It settles what it cost with the budget and the breaker before it ends, however it ends. */
async function callOnce(
  options: RouterOptions & { readonly now: () => number }, run: EmbeddingRun,
  { entry, texts, pass, hold, callOptions: { signal, dimensions, onAttempt }, startedMs, snapshot }: Opened,
): Promise<EmbeddingResponse> {
  const { model, price } = entry;
  const calledMs = options.now();
  // A text never has more tokens than bytes; what servers put around each is little.
  const most = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1_000, 0);
  const settle = (response: EmbeddingResponse | null, error: AiosError | null): void => {
    const untouched = error !== null && partialUsageOf(error) === null;
    const usage = response?.usage ?? (error && partialUsageOf(error)) ?? NO_USAGE;
    const cost = untouched ? { costUsd: 0, costStatus: 'known' as const } : costOf(usage, price, response !== null && (response.usageKnown ?? true) && usage.input > 0 && usage.input <= most);
    const attempt = run.attempt = {
      model: model.id, provider: model.provider, usage, ...cost, worstCaseUsd: run.worstCaseUsd, durationMs: options.now() - calledMs,
      errorCode: error?.code ?? null, startedMs: calledMs - startedMs,
    };
    void (untouched ? hold?.release() : hold?.settle(cost.costUsd));
    if (error === null) pass.succeeded();
    else if (signal.aborted) pass.cancelled();
    else pass.failed(error);
    options.observe?.(attempt);
    onAttempt?.(attempt, run.id);
  };

  const call = callSignal(signal, snapshot.settings.resilience.attemptTimeoutMs ?? options.modelTimeoutMs);
  try {
    const response = await model.embed(texts, {
      signal: call.signal, ...pass.key !== undefined && { apiKey: pass.key.key }, ...dimensions !== undefined && { dimensions },
    });
    settle(response, null);
    return response;
  } catch (thrown) {
    const error = call.signal.aborted && !(thrown instanceof AiosError) ? callAborted(call.signal, model.id) : toAiosError(thrown);
    settle(null, error);
    throw error;
  } finally {
    call.end();
  }
}
