import type { Usage } from '../contract/usage.ts';

/** One turn of a conversation. */
export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** Asks the model for JSON of this form. `jsonSchema` is a JSON Schema object (draft 2020-12), all properties required. */
export interface OutputSchema {
  readonly name: string;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** What the caller does, as agent/operation. The offline rules choose by it; other providers ignore it. */
  readonly purpose: string;
  /** Stable instructions first: providers mark the end of `system` as a prompt-cache boundary. */
  readonly system: string;
  readonly messages: readonly Message[];
  readonly maxOutputTokens: number;
  /** Left to the model's default when absent. */
  readonly temperature?: number;
  readonly outputSchema?: OutputSchema;
}

export type FinishReason = 'stop' | 'length' | 'refused';

export interface ModelResponse {
  /** Exact text of the answer; JSON text when an output schema was asked for. Not yet validated. */
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: Usage;
  /** False when the provider reported no usage: `usage` is then a lower bound and the cost unknown. Absent: true. */
  readonly usageKnown?: boolean;
  /** The provider's name for what answered, which may be more exact than the one asked for. */
  readonly modelId: string;
}

/** Parts of a streamed answer. The last part of a stream that ended well is `end`; a cut stream throws. */
export type ModelStreamPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'end'; readonly response: ModelResponse };

export interface ModelCallOptions {
  /** Aborts the upstream request. */
  readonly signal: AbortSignal;
}

/** USD per million tokens, by usage class. */
export interface Rates {
  readonly inputPerMillion: number;
  readonly cacheReadPerMillion: number;
  readonly cacheWrite5mPerMillion: number;
  readonly cacheWrite1hPerMillion: number;
  readonly outputPerMillion: number;
}

/** Rates that hold for a whole request whose input, cached tokens included, is longer than `aboveInputTokens`. */
export interface PriceTier extends Rates {
  readonly aboveInputTokens: number;
}

/** What the price of a model is. `tiers` come in rising order and replace the base rates. */
export type Price =
  | ({ readonly status: 'known'; readonly tiers?: readonly PriceTier[] } & Rates)
  | { readonly status: 'free' }
  | { readonly status: 'unknown' };

/**
 * A model behind one endpoint. It makes exactly one upstream request a call: attempts are the router's.
 * Failures are AiosErrors of the `model_*` codes, with `retryAfterMs` where the provider gave one.
 */
export interface Model {
  /** provider/model, as a caller pins it. */
  readonly id: string;
  readonly provider: string;
  /** Input and output tokens together. */
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
  /** Rules instead of a language model. Never a fallback for a real one. */
  readonly offline: boolean;
  generate(request: ModelRequest, options: ModelCallOptions): Promise<ModelResponse>;
  stream(request: ModelRequest, options: ModelCallOptions): AsyncIterable<ModelStreamPart>;
}

/** Thrown error's companion: what an upstream call that failed half-way had already used, where it is known. */
export interface PartialUsage {
  readonly usage: Usage;
}
