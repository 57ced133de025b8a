import type { DatabaseSync } from 'node:sqlite';
import type { Delivery, QueueMessage } from './queue.ts';

/** The rows behind the embedded queue. Synchronous; times are in ms since 1970. */
export interface MessageTable {
  /** An id that is there keeps its place and comes no later than `visibleAt`; one that is out comes again. */
  publish(message: QueueMessage, visibleAt: number): void;
  /** Takes up to `count` messages that are visible at `now`, by priority, then by age. */
  take(count: number, now: number, leaseUntil: number): readonly Delivery[];
  /** Keeps all messages that are out with this owner. */
  renew(leaseUntil: number): void;
  /** Does nothing when the delivery is not this owner's any more; so does `retry`. */
  ack(delivery: Delivery, now: number): void;
  /** Hidden until `visibleAt`, unless it was published again while it was out. */
  retry(delivery: Delivery, visibleAt: number, now: number): void;
  isVisible(now: number): boolean;
  /** When the next message becomes visible, or null when there is none. */
  nextVisibleAt(): number | null;
  depth(now: number): { readonly ready: number; readonly delayed: number; readonly running: number };
  transaction<Result>(work: () => Result): Result;
}

// `visible_at` is when a message may be taken: a delay and a lease are both nothing but a later time.
// `again` is set when an id is published while it is out: whoever has it may have looked before the reason came.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    again INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS messages_by_order ON messages (priority DESC, sequence);
  CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (visible_at);
  CREATE INDEX IF NOT EXISTS messages_by_owner ON messages (owner) WHERE owner IS NOT NULL;
`;

/** `owner` names this process: what is out with it is guarded by its name and the count of deliveries. */
export function messageTable(database: DatabaseSync, owner: string): MessageTable {
  database.exec(SCHEMA);
  const publish = database.prepare(`INSERT INTO messages (id, priority, visible_at) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET again = (owner IS NOT NULL),
      visible_at = CASE WHEN owner IS NULL THEN MIN(visible_at, excluded.visible_at) ELSE visible_at END`);
  const anyVisible = database.prepare('SELECT 1 AS found FROM messages WHERE visible_at <= ? LIMIT 1');
  const take = database.prepare(`UPDATE messages SET owner = ?, visible_at = ?, deliveries = deliveries + 1, again = 0
    WHERE sequence IN (SELECT sequence FROM messages WHERE visible_at <= ? ORDER BY priority DESC, sequence LIMIT ?)
    RETURNING sequence, id, priority, deliveries`);
  const renew = database.prepare(`UPDATE messages SET visible_at = ? WHERE owner = ?`);
  const ack = database.prepare('DELETE FROM messages WHERE id = ? AND owner = ? AND deliveries = ? AND again = 0');
  const putBack = database.prepare(`UPDATE messages SET owner = NULL, again = 0,
      visible_at = CASE WHEN again = 1 THEN MIN(:now, :visibleAt) ELSE :visibleAt END
    WHERE id = :id AND owner = :owner AND deliveries = :deliveries`);
  const next = database.prepare('SELECT MIN(visible_at) AS next FROM messages');
  const depth = database.prepare(`SELECT
      COUNT(*) FILTER (WHERE visible_at <= :now) AS ready,
      COUNT(*) FILTER (WHERE visible_at > :now AND owner IS NULL) AS delayed,
      COUNT(*) FILTER (WHERE visible_at > :now AND owner IS NOT NULL) AS running
    FROM messages`);

  return {
    publish(message, visibleAt) {
      publish.run(message.id, message.priority, visibleAt);
    },
    isVisible: (now) => anyVisible.get(now) !== undefined,
    take(count, now, leaseUntil) {
      const rows = take.all(owner, leaseUntil, now, count) as unknown as (Delivery & { sequence: number })[];
      return rows.sort((a, b) => b.priority - a.priority || a.sequence - b.sequence)
        .map(({ id, priority, deliveries }) => ({ id, priority, deliveries }));
    },
    renew(leaseUntil) {
      renew.run(leaseUntil, owner);
    },
    ack({ id, deliveries }, now) {
      if (Number(ack.run(id, owner, deliveries).changes) === 0) putBack.run({ now, visibleAt: now, id, owner, deliveries });
    },
    retry({ id, deliveries }, visibleAt, now) {
      putBack.run({ now, visibleAt, id, owner, deliveries });
    },
    nextVisibleAt() {
      const value = next.get()?.['next'];
      return value === null || value === undefined ? null : Number(value);
    },
    depth(now) {
      const row = depth.get({ now });
      return { ready: Number(row?.['ready']), delayed: Number(row?.['delayed']), running: Number(row?.['running']) };
    },
    transaction(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
  };
}
