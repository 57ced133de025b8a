import type { Usage } from '../contract/usage.ts';

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

export interface ImagePart {
  readonly type: 'image';
  readonly source:
    | { readonly kind: 'base64'; /** `image/png` */ readonly mediaType: string; readonly data: string }
    | { readonly kind: 'url'; readonly url: string };
}

/** A model's wish to have a tool called. Only ever in an assistant's turn. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  /** Unique within the conversation; a result names it. */
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it, which may be broken. `{}` when the tool takes nothing. */
  readonly argumentsText: string;
}

/** What a tool gave back. Only ever in a user's turn, before its other parts. */
export interface ToolResultPart {
  readonly type: 'tool-result';
  readonly callId: string;
  /** Where the caller told it; providers that need it look it up in the calls before. */
  readonly toolName?: string;
  readonly content: string | readonly (TextPart | ImagePart)[];
  readonly isError?: boolean;
}

/** A model's thinking. It must go back unchanged, with its signature, to a model that asks for that. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly signature?: string;
  /** Thinking that the provider encrypted; `text` is then empty. */
  readonly redactedData?: string;
}

export type MessagePart = TextPart | ImagePart | ToolCallPart | ToolResultPart | ReasoningPart;

/** One turn of a conversation; a string is one text part. Turns of one role may follow one another. */
export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly MessagePart[];
}

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /** The provider is to enforce the schema. */
  readonly strict?: boolean;
}

/** `required`: some tool must be called. */
export type ToolChoice = { readonly type: 'auto' | 'none' | 'required' } | { readonly type: 'tool'; readonly name: string };

/** Asks the model for JSON of this form. `jsonSchema` is a JSON Schema object (draft 2020-12), all properties required. */
export interface OutputSchema {
  readonly name: string;
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  /** False: the provider need not enforce it, and properties may be optional. Absent: true. */
  readonly strict?: boolean;
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
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stopSequences?: readonly string[];
  readonly outputSchema?: OutputSchema;
  /** Any JSON object is asked for, without a schema. */
  readonly jsonObject?: boolean;
  readonly tools?: readonly ToolDefinition[];
  /** Absent: `auto` where there are tools. */
  readonly toolChoice?: ToolChoice;
  /** False: at most one call a turn. Absent: the model's default. */
  readonly parallelToolCalls?: boolean;
  /** How much to think before the answer, `none` for not at all. Absent: the model's default. Models that cannot think ignore it. */
  readonly reasoning?: { readonly effort: 'none' | 'low' | 'medium' | 'high' } | { readonly budgetTokens: number };
  /** An opaque name of the end user, for the provider's abuse detection. */
  readonly endUser?: string;
}

/** `stop`: the model was done, or met a stop sequence (then `stopSequence` says which, where it is known). */
export type FinishReason = 'stop' | 'length' | 'refused' | 'tool-calls';

export interface ModelResponse {
  /** Exact text of the answer; JSON text when an output schema was asked for. Not yet validated. */
  readonly text: string;
  /** In the order in which the model made them. Absent: none. */
  readonly toolCalls?: readonly ToolCallPart[];
  /** Absent: none was shown. */
  readonly reasoning?: readonly ReasoningPart[];
  readonly finishReason: FinishReason;
  /** The one of the request's stop sequences that ended the answer, where the provider says it. */
  readonly stopSequence?: string;
  readonly usage: Usage;
  /** False when the provider reported no usage: `usage` is then a lower bound and the cost unknown. Absent: true. */
  readonly usageKnown?: boolean;
  /** The provider's name for what answered, which may be more exact than the one asked for. */
  readonly modelId: string;
}

/** What a streamed answer is made of before its end. `index` counts the tool calls of the answer from 0; their arguments may come interleaved. */
export type ContentStreamPart =
  | { readonly type: 'text'; readonly text: string }
  | {
    readonly type: 'reasoning';
    readonly text: string;
    /** Ends the piece of thinking that was streamed so far (`text` may be empty); the next reasoning part begins another one. */
    readonly signature?: string;
    /** Encrypted thinking, whole: a piece of its own, with an empty `text`. */
    readonly redactedData?: string;
  }
  | { readonly type: 'tool-call'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'tool-call-arguments'; readonly index: number; /** The next piece of `argumentsText`. */ readonly text: string };

/** Parts of a streamed answer. The last part of a stream that ended well is `end`, with all that was streamed; a cut stream throws. */
export type ModelStreamPart =
  | ContentStreamPart
  | { readonly type: 'end'; readonly response: ModelResponse };

export interface ModelCallOptions {
  /** Aborts the upstream request at once. */
  readonly signal: AbortSignal;
  /** Of several keys of the endpoint, the one to use. Absent: the one that the model was made with. */
  readonly apiKey?: string;
}

/** What a model can do besides answering text with text. */
export interface Abilities {
  readonly tools: boolean;
  readonly images: boolean;
  /** Keeps to an output schema by itself. */
  readonly jsonSchema: boolean;
  readonly streaming: boolean;
}

export interface EmbeddingResponse {
  /** One vector an input, in their order. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
  readonly usageKnown?: boolean;
  readonly modelId: string;
}

/** A model that turns texts into vectors. One upstream request a call; failures as a Model's. */
export interface EmbeddingModel {
  /** provider/model */
  readonly id: string;
  readonly provider: string;
  /** As in a Model. */
  readonly endpoint: string;
  /** Tokens of one input. */
  readonly contextWindow: number;
  embed(inputs: readonly string[], options: ModelCallOptions & { readonly dimensions?: number }): Promise<EmbeddingResponse>;
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
  /** Base URL of the server behind it, without credentials: models of one endpoint fail together. Empty: in this process. */
  readonly endpoint: string;
  readonly abilities: Abilities;
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
