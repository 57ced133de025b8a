import type { FastifyInstance } from 'fastify';
import { AiosError, toAiosError } from '../../errors.ts';
import type { Rates } from '../../stores/state/state.ts';

export interface RateLimitOptions {
  readonly rates: Pick<Rates, 'consume'>;
  readonly requestsPerMinute: number;
}

const MINUTE_MS = 60_000;

/**
 * Lets each API key make so many requests a minute, over all processes, and says what is left as
 * draft-ietf-httpapi-ratelimit-headers has it. Where that cannot be counted, requests are let through: it is no protection
 * of data. To be registered after the API key is known.
 */
export function limitRates(app: FastifyInstance, { rates, requestsPerMinute }: RateLimitOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    let answer;
    try {
      answer = await rates.consume(`api:${request.tenant}`, { points: requestsPerMinute, perMs: MINUTE_MS });
    } catch (error) {
      request.log.warn({ reqId: request.id, reason: toAiosError(error).message }, 'requests are not counted');
      return;
    }
    const resetSeconds = Math.ceil(answer.resetMs / 1_000);
    reply.header('ratelimit-policy', `"key";q=${requestsPerMinute};w=60`).header('ratelimit', `"key";r=${answer.remaining};t=${resetSeconds}`);
    if (!answer.allowed) {
      throw new AiosError('rate_limited', `The API key "${request.tenant}" has used its ${requestsPerMinute} requests of this minute. Wait ${resetSeconds} s, or raise AIOS_RATE_LIMIT.`,
        { retryAfterMs: answer.retryAfterMs });
    }
  });
}
