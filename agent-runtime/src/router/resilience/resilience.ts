import type { AiosError } from '../../errors.ts';

/** Leave to make one call through a breaker. Ended once; later endings do nothing. */
export interface Permit {
  readonly probe: boolean;
  succeeded(): void;
  /** Only failures that say that the endpoint is unwell count; a refused request does not. */
  failed(error: AiosError): void;
  /** The caller went away before the end: says nothing about the endpoint. */
  cancelled(): void;
}

/** Keeps calls away from what fails, by key (an endpoint, or an endpoint with one API key). In memory: each process learns for itself. */
export interface Breaker {
  /** Null: open; `opensAgainInMs` says until when. A half-open one lets one probe at a time through. */
  enter(key: string): Permit | null;
  state(key: string): 'closed' | 'open' | 'half-open';
  /** 0 where it is not open. */
  opensAgainInMs(key: string): number;
}

/** One API key of an endpoint; `id` is safe to log. */
export interface EndpointKey {
  readonly id: string;
  readonly key: string;
}

/** Hands out the keys of one endpoint in turn, leaving out those that were refused or are limited for now. */
export interface KeyRing {
  /** Null: none can be used before `nextInMs`. An endpoint without keys gives `undefined`. */
  next(): EndpointKey | undefined | null;
  nextInMs(): number;
  /** How long that key still rests; 0: it can be used. */
  restsMs(id: string): number;
  /** Rate limits rest a key for its retry-after; a refused or unpaid key rests for minutes. */
  failed(id: string, error: AiosError): void;
  succeeded(id: string): void;
  readonly size: number;
  /** Of all keys, those that rest included. Empty: the endpoint takes none. */
  readonly ids: readonly string[];
}
