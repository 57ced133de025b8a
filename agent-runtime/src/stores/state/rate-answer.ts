import type { Rate, RateAnswer } from './state.ts';

/** What the limiters of both drivers answer with, also when they refuse. */
interface Consumed {
  readonly consumedPoints: number;
  readonly remainingPoints: number;
  readonly msBeforeNext: number;
}

export function rateAnswer({ consumedPoints, remainingPoints, msBeforeNext }: Consumed, { points }: Rate): RateAnswer {
  const allowed = consumedPoints <= points;
  return { allowed, remaining: remainingPoints, resetMs: msBeforeNext, retryAfterMs: allowed ? 0 : msBeforeNext };
}

/** Throws when the window is not of whole seconds: the limiter would round it, or never end it. */
export function windowSeconds({ perMs }: Rate): number {
  const seconds = perMs / 1_000;
  if (!Number.isInteger(seconds) || seconds < 1) throw new TypeError(`A rate's window must be of whole seconds, not ${perMs} ms.`);
  return seconds;
}
