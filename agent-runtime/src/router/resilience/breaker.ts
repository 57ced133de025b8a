import { Circuit } from './circuit.ts';
import type { Breaker } from './resilience.ts';
import type { BreakerSettings } from './settings.ts';

/**
 * A circuit breaker for each key. It opens on failures of the endpoint (unavailable, overloaded, timeout, cut stream, invalid
 * output), never on errors of the caller; a rate limit closes the way for its retry-after only. `settings` is asked each
 * time, so that a change of the configuration leaves what was learnt. `now`: milliseconds of a clock that does not go back.
 */
export function createBreaker(settings: () => BreakerSettings, now: () => number): Breaker {
  const circuits = new Map<string, Circuit>();
  return {
    enter(key) {
      let circuit = circuits.get(key);
      if (circuit === undefined) {
        circuit = new Circuit(settings, now);
        circuits.set(key, circuit);
      }
      return circuit.enter();
    },
    state: (key) => circuits.get(key)?.state() ?? 'closed',
    opensAgainInMs: (key) => circuits.get(key)?.opensAgainInMs(now()) ?? 0,
  };
}
