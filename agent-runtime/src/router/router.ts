import { setTimeout } from 'node:timers/promises';
import { AiosError, toAiosError } from '../errors.ts';
import { callAborted } from '../providers/call-aborted.ts';
import type { Model, ModelRequest, ModelStreamPart } from '../providers/model.ts';
import { answeredAttempt, countedUsd, failedAttempt } from './attempt.ts';
import { toCandidate } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import { candidatesAfter, mayFallBack, noAnswer } from './fallback.ts';
import type { Failure } from './fallback.ts';
import { applyFilters } from './filters.ts';
import { createLatency } from './latency.ts';
import { orderBy } from './policies.ts';
import type { PriceList } from './prices.ts';
import { reasonFor } from './reason.ts';
import type { ModelAttempt, RoutedCallOptions, RoutedModel, RoutedResponse, RoutedStreamPart, Routing } from './routed-model.ts';

export interface RouterOptions {
  /** In the order of preference. The offline rules are only used when there is no other one. */
  readonly models: readonly Model[];
  readonly prices: PriceList;
  /** The longest one upstream call may take. */
  readonly modelTimeoutMs: number;
  readonly countTokens: (text: string) => Promise<number>;
  /** Milliseconds of a clock that does not go back. Default: the process's. */
  readonly now?: () => number;
  /** Waits before a call is repeated. Default: a timer. */
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Told of each call that failed. Holds no secrets and no text of the request. */
  readonly log?: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** Upstream calls a request. */
const ATTEMPTS = 3;
/** A provider that asks for a longer pause is passed by. */
const LONGEST_WAIT_MS = 3_000;

type Call = (model: Model, request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelStreamPart>;

const generating: Call = async function* generate(model, request, signal) {
  yield { type: 'end', response: await model.generate(request, { signal }) };
};
const streaming: Call = (model, request, signal) => model.stream(request, { signal });

/** A model that chooses a model: filters, then a policy, then fallbacks under one budget of attempts. */
export function createRouter(options: RouterOptions): RoutedModel {
  const now = options.now ?? (() => performance.now());
  const wait = options.wait ?? ((delayMs, signal) => setTimeout(delayMs, undefined, { signal }));
  const latency = createLatency(now);
  const real = options.models.filter((model) => !model.offline);
  const models = real.length > 0 ? real : options.models;
  const priceOf = (model: Model) => options.prices.priceOf(model.provider, model.id.slice(model.provider.length + 1));

  async function plan(request: ModelRequest, routing: Routing): Promise<readonly Candidate[]> {
    const chosen = pinned(models, routing.model);
    const promptTokens = await tokensOf(request, chosen, routing);
    const candidates = chosen.map((model) => toCandidate(model, priceOf(model), promptTokens, request.maxOutputTokens));
    return orderBy(routing.policy, applyFilters(candidates, routing), latency);
  }

  /** Counted only where a price or a window asks for it: a text never has more tokens than bytes. */
  async function tokensOf(request: ModelRequest, chosen: readonly Model[], { costRemainingUsd }: Routing): Promise<number> {
    if (chosen.every((model) => model.offline)) return 0;
    const text = textOf(request);
    const most = Buffer.byteLength(text);
    const priced = costRemainingUsd !== undefined || chosen.some((model) => priceOf(model).status === 'known');
    const fits = chosen.every((model) => most + request.maxOutputTokens <= model.contextWindow);
    return fits && !priced ? most : options.countTokens(text);
  }

  async function* route(request: ModelRequest, { signal, routing, onAttempt }: RoutedCallOptions, call: Call): AsyncGenerator<RoutedStreamPart> {
    const planned = await plan(request, routing);
    let left = planned;
    let remaining = routing.costRemainingUsd ?? Infinity;
    const attempts: ModelAttempt[] = [];
    const failures: Failure[] = [];
    const settle = (attempt: ModelAttempt) => {
      attempts.push(attempt);
      remaining -= countedUsd(attempt);
      onAttempt?.(attempt);
    };
    while (attempts.length < ATTEMPTS) {
      if (signal.aborted) throw callAborted(signal, left[0]?.model.id ?? 'the model');
      const [candidate, ...rest] = left.filter(({ worstCaseUsd }) => (worstCaseUsd ?? 0) <= remaining);
      if (candidate === undefined) break;
      const { model } = candidate;
      const startedAt = now();
      let begun = false;
      let settled = false;
      try {
        const timeout = AbortSignal.timeout(options.modelTimeoutMs);
        for await (const part of call(model, request, AbortSignal.any([signal, timeout]))) {
          if (part.type === 'end') {
            const attempt = answeredAttempt(candidate, part.response, now() - startedAt);
            settled = true;
            settle(attempt);
            latency.record(model.id, attempt.durationMs);
            const reason = reasonFor(model.id, routing, planned.length, failures);
            yield { type: 'end', response: toRoutedResponse(candidate, part.response, attempt, attempts, reason) };
            return;
          }
          begun = true;
          yield part;
        }
        throw new AiosError('model_stream_cut', `The answer of ${model.id} ended without its last part.`);
      } catch (thrown) {
        if (settled) throw thrown;
        const error = signal.aborted ? abortedBy(thrown, signal, model) : toAiosError(thrown);
        settled = true;
        settle(failedAttempt(candidate, error, now() - startedAt));
        options.log?.('model-call-failed', { model: model.id, code: error.code, message: error.message, attempt: attempts.length });
        if (signal.aborted) throw error;
        if (error.kind === 'operational') latency.recordFailure(model.id, now() - startedAt);
        if (begun || !mayFallBack(error, failures.length === 0)) throw error;
        const failure: Failure = { candidate, error };
        const isRepeated = failures.some((earlier) => earlier.candidate === candidate);
        failures.push(failure);
        if (!isRepeated && error.kind === 'operational' && error.retryAfterMs !== undefined && error.retryAfterMs <= LONGEST_WAIT_MS) {
          await wait(error.retryAfterMs, signal).catch(() => { throw callAborted(signal, model.id); });
        } else {
          left = candidatesAfter(failure, rest);
        }
      } finally {
        // Whoever reads the stream may leave it half-way.
        if (!settled) settle(failedAttempt(candidate, callAborted(signal, model.id), now() - startedAt));
      }
    }
    throw noAnswer(failures);
  }

  return {
    async generate(request, callOptions): Promise<RoutedResponse> {
      for await (const part of route(request, callOptions, generating)) if (part.type === 'end') return part.response;
      throw new AiosError('internal', 'The router ended without an answer. Please report this.');
    },
    stream: (request, callOptions) => route(request, callOptions, streaming),
    models: () => models.map((model) => ({
      id: model.id, provider: model.provider, contextWindow: model.contextWindow, maxOutputTokens: model.maxOutputTokens,
      offline: model.offline, price: priceOf(model).status,
    })),
  };
}

function pinned(models: readonly Model[], id: string | undefined): readonly Model[] {
  if (models.length === 0) {
    throw new AiosError('model_not_configured', 'No model is configured. Set ANTHROPIC_API_KEY, OLLAMA_MODELS, or OPENAI_API_KEY or OPENAI_BASE_URL with OPENAI_MODELS.');
  }
  const found = id === undefined ? models : models.filter((model) => model.id === id);
  if (found.length > 0) return found;
  throw new AiosError('model_not_configured', `The model ${id} is not configured. Configured: ${models.map((model) => model.id).join(', ')}.`);
}

function textOf(request: ModelRequest): string {
  const schema = request.outputSchema ? JSON.stringify(request.outputSchema.jsonSchema) : '';
  return [request.system, ...request.messages.map(({ content }) => content), schema].join('\n');
}

function abortedBy(thrown: unknown, signal: AbortSignal, model: Model): AiosError {
  return thrown instanceof AiosError ? thrown : callAborted(signal, model.id);
}

function toRoutedResponse(
  { model }: Candidate, response: { text: string; finishReason: RoutedResponse['finishReason'] }, attempt: ModelAttempt,
  attempts: readonly ModelAttempt[], reason: string,
): RoutedResponse {
  return {
    text: response.text, finishReason: response.finishReason, model: model.id, offline: model.offline,
    usage: attempt.usage, costUsd: attempt.costUsd, costStatus: attempt.costStatus, attempts, reason,
  };
}
