import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AiosError } from '../../errors.ts';
import type { Model } from '../../providers/model.ts';
import type { Limit, Limits, Place } from '../../stores/state/state.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
const PLACE_TTL_MS = 30_000;

export interface LimitedCallsOptions {
  readonly limits: Limits;
  /** Shared by all models of an endpoint, in all processes. */
  readonly limit: Limit;
  /** How long a call waits for a place before it fails as `model_rate_limited`, so that another model can be tried. */
  readonly waitMs?: number;
  /** 0 to 1. */
  readonly random?: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** A model of which no more calls are under way at once than its endpoint allows, whatever processes make them. */
export function limitCalls(model: Model, { limits, limit, waitMs = 30_000, random = Math.random, log }: LimitedCallsOptions): Model {
  /** Undefined: the limits cannot be asked. A limit spares the endpoint, so its loss stops no call. */
  async function enter(signal: AbortSignal): Promise<Place | undefined> {
    const until = performance.now() + waitMs;
    const holder = randomUUID();
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      signal.throwIfAborted();
      try {
        const answer = await limits.take(holder, [limit], PLACE_TTL_MS);
        if (answer.taken) return answer.place;
      } catch (error) {
        log('call-limit-not-asked', { limit: limit.name, error: error instanceof Error ? error.message : String(error) });
        return undefined;
      }
      if (performance.now() >= until) {
        throw new AiosError('model_rate_limited',
          `${limit.limit} calls to the endpoint of ${model.id} are under way, as many as its maxConcurrent allows. Try again, or raise it.`,
          { retryAfterMs: LONGEST_PAUSE_MS });
      }
      await pause(pauseMs * (0.5 + random() / 2), undefined, { signal });
    }
  }

  async function* within<Part>(signal: AbortSignal, call: () => AsyncIterable<Part>): AsyncGenerator<Part> {
    const place = await enter(signal);
    if (place === undefined) return yield* call();
    const renewal = setInterval(() => void limits.renew([place], PLACE_TTL_MS).catch(() => undefined), PLACE_TTL_MS / 3);
    try {
      yield* call();
    } finally {
      clearInterval(renewal);
      void limits.give(place).catch(() => undefined); // it ends by itself
    }
  }

  return {
    ...model,
    async generate(request, options) {
      for await (const response of within(options.signal, async function* once() { yield await model.generate(request, options); })) return response;
      throw new AiosError('internal', `The call to ${model.id} ended without an answer. Please report this.`);
    },
    stream: (request, options) => within(options.signal, () => model.stream(request, options)),
  };
}
