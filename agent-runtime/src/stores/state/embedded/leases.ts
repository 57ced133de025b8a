import type { Leases } from '../state.ts';
import type { StateDatabase } from './state-database.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, fence INTEGER NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS highest_fence (id INTEGER PRIMARY KEY CHECK (id = 1), fence INTEGER NOT NULL);
`;

/** Fences are microseconds since 1970, or one more than the highest: so they grow when the file was deleted, too. */
export function createEmbeddedLeases({ database, write }: StateDatabase): Leases & { sweep(now: number): void } {
  database.exec(SCHEMA);
  const holder = database.prepare('SELECT owner FROM leases WHERE name = ? AND ends_at > ?');
  const nextFence = database.prepare(`INSERT INTO highest_fence (id, fence) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET fence = max(fence + 1, excluded.fence) RETURNING fence`);
  const put = database.prepare('INSERT OR REPLACE INTO leases (name, owner, fence, ends_at) VALUES (?, ?, ?, ?)');
  const renew = database.prepare('UPDATE leases SET ends_at = ? WHERE name = ? AND owner = ? AND fence = ? AND ends_at > ?');
  const release = database.prepare('DELETE FROM leases WHERE name = ? AND owner = ? AND fence = ?');
  const sweep = database.prepare('DELETE FROM leases WHERE ends_at <= ?');
  return {
    acquire: (name, { owner, ttlMs }) => write(() => {
      const now = Date.now();
      const held = holder.get(name, now);
      if (held && held['owner'] !== owner) return null;
      const fence = nextFence.get(now * 1_000)!['fence'] as number;
      put.run(name, owner, fence, now + ttlMs);
      return { name, owner, fence };
    }),
    renew: ({ name, owner, fence }, ttlMs) => write(() => {
      const now = Date.now();
      return renew.run(now + ttlMs, name, owner, fence, now).changes === 1;
    }),
    release: ({ name, owner, fence }) => write(() => void release.run(name, owner, fence)),
    sweep: (now) => void sweep.run(now),
  };
}
