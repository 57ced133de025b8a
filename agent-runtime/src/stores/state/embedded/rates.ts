import type { StatementSync } from 'node:sqlite';
import type { RateLimiterRes, RateLimiterSQLite } from 'rate-limiter-flexible';
import { rateAnswer, windowSeconds } from '../rate-answer.ts';
import type { Rate, Rates } from '../state.ts';
import type { StateDatabase } from './state-database.ts';

const TABLE = 'rates';

export function createEmbeddedRates({ database, write }: StateDatabase): Rates & { sweep(now: number): void } {
  database.exec(`CREATE TABLE IF NOT EXISTS ${TABLE} (key TEXT PRIMARY KEY, points INTEGER NOT NULL DEFAULT 0, expire INTEGER) WITHOUT ROWID`);
  const sweep = database.prepare(`DELETE FROM ${TABLE} WHERE expire <= ?`);
  const limiters = new Map<string, RateLimiterSQLite>();
  const prepared = new Map<string, StatementSync>();
  /** What the limiter wants of a client, on our database: its transactions become ours. */
  const client = {
    prepare(sql: string) {
      const statement = prepared.get(sql) ?? database.prepare(sql);
      prepared.set(sql, statement);
      return statement;
    },
    transaction: <Result>(work: () => Result) => () => write(work),
  };

  async function limiterOf(rate: Rate): Promise<RateLimiterSQLite> {
    const { RateLimiterSQLite } = await import('rate-limiter-flexible');
    const name = `${rate.points}/${rate.perMs}`;
    let limiter = limiters.get(name);
    if (!limiter) {
      const duration = windowSeconds(rate);
      limiter = new RateLimiterSQLite({
        storeClient: client, storeType: 'better-sqlite3', tableName: TABLE, tableCreated: true,
        points: rate.points, duration, keyPrefix: `${duration}`,
      });
      limiters.set(name, limiter);
    }
    return limiter;
  }

  return {
    async consume(key, rate, count = 1) {
      const limiter = await limiterOf(rate);
      return rateAnswer(await limiter.consume(key, count).catch((refused: RateLimiterRes | Error) => {
        if (refused instanceof Error) throw refused;
        return refused;
      }), rate);
    },
    sweep: (now) => void sweep.run(now),
  };
}
