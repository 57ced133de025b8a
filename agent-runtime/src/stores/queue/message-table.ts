import type { DatabaseSync } from 'node:sqlite';
import type { Delivery, QueueMessage } from './queue.ts';

/** The rows behind the embedded queue. Synchronous; times are in ms since 1970. */
export interface MessageTable {
  /** An id that is there keeps its place and comes no later than `visibleAt`; one that is out comes again. */
  publish(message: QueueMessage, visibleAt: number): void;
  /** Takes up to `count` messages of the agent that are visible at `now`, by priority, then by age. */
  take(agent: string, count: number, now: number, leaseUntil: number): readonly Delivery[];
  /** Keeps all messages that are out with this owner. */
  renew(leaseUntil: number): void;
  /** Does nothing when the delivery is not this owner's any more; so does `retry`. */
  ack(delivery: Delivery, now: number): void;
  /** Hidden until `visibleAt`, unless it was published again while it was out. */
  retry(delivery: Delivery, visibleAt: number, now: number): void;
  /** When the next message of one of the agents becomes visible, or became so; null: there is none. */
  nextVisibleAt(agents: Iterable<string>): number | null;
  depth(now: number): { readonly ready: number; readonly delayed: number; readonly running: number };
  transaction<Result>(work: () => Result): Result;
}

// `visible_at` is when a message may be taken: a delay and a lease are both nothing but a later time.
// `again` is set when an id is published while it is out: whoever has it may have looked before the reason came.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    agent TEXT NOT NULL,
    priority INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    deliveries INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    again INTEGER NOT NULL DEFAULT 0
  );
  DROP INDEX IF EXISTS messages_by_order;
  DROP INDEX IF EXISTS messages_by_visibility;
  CREATE INDEX IF NOT EXISTS messages_by_agent ON messages (agent, priority DESC, sequence);
  CREATE INDEX IF NOT EXISTS messages_by_time ON messages (agent, visible_at);
  CREATE INDEX IF NOT EXISTS messages_by_owner ON messages (owner) WHERE owner IS NOT NULL;
`;

/** Messages of a file from before they had an agent: no consumer takes them until the sweeper has published them again. */
function addAgent(database: DatabaseSync): void {
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all('messages').map(({ name }) => name);
  if (columns.length > 0 && !columns.includes('agent')) database.exec("ALTER TABLE messages ADD COLUMN agent TEXT NOT NULL DEFAULT ''");
}

/** `owner` names this process: what is out with it is guarded by its name and the count of deliveries. */
export function messageTable(database: DatabaseSync, owner: string): MessageTable {
  addAgent(database);
  database.exec(SCHEMA);
  const publish = database.prepare(`INSERT INTO messages (id, agent, priority, visible_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET agent = excluded.agent, again = (owner IS NOT NULL),
      visible_at = CASE WHEN owner IS NULL THEN MIN(visible_at, excluded.visible_at) ELSE visible_at END`);
  const take = database.prepare(`UPDATE messages SET owner = ?, visible_at = ?, deliveries = deliveries + 1, again = 0
    WHERE sequence IN (SELECT sequence FROM messages WHERE agent = ? AND visible_at <= ? ORDER BY priority DESC, sequence LIMIT ?)
    RETURNING sequence, id, agent, priority, deliveries`);
  const renew = database.prepare(`UPDATE messages SET visible_at = ? WHERE owner = ?`);
  const ack = database.prepare('DELETE FROM messages WHERE id = ? AND owner = ? AND deliveries = ? AND again = 0');
  const putBack = database.prepare(`UPDATE messages SET owner = NULL, again = 0,
      visible_at = CASE WHEN again = 1 THEN MIN(:now, :visibleAt) ELSE :visibleAt END
    WHERE id = :id AND owner = :owner AND deliveries = :deliveries`);
  const next = database.prepare('SELECT MIN(visible_at) AS next FROM messages WHERE agent = ?');
  const depth = database.prepare(`SELECT
      COUNT(*) FILTER (WHERE visible_at <= :now) AS ready,
      COUNT(*) FILTER (WHERE visible_at > :now AND owner IS NULL) AS delayed,
      COUNT(*) FILTER (WHERE visible_at > :now AND owner IS NOT NULL) AS running
    FROM messages`);

  return {
    publish(message, visibleAt) {
      publish.run(message.id, message.agent, message.priority, visibleAt);
    },
    take(agent, count, now, leaseUntil) {
      const rows = take.all(owner, leaseUntil, agent, now, count) as unknown as (Delivery & { sequence: number })[];
      return rows.sort((a, b) => b.priority - a.priority || a.sequence - b.sequence)
        .map(({ sequence: _sequence, ...delivery }) => delivery);
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
    nextVisibleAt(agents) {
      let earliest: number | null = null;
      for (const agent of agents) {
        const value = next.get(agent)?.['next'];
        if (typeof value === 'number' && (earliest === null || value < earliest)) earliest = value;
      }
      return earliest;
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
