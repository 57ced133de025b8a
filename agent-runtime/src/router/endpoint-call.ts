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

/** How long until a call can be made with any of the keys, in ms; 0: now. */
export function waitMs(breaker: Breaker, keys: KeyRing, { endpoint, id }: Reached): number {
  if (keys.ids.length === 0) return breaker.opensAgainInMs(breakerKey(endpoint, id, ''));
  let least = Infinity;
  for (const key of keys.ids) least = Math.min(least, Math.max(keys.restsMs(key), breaker.opensAgainInMs(breakerKey(endpoint, id, key))));
  return least;
}

/** The next key whose breaker lets a call through, or the operational error that says when to come back. */
export function enterEndpoint(breaker: Breaker, keys: KeyRing, model: Reached): EndpointPass | AiosError {
  for (let tried = 0; tried < Math.max(1, keys.size); tried += 1) {
    const key = keys.next();
    if (key === null) {
      return new AiosError('model_rate_limited', `All API keys of ${model.id} rest for now.`, { retryAfterMs: Math.max(1, keys.nextInMs()) });
    }
    const name = breakerKey(model.endpoint, model.id, key?.id ?? '');
    const permit = breaker.enter(name);
    if (permit !== null) return pass(permit, keys, key);
  }
  const ms = Math.max(1, waitMs(breaker, keys, model));
  return new AiosError('model_circuit_open',
    `${model.id} is left alone for ${Math.ceil(ms / 1_000)} s, because it failed or limited calls lately.`, { retryAfterMs: ms });
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

/** One breaker for each endpoint, key and model: a model that is unwell says nothing about its neighbours. */
function breakerKey(endpoint: string, modelId: string, keyId: string): string {
  return `${endpoint}#${keyId}#${modelId}`;
}
