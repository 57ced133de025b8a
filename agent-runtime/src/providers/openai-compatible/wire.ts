/** What servers of OpenAI's chat completions answer with, as far as it is read. Whatever is missing is left out by some of them. */
export interface ChatCompletion {
  readonly model?: string;
  readonly choices?: readonly {
    readonly message?: WireMessage;
    readonly finish_reason?: string | null;
    /** vLLM: the stop sequence that ended the answer, or the id of a token. */
    readonly stop_reason?: string | number | null;
  }[];
  readonly usage?: WireUsage | null;
}

export interface ChatCompletionChunk {
  readonly model?: string;
  readonly choices?: readonly {
    readonly delta?: WireMessage;
    readonly finish_reason?: string | null;
    readonly stop_reason?: string | number | null;
  }[];
  readonly usage?: WireUsage | null;
}

export interface WireMessage {
  readonly content?: string | readonly { readonly type?: string; readonly text?: string }[] | null;
  readonly refusal?: string | null;
  /** DeepSeek and vLLM until 0.11. */
  readonly reasoning_content?: string | null;
  /** vLLM since 0.11, and OpenRouter. */
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly WireToolCall[] | null;
}

export interface WireToolCall {
  readonly index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | Readonly<Record<string, unknown>> | null };
}

export interface WireUsage {
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null; readonly cache_write_tokens?: number | null } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null } | null;
  /** DeepSeek. */
  readonly prompt_cache_hit_tokens?: number;
}
