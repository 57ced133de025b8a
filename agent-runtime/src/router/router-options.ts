import type { Decision } from '../contract/decision.ts';
import type { KeptDecision } from '../stores/records/routing-records.ts';
import type { ResponseCache } from './cache/response-cache.ts';
import type { PlanParts } from './plan.ts';
import type { ModelAttempt } from './routed-model.ts';

/** Keeps decisions; `find` sees those too that are not written yet. */
export interface Decisions {
  /** Asked before a request is routed: throws when so many are not written yet that no more are taken. Undefined: there is room. */
  room(): Promise<void> | undefined;
  keep(kept: KeptDecision): void;
  find(id: string): Promise<Decision | null>;
}

export interface RouterOptions extends PlanParts {
  readonly cache: ResponseCache;
  readonly decisions: Decisions;
  /** The longest one upstream call may take where the router file does not say it. */
  readonly modelTimeoutMs: number;
  /** Told of each upstream call, for metrics. */
  readonly observe?: (attempt: ModelAttempt) => void;
  /** Milliseconds of a clock that does not go back. Default: the process's. */
  readonly now?: () => number;
  /** Waits before a call is repeated. Default: a timer. */
  readonly wait?: (delayMs: number, signal: AbortSignal) => Promise<void>;
  /** Told of each call that failed. Holds no secrets and no text of the request. */
  readonly log?: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}
