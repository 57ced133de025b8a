import type { Scope } from '../../contract/decision.ts';
import type { ModelRequest } from '../../providers/model.ts';
import type { RoutedResponse, Routing } from '../routed-model.ts';

/** The part of an answer that is kept. */
export type CachedAnswer = Pick<RoutedResponse, 'text' | 'finishReason' | 'model' | 'offline'>
  & Partial<Pick<RoutedResponse, 'toolCalls' | 'reasoning' | 'stopSequence'>>;

export interface CacheHit {
  readonly answer: CachedAnswer;
  readonly kind: 'exact' | 'semantic';
}

/** The request as the embedding model of the semantic cache may have it, by the verdict on all of it; null: not at all. */
export type Told = ModelRequest | null;

/** Answers given before, by tenant, model and everything that the model is told. */
export interface ResponseCache {
  /**
   * Whether this request may be answered from and kept in the cache: never one with tools that have effects. `asked` is
   * what the caller said.
   */
  applies(request: ModelRequest, asked?: Routing['cache']): boolean;
  find(scope: Scope, model: string, request: ModelRequest, told: () => Told, signal: AbortSignal): Promise<CacheHit | null>;
  /** What must not be given again is not kept: an answer that was cut short, refused, empty, or that calls tools. */
  keep(scope: Scope, model: string, request: ModelRequest, told: () => Told, answer: CachedAnswer): void;
}
