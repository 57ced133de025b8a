import type { Cost, Usage } from '../contract/usage.ts';
import type { ModelPolicy } from '../contract/task.ts';
import type { ErrorCode } from '../errors.ts';
import type { ModelRequest } from '../providers/model.ts';

/** What a caller asks of the router besides the request itself. */
export interface Routing {
  readonly policy: ModelPolicy;
  /** provider/model; no other one is tried. */
  readonly model?: string;
  /** USD that may still be spent. A call whose worst case is dearer is refused before it is made. */
  readonly costRemainingUsd?: number;
}

/** One upstream call, for the ledger: failed ones too, as far as their usage is known. */
export interface ModelAttempt extends Cost {
  readonly model: string;
  readonly provider: string;
  readonly usage: Usage;
  readonly durationMs: number;
  readonly errorCode: ErrorCode | null;
  /**
   * The most this call can have cost, in USD: what to count against a limit when `costUsd` is null because the call broke
   * off before its usage was told. Null: the price is unknown. Absent: not known.
   */
  readonly worstCaseUsd?: number | null;
}

/** `usage` and cost are those of the call that answered; the other `attempts` have their own. */
export interface RoutedResponse extends Cost {
  readonly text: string;
  readonly finishReason: 'stop' | 'length' | 'refused';
  /** provider/model that answered. */
  readonly model: string;
  readonly offline: boolean;
  readonly usage: Usage;
  /** All upstream calls made for this answer, the one that succeeded last. */
  readonly attempts: readonly ModelAttempt[];
  /** Why this model, in one sentence. */
  readonly reason: string;
}

export interface RoutedCallOptions {
  readonly signal: AbortSignal;
  readonly routing: Routing;
  /** Called once for each upstream call as it ends, so that a failed one is paid for in the ledger too. */
  readonly onAttempt?: (attempt: ModelAttempt) => void;
}

/** The parts of a streamed answer. A failure after the first text throws; the router does not switch models then. */
export type RoutedStreamPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'end'; readonly response: RoutedResponse };

export interface ModelDescription {
  readonly id: string;
  readonly provider: string;
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly offline: boolean;
  readonly price: 'known' | 'free' | 'unknown';
}

/** The router as its callers see it: a model that chooses a model. */
export interface RoutedModel {
  generate(request: ModelRequest, options: RoutedCallOptions): Promise<RoutedResponse>;
  stream(request: ModelRequest, options: RoutedCallOptions): AsyncIterable<RoutedStreamPart>;
  /** Configured models, the offline rules included when nothing else is configured. */
  models(): readonly ModelDescription[];
}
