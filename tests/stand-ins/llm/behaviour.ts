import type { LlmCall } from './call.ts';

/** Tokens that an answer reports. What is left out is estimated, or 0. */
export interface ReportedUsage {
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite5m?: number;
  readonly cacheWrite1h?: number;
  readonly output?: number;
  readonly reasoning?: number;
}

export type FailureKind =
  | 'rate-limited' | 'overloaded' | 'unauthorized' | 'forbidden' | 'billing' | 'not-found' | 'bad-request' | 'context-too-long' | 'refused'
  | 'server-error';

export interface ScriptedToolCall {
  /** Default: `call_1`, `call_2` and so on, in the style of the service. */
  readonly id?: string;
  readonly name: string;
  /** A text is sent as it is, broken or not, where the service can. Default `{}`. */
  readonly arguments?: Readonly<Record<string, unknown>> | string;
}

/** Thinking, as far as the service has it; `signature` and `redacted` are Anthropic's. */
export type ScriptedThought = { readonly text: string; readonly signature?: string } | { readonly redacted: string };

export interface Answer {
  readonly text?: string;
  readonly toolCalls?: readonly ScriptedToolCall[];
  readonly thoughts?: readonly ScriptedThought[];
  /** Default `stop`, or what the service says of tool calls. */
  readonly finish?: 'stop' | 'length' | 'refused' | 'paused' | 'context-full';
  /** The stop sequence that ended it, where the service tells it. */
  readonly stopSequence?: string;
  /** `none`: the answer reports no usage, as some servers do. */
  readonly usage?: ReportedUsage | 'none';
  /** Sizes in bytes of the pieces that a stream is sent in, over and over. Default: an event each. */
  readonly chunkBytes?: readonly number[];
  /**
   * How an OpenAI-compatible server streams tool calls. `indexed`: as OpenAI. `interleaved`: pieces of all calls in turn.
   * `whole`: each call in one piece. `repeated`: id and name with every piece. `unindexed`: no index, the id at the
   * beginning. `all-zero`: every call has index 0.
   */
  readonly toolStyle?: 'indexed' | 'interleaved' | 'whole' | 'repeated' | 'unindexed' | 'all-zero';
  /** The usage comes with every chunk, as vLLM's continuous one. */
  readonly usageOnEveryChunk?: boolean;
}

/** What a stand-in does with a call. */
export type Behaviour =
  | Answer
  /** The service's own error. `retryAfter` is the value of the header. */
  | { readonly fail: FailureKind; readonly retryAfter?: string; readonly headers?: Readonly<Record<string, string>> }
  /** This answer, whatever the service is: a text as it is, anything else as JSON. */
  | { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** These bytes with status 200. Default type: that of the service's streams. Then the answer ends, is cut or stays open. */
  | { readonly bytes: string | Uint8Array; readonly type?: string; readonly then?: 'end' | 'reset' | 'stall'; readonly chunkBytes?: readonly number[] }
  /** Takes the request and never answers; streaming, after the first `afterChunks` pieces of text. */
  | { readonly stall: true; readonly afterChunks?: number }
  /** Ends the answer too early: `end` as if it were whole, `reset` by cutting the connection. `afterBytes` counts all that is sent. */
  | ({ readonly cut: 'end' | 'reset' } & ({ readonly text: string; readonly afterChunks: number } | { readonly answer: Answer; readonly afterBytes: number }))
  /** An answer, or an event of a stream, that is not JSON. */
  | { readonly brokenJson: true }
  /** An error event in a stream that has begun. */
  | { readonly failInStream: FailureKind; readonly text: string; readonly afterChunks: number }
  /** Answers when the promise resolves, or after a time. */
  | { readonly after: Promise<unknown> | number; readonly then: Behaviour };

export type DecidedBehaviour = Exclude<Behaviour, { after: unknown }>;

/** A behaviour, a text to answer with, or a function that decides by the call. */
export type Script = string | Behaviour | ((call: LlmCall) => string | Behaviour | Promise<string | Behaviour>);

export async function behaviourFor(script: Script, call: LlmCall): Promise<DecidedBehaviour> {
  const decided = typeof script === 'function' ? await script(call) : script;
  const behaviour: Behaviour = typeof decided === 'string' ? { text: decided } : decided;
  if (!('after' in behaviour)) return behaviour;
  const { after } = behaviour;
  await (typeof after === 'number' ? new Promise((resolve) => { setTimeout(resolve, after); }) : after);
  return behaviourFor(behaviour.then, call);
}

/** The same for two answers of a script: an answer with the text that it may leave out. */
export function textOfAnswer(answer: Answer): string {
  return answer.text ?? '';
}

/** JSON text of a scripted call's arguments. */
export function argumentsOf({ arguments: given }: ScriptedToolCall): string {
  return typeof given === 'string' ? given : JSON.stringify(given ?? {});
}

/** Pieces that a text is streamed in: a few words each. */
export function piecesOf(text: string): string[] {
  return text.match(/[\s\S]{1,24}/g) ?? [];
}

/** Tokens of a text as the stand-ins count them. */
export function countOf(text: string): number {
  return Math.ceil(text.length / 4);
}

/** All classes of what an answer reports. `prompt` is what the call's input counts when the script does not say. */
export function usageOf(answer: Answer, prompt: number): Required<ReportedUsage> {
  const told = answer.usage === 'none' ? {} : answer.usage ?? {};
  const written = [textOfAnswer(answer), ...(answer.toolCalls ?? []).map((call) => call.name + argumentsOf(call))].join('');
  return { input: prompt, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: Math.max(1, countOf(written)), reasoning: 0, ...told };
}
