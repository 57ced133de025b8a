import type { Decision, Scope } from '../contract/decision.ts';
import type { PrivacyClass } from '../contract/privacy.ts';
import type { ModelPolicy } from '../contract/task.ts';
import type { Cost, Usage } from '../contract/usage.ts';
import type { ErrorCode } from '../errors.ts';
import type { Abilities, ContentStreamPart, EmbeddingResponse, FinishReason, ModelRequest, ReasoningPart, ToolCallPart } from '../providers/model.ts';

/** What a caller asks of the router besides the request itself. */
export interface Routing {
  /** Absent: the configured default. */
  readonly policy?: ModelPolicy;
  /** provider/model, an alias, or a model's bare name where only one provider has it; no other one is tried. */
  readonly model?: string;
  /** USD that may still be spent. A call whose worst case is dearer is refused before it is made. */
  readonly costRemainingUsd?: number;
  /** The least class the text is treated as; what is found in it can only raise that. */
  readonly privacy?: PrivacyClass;
  /** A conversation: it stays on its model while that is worth more than switching. */
  readonly session?: string;
  /** Keeps one side of an experiment; default: the session, else the task. */
  readonly experimentKey?: string;
  /** `off`: never answered from the cache nor kept in it. `on`: wanted, also where answers vary. Default: as configured. */
  readonly cache?: 'on' | 'off';
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

/** `usage` and cost are those of the call that answered (nothing for an answer from the cache); the other `attempts` have their own. */
export interface RoutedResponse extends Cost {
  readonly text: string;
  readonly toolCalls?: readonly ToolCallPart[];
  readonly reasoning?: readonly ReasoningPart[];
  readonly finishReason: FinishReason;
  readonly stopSequence?: string;
  /** provider/model that answered. */
  readonly model: string;
  readonly offline: boolean;
  readonly usage: Usage;
  /** All upstream calls made for this answer, the one that succeeded last. */
  readonly attempts: readonly ModelAttempt[];
  /** Why this model, in one sentence. */
  readonly reason: string;
  /** Under which the decision can be read. */
  readonly decisionId: string;
  readonly cached: boolean;
}

export interface RoutedCallOptions {
  readonly signal: AbortSignal;
  readonly routing: Routing;
  readonly scope: Scope;
  /** Called once for each upstream call as it ends, so that a failed one is paid for in the ledger too. */
  readonly onAttempt?: (attempt: ModelAttempt, decisionId: string) => void;
  /** `caller`: whoever gets `onAttempt` writes the ledger, in a commit of its own. Default: the router does. */
  readonly ledger?: 'caller';
  /**
   * Called once before the first part is streamed (again never): which model it is. Lets an endpoint put it into headers.
   */
  readonly onStart?: (start: { readonly model: string; readonly decisionId: string }) => void;
}

/** The parts of a streamed answer. A failure after the first part throws; the router does not switch models then. */
export type RoutedStreamPart =
  | ContentStreamPart
  | { readonly type: 'end'; readonly response: RoutedResponse };

export interface ModelDescription {
  readonly id: string;
  readonly provider: string;
  readonly aliases: readonly string[];
  readonly kind: 'chat' | 'embedding';
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  readonly abilities: Abilities;
  readonly location: 'local' | 'eu' | 'us' | 'third-party';
  readonly offline: boolean;
  readonly price: 'known' | 'free' | 'unknown';
}

export interface RoutedEmbeddingResponse extends EmbeddingResponse, Cost {
  readonly model: string;
  readonly decisionId: string;
}

/** What an outside judge says of an answer: 1 is good, 0 is not. */
export interface Outcome {
  readonly decisionId: string;
  /** Absent: it is looked up, which may fail. */
  readonly decision?: Pick<Decision, 'purpose' | 'model' | 'need' | 'experiment'>;
  readonly success: number;
  readonly source: 'task' | 'verification' | 'human';
}

/** The router as its callers see it: a model that chooses a model. */
export interface RoutedModel {
  generate(request: ModelRequest, options: RoutedCallOptions): Promise<RoutedResponse>;
  stream(request: ModelRequest, options: RoutedCallOptions): AsyncIterable<RoutedStreamPart>;
  /** `routing.model` names the embedding model; absent: the only or the first one. */
  embed(inputs: readonly string[], options: RoutedCallOptions & { readonly dimensions?: number }): Promise<RoutedEmbeddingResponse>;
  /** What would be done, without calling a model, spending or keeping anything. */
  explain(request: ModelRequest, options: Pick<RoutedCallOptions, 'routing' | 'scope'> & { readonly streaming?: boolean }): Promise<Decision>;
  /** Tokens of a request's input, as the filters count them. */
  countTokens(request: ModelRequest): Promise<number>;
  /** Teaches the predictor. Unknown decisions are ignored. */
  learn(outcome: Outcome): Promise<void>;
  /** Configured models, the offline rules included when nothing else is configured. */
  models(): readonly ModelDescription[];
}
