import type { Memory } from '../state.ts';
import type { StateDatabase } from './state-database.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS lists (key TEXT PRIMARY KEY, ends_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS items (
    key TEXT NOT NULL REFERENCES lists (key) ON DELETE CASCADE, position INTEGER NOT NULL, item TEXT NOT NULL, PRIMARY KEY (key, position)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS members (
    name TEXT NOT NULL, member TEXT NOT NULL, value TEXT NOT NULL, ends_at INTEGER NOT NULL, PRIMARY KEY (name, member)
  ) WITHOUT ROWID;
`;

export function createEmbeddedMemory({ database, write, read }: StateDatabase): Memory & { sweep(now: number): void } {
  database.exec(SCHEMA);
  const get = database.prepare('SELECT value FROM kept WHERE key = ? AND ends_at > ?');
  const set = database.prepare('INSERT OR REPLACE INTO kept (key, value, ends_at) VALUES (?, ?, ?)');
  const drop = database.prepare('DELETE FROM kept WHERE key = ?');
  const dropEnded = database.prepare('DELETE FROM lists WHERE key = ? AND ends_at <= ?');
  const keepList = database.prepare('INSERT INTO lists (key, ends_at) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET ends_at = excluded.ends_at');
  const append = database.prepare(`INSERT INTO items (key, position, item)
    VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM items WHERE key = ?), ?) RETURNING position`);
  const trim = database.prepare('DELETE FROM items WHERE key = ? AND position <= ?');
  const items = database.prepare('SELECT item FROM items JOIN lists USING (key) WHERE key = ? AND ends_at > ? ORDER BY position');
  const dropList = database.prepare('DELETE FROM lists WHERE key = ?');
  const setMember = database.prepare('INSERT OR REPLACE INTO members (name, member, value, ends_at) VALUES (?, ?, ?, ?)');
  const dropMember = database.prepare('DELETE FROM members WHERE name = ? AND member = ?');
  const members = database.prepare('SELECT member, value FROM members WHERE name = ? AND ends_at > ?');
  const sweeps = ['kept', 'lists', 'members'].map((table) => database.prepare(`DELETE FROM ${table} WHERE ends_at <= ?`));
  return {
    get: (key) => read(() => (get.get(key, Date.now())?.['value'] as string | undefined) ?? null),
    set: (key, value, ttlMs) => write(() => void set.run(key, value, Date.now() + ttlMs)),
    delete: (key) => write(() => void drop.run(key)),
    append: (key, item, { keep, ttlMs }) => write(() => {
      const now = Date.now();
      dropEnded.run(key, now);
      keepList.run(key, now + ttlMs);
      trim.run(key, append.get(key, key, item)!['position'] as number - keep);
    }),
    items: (key) => read(() => items.all(key, Date.now()).map(({ item }) => item as string)),
    deleteItems: (key) => write(() => void dropList.run(key)),
    setMember: (group, member, value, ttlMs) => write(() => void setMember.run(group, member, value, Date.now() + ttlMs)),
    deleteMember: (group, member) => write(() => void dropMember.run(group, member)),
    members: (group) => read(() => new Map(members.all(group, Date.now())
      .map(({ member, value }) => [member as string, value as string] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    sweep(now) {
      for (const statement of sweeps) statement.run(now);
    },
  };
}
