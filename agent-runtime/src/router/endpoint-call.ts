import { AiosError } from '../errors.ts';
import type { Breaker, EndpointKey, KeyRing, Permit } from './resilience/resilience.ts';

interface Reached {
  readonly id: string;
  readonly endpoint: string;
}

/** Leave to call an endpoint with one of its keys. Ended once. */
export interface EndpointPass {
  readonly key: EndpointKey | undefined;
  succeeded(): void;
  failed(error: AiosError): void;
  cancelled(): void;
}

/** One breaker for each endpoint, key and model: a model that is unwell says nothing about its neighbours. */
export function breakerKeysOf({ id, endpoint }: Reached, keys: KeyRing): readonly string[] {
  return keys.ids.length === 0 ? [breakerKey(endpoint, id, '')] : keys.ids.map((key) => breakerKey(endpoint, id, key));
}

/** Whether a call could be made now, with any of the keys. */
export function canEnter(breaker: Breaker, keys: KeyRing, model: Reached): boolean {
  return keys.nextInMs() === 0 && breakerKeysOf(model, keys).some((key) => breaker.opensAgainInMs(key) === 0);
}

/** The next key whose breaker lets a call through, or the operational error that says when to come back. */
export function enterEndpoint(breaker: Breaker, keys: KeyRing, model: Reached): EndpointPass | AiosError {
  let waitMs = Infinity;
  for (let tried = 0; tried < Math.max(1, keys.size); tried += 1) {
    const key = keys.next();
    if (key === null) {
      return new AiosError('model_rate_limited', `All API keys of ${model.id} rest for now.`, { retryAfterMs: Math.max(1, keys.nextInMs()) });
    }
    const name = breakerKey(model.endpoint, model.id, key?.id ?? '');
    const permit = breaker.enter(name);
    if (permit !== null) return pass(permit, keys, key);
    waitMs = Math.min(waitMs, breaker.opensAgainInMs(name));
  }
  return new AiosError('model_circuit_open',
    `${model.id} failed so often lately that it is left alone for ${Math.ceil(waitMs / 1_000)} s.`, { retryAfterMs: Math.max(1, waitMs) });
}

function pass(permit: Permit, keys: KeyRing, key: EndpointKey | undefined): EndpointPass {
  return {
    key,
    succeeded() {
      permit.succeeded();
      if (key) keys.succeeded(key.id);
    },
    failed(error) {
      permit.failed(error);
      // Rate limits are often a model's own, so they are the breaker's matter; a refused key is refused for all models.
      if (key && error.code !== 'model_rate_limited') keys.failed(key.id, error);
    },
    cancelled: () => permit.cancelled(),
  };
}

function breakerKey(endpoint: string, modelId: string, keyId: string): string {
  return `${endpoint}#${keyId}#${modelId}`;
}
