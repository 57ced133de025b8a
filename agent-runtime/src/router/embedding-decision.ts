import type { Decision } from '../contract/decision.ts';
import { NO_USAGE } from '../contract/usage.ts';
import type { AiosError, ErrorCode } from '../errors.ts';
import type { EmbeddingEntry } from './catalogue/catalogue.ts';
import { recordedMs } from './decision.ts';
import type { PrivacyVerdict } from './privacy/privacy.ts';
import type { ModelAttempt } from './routed-model.ts';

/** What became of a request for embeddings, filled in while it runs. */
export interface EmbeddingRun {
  readonly id: string;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly scope: Decision['scope'];
  readonly pinned: string | null;
  /** Null: it could not be looked through, and the policy refuses that. */
  verdict: PrivacyVerdict | null;
  /** Null: there is no such model. */
  entry: EmbeddingEntry | null;
  worstCaseUsd: number | null;
  /** Null: nothing was sent. `startedMs`: after the start of the request. */
  attempt: (ModelAttempt & { readonly startedMs: number }) | null;
}

type Filter = Decision['candidates'][number]['droppedBy'];

/** Which filter of chat models an error would be of. */
const FILTERS: Partial<Record<ErrorCode, Filter>> = {
  model_not_permitted: 'permission', privacy_refused: 'privacy', privacy_unclassified: 'privacy', model_context_too_long: 'context',
  cost_limit_exceeded: 'budget', budget_exceeded: 'budget', price_unknown: 'budget', model_circuit_open: 'health', model_rate_limited: 'health',
};

/** The record of a request for embeddings. `failure` null: it was answered. `cancelled`: its caller left before it was. */
export function toEmbeddingDecision(
  { id, startedAt, scope, pinned, entry, verdict, worstCaseUsd, attempt }: EmbeddingRun,
  { failure, cancelled, durationMs }: { readonly failure: AiosError | null; readonly cancelled: boolean; readonly durationMs: number },
): Decision {
  const treatment = entry === null ? 'forbid' : verdict?.treatment(entry.location) ?? 'forbid';
  const droppedBy = failure === null || cancelled || attempt !== null ? null : FILTERS[failure.code] ?? null;
  const { usage, costUsd, costStatus } = attempt ?? { usage: NO_USAGE, costUsd: 0, costStatus: 'known' as const };
  return {
    id, at: new Date(startedAt).toISOString(), purpose: 'embeddings', scope, policy: 'cheapest', pinnedModel: pinned,
    outcome: failure === null ? 'answered' : cancelled ? 'cancelled' : 'failed', errorCode: failure?.code ?? null,
    model: failure === null ? entry!.model.id : null,
    reason: failure?.summary ?? `${entry!.model.id} is ${pinned === null ? 'the first embedding model' : 'what was asked for by name'}.`,
    candidates: entry === null ? [] : [{
      model: entry.model.id, location: entry.location, price: entry.price.status, droppedBy, reason: droppedBy === null ? null : failure!.summary,
      treatment, expectedUsd: worstCaseUsd, worstCaseUsd, latencyMs: null, quality: null, score: droppedBy === null ? 0 : null,
    }],
    privacy: verdict === null ? { class: 'secret', findings: [{ type: 'unclassified', count: 1 }], redacted: false }
      : { class: verdict.class, findings: [...verdict.findings], redacted: treatment === 'redact' },
    need: null, sticky: null, experiment: null, cache: 'off', budgets: [],
    attempts: attempt === null ? [] : [{
      model: attempt.model, endpoint: entry!.model.endpoint, startedMs: recordedMs(attempt.startedMs), durationMs: recordedMs(attempt.durationMs), firstTokenMs: null,
      usage, costUsd, costStatus, errorCode: attempt.errorCode, hedge: false,
    }],
    usage, costUsd, costStatus, expectedUsd: worstCaseUsd, durationMs: recordedMs(durationMs), firstTokenMs: null,
  };
}
