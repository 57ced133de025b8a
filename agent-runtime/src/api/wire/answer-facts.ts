import type { CostStatus } from '../../contract/usage.ts';
import type { RoutedResponse } from '../../router/routed-model.ts';

/** What an answer carries beyond its wire, as `aios`; clients that do not know it ignore it. */
export interface AnswerFacts {
  /** provider/model */
  readonly model: string;
  readonly decision_id: string;
  /** Null: the price is unknown. */
  readonly cost_usd: number | null;
  readonly cost_status: CostStatus;
  /** Why this model. */
  readonly reason: string;
  /** Answered from the cache, without a call. */
  readonly cached: boolean;
}

export function factsOf(response: RoutedResponse): AnswerFacts {
  return {
    model: response.model, decision_id: response.decisionId, cost_usd: response.costUsd, cost_status: response.costStatus,
    reason: response.reason, cached: response.cached,
  };
}
