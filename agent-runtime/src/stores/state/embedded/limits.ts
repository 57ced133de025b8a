import type { Limits } from '../state.ts';
import type { StateDatabase } from './state-database.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS places (
    name TEXT NOT NULL, holder TEXT NOT NULL, ends_at INTEGER NOT NULL, PRIMARY KEY (name, holder)
  ) WITHOUT ROWID;
`;

export function createEmbeddedLimits({ database, write, read }: StateDatabase): Limits & { sweep(now: number): void } {
  database.exec(SCHEMA);
  const others = database.prepare('SELECT count(*) AS taken FROM places WHERE name = ? AND holder <> ? AND ends_at > ?');
  const holds = database.prepare('SELECT 1 FROM places WHERE name = ? AND holder = ? AND ends_at > ?');
  const put = database.prepare('INSERT OR REPLACE INTO places (name, holder, ends_at) VALUES (?, ?, ?)');
  const give = database.prepare('DELETE FROM places WHERE name = ? AND holder = ?');
  const count = database.prepare('SELECT count(*) AS taken FROM places WHERE name = ? AND ends_at > ?');
  const sweep = database.prepare('DELETE FROM places WHERE ends_at <= ?');
  return {
    take: (holder, limits, ttlMs) => write(() => {
      const now = Date.now();
      for (const { name, limit } of limits) {
        if (!holds.get(name, holder, now) && Number(others.get(name, holder, now)?.['taken']) >= limit) return { taken: false, refusedBy: name };
      }
      for (const { name } of limits) put.run(name, holder, now + ttlMs);
      return { taken: true, place: { holder, names: limits.map(({ name }) => name) } };
    }),
    renew: (places, ttlMs) => write(() => {
      const endsAt = Date.now() + ttlMs;
      for (const { holder, names } of places) for (const name of names) put.run(name, holder, endsAt);
    }),
    give: ({ holder, names }) => write(() => {
      for (const name of names) give.run(name, holder);
    }),
    count: (name) => read(() => Number(count.get(name, Date.now())?.['taken'])),
    sweep: (now) => void sweep.run(now),
  };
}
