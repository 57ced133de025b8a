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

export interface Answer {
  readonly text: string;
  /** Default `stop`. */
  readonly finish?: 'stop' | 'length' | 'refused';
  /** `none`: the answer reports no usage, as some servers do. */
  readonly usage?: ReportedUsage | 'none';
}

/** What a stand-in does with a call. */
export type Behaviour =
  | Answer
  /** The service's own error. `retryAfter` is the value of the header. */
  | { readonly fail: FailureKind; readonly retryAfter?: string }
  /** Takes the request and never answers; streaming, after the first `afterChunks` pieces of text. */
  | { readonly stall: true; readonly afterChunks?: number }
  /** Ends the answer too early: `end` as if it were whole, `reset` by cutting the connection. */
  | { readonly cut: 'end' | 'reset'; readonly text: string; readonly afterChunks: number }
  /** An answer, or an event of a stream, that is not JSON. */
  | { readonly brokenJson: true }
  /** An error event in a stream that has begun. */
  | { readonly failInStream: FailureKind; readonly text: string; readonly afterChunks: number }
  /** Answers when the promise resolves. */
  | { readonly after: Promise<unknown>; readonly then: Behaviour };

/** A behaviour, a text to answer with, or a function that decides by the call. */
export type Script = string | Behaviour | ((call: LlmCall) => string | Behaviour | Promise<string | Behaviour>);

export async function behaviourFor(script: Script, call: LlmCall): Promise<Exclude<Behaviour, { after: unknown }>> {
  const decided = typeof script === 'function' ? await script(call) : script;
  const behaviour: Behaviour = typeof decided === 'string' ? { text: decided } : decided;
  if (!('after' in behaviour)) return behaviour;
  await behaviour.after;
  return behaviourFor(behaviour.then, call);
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
  return { input: prompt, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: Math.max(1, countOf(answer.text)), reasoning: 0, ...told };
}
