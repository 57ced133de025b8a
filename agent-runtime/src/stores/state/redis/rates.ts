import type { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { rateAnswer, windowSeconds } from '../rate-answer.ts';
import type { Rate, Rates } from '../state.ts';
import type { Client } from './client.ts';
import type { RedisConnection } from './connection.ts';

/** A window is a counter that the server forgets at its end. */
export function createRedisRates({ connection, keyPrefix }: { readonly connection: RedisConnection; readonly keyPrefix: string }): Rates {
  /** By client, as a limiter defines its script on it. */
  const limiters = new WeakMap<Client, Map<string, RateLimiterRedis>>();

  async function limiterOf(client: Client, rate: Rate, duration: number): Promise<RateLimiterRedis> {
    const { RateLimiterRedis } = await import('rate-limiter-flexible');
    const known = limiters.get(client) ?? new Map<string, RateLimiterRedis>();
    limiters.set(client, known);
    const name = `${rate.points}/${rate.perMs}`;
    let limiter = known.get(name);
    if (!limiter) {
      limiter = new RateLimiterRedis({ storeClient: client, points: rate.points, duration, keyPrefix: `${keyPrefix}:rate:${duration}` });
      known.set(name, limiter);
    }
    return limiter;
  }

  return {
    async consume(key, rate, count = 1) {
      const duration = windowSeconds(rate);
      return rateAnswer(await connection.ask(async (client) => {
        const limiter = await limiterOf(client, rate, duration);
        return limiter.consume(key, count).catch((refused: RateLimiterRes | Error) => {
          if (refused instanceof Error) throw refused;
          return refused;
        });
      }), rate);
    },
  };
}
