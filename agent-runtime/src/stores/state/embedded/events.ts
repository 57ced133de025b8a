import { randomUUID } from 'node:crypto';
import type { ForeignCommits } from '../../sqlite/foreign-commits.ts';
import { createListeners } from '../listeners.ts';
import type { Events } from '../state.ts';
import type { StateDatabase } from './state-database.ts';

const KEEP_MS = 60_000;
/** AUTOINCREMENT: no number is given twice, so a number that is missing is a message that was missed. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, text TEXT NOT NULL, said_by TEXT NOT NULL, said_at INTEGER NOT NULL
  );
`;

interface Message {
  readonly id: number;
  readonly topic: string;
  readonly text: string;
  readonly said_by: string;
}

/** Listeners of this process are told directly; other processes read what was said when they see that something was committed. */
export function createEmbeddedEvents({ database, write }: StateDatabase, foreign: ForeignCommits): Events & { sweep(now: number): void; close(): void } {
  database.exec(SCHEMA);
  const say = database.prepare('INSERT INTO messages (topic, text, said_by, said_at) VALUES (?, ?, ?, ?)');
  const last = database.prepare("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0) AS id");
  const since = database.prepare('SELECT id, topic, text, said_by FROM messages WHERE id > ? ORDER BY id');
  const sweep = database.prepare('DELETE FROM messages WHERE said_at <= ?');
  const listeners = createListeners();
  const me = randomUUID();
  let stop: (() => void) | undefined;
  let heard = 0;

  function hear(): void {
    const messages = unheard();
    const missed = messages.length > 0 && messages[0]!.id !== heard + 1;
    for (const { id, topic, text, said_by: speaker } of messages) {
      heard = id;
      if (speaker !== me) listeners.tell(topic, text);
    }
    if (missed) for (const topic of listeners.topics()) listeners.tell(topic, null);
  }

  /** What cannot be read now is read with what is said next. */
  function unheard(): readonly Message[] {
    try {
      return since.all(heard) as unknown as readonly Message[];
    } catch {
      return [];
    }
  }

  return {
    publish(topic, text) {
      listeners.tell(topic, text);
      write(() => say.run(topic, text, me, Date.now())).catch(() => undefined);
    },
    subscribe(topic, listener) {
      const remove = listeners.add(topic, listener);
      if (!stop) {
        heard = last.get()!['id'] as number;
        stop = foreign.listen(hear);
      }
      queueMicrotask(() => listener(null));
      return () => {
        remove();
        if (listeners.topics().length > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    sweep: (now) => void sweep.run(now - KEEP_MS),
    close: () => listeners.clear(),
  };
}
