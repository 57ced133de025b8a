import { randomUUID } from 'node:crypto';
import type { Change } from '../records.ts';
import { listen, type Listening } from '../../postgres/listen.ts';
import type { PostgresSettings } from '../../postgres/postgres-options.ts';

/** Between one notification of this process and the next. */
const EVERY_MS = 20;
const RETRY_MS = 500;
/** Postgres takes less than 8,000 bytes in one. */
const LARGEST = 7_500;
/** From so many on it is not said any more what has changed. */
const MOST_PAYLOADS = 8;

const LETTERS = { 'task': 't', 'cancel-requested': 'c', 'batch-ended': 'b', 'callback-due': 'd', 'schedule-due': 's', 'elsewhere': 'e' } as const;

/** What one process tells the others of its changes, and hears of theirs. */
export interface ChangeFeed {
  publish(changes: readonly Change[]): void;
  /** Listens from the first listener on until the last one is gone. */
  watch(listener: (change: Change) => void): () => void;
  close(): Promise<void>;
}

export interface ChangeFeedOptions {
  readonly settings: PostgresSettings;
  readonly channel: string;
  /** Sends each as a notification, in a transaction of its own. */
  readonly send: (payloads: readonly string[]) => Promise<unknown>;
}

/**
 * Changes by LISTEN and NOTIFY. A commit with a notification holds a lock on the whole server, so none is sent from the
 * transactions of the tasks: what has changed is gathered and sent some milliseconds later. A crash may prevent that, so who
 * listens is told to look by itself every ten seconds.
 */
export function createChangeFeed({ settings, channel, send }: ChangeFeedOptions): ChangeFeed {
  const me = randomUUID().slice(0, 8);
  const pending = new Set<string>();
  const listeners = new Set<(change: Change) => void>();
  let listening: Listening | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;
  let sentAt = -Infinity;
  let closed = false;

  function schedule(delayMs: number): void {
    if (closed || sending) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      sending = flush().then((againMs) => {
        sending = undefined;
        if (pending.size > 0) schedule(againMs);
      });
    }, delayMs);
  }

  /** Answers when the next one may follow, in ms. */
  async function flush(): Promise<number> {
    const items = [...pending];
    pending.clear();
    sentAt = performance.now();
    try {
      await send(payloadsOf(me, items));
      return EVERY_MS;
    } catch {
      // Others may have been listening all the while.
      pending.add(LETTERS.elsewhere);
      return RETRY_MS;
    }
  }

  function tell(change: Change): void {
    for (const listener of [...listeners]) listener(change);
  }

  return {
    publish(changes) {
      for (const change of changes) pending.add(written(change));
      schedule(Math.max(1, sentAt + EVERY_MS - performance.now()));
    },
    watch(listener) {
      listeners.add(listener);
      listening ??= listen({
        settings, channel,
        heard: (payload) => changesIn(payload, me).forEach(tell),
        missed: () => tell({ type: 'elsewhere' }),
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        void listening?.stop();
        listening = undefined;
      };
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      closed = true;
      await sending;
      if (pending.size > 0) await flush();
      listeners.clear();
      await listening?.stop();
    },
  };
}

function written(change: Change): string {
  const id = 'taskId' in change ? change.taskId : 'batchId' in change ? change.batchId : '';
  return LETTERS[change.type] + id;
}

function payloadsOf(me: string, items: readonly string[]): readonly string[] {
  const groups: string[][] = [[]];
  let size = 0;
  for (const item of items) {
    const length = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (size + length > LARGEST) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(item);
    size += length;
  }
  const told = groups.length > MOST_PAYLOADS ? [[LETTERS.elsewhere]] : groups;
  return told.map((group) => JSON.stringify([me, ...group]));
}

/** Of others; what is not understood, such as a newer version's, means that something has changed. */
function changesIn(payload: string, me: string): readonly Change[] {
  const parsed = parse(payload);
  if (parsed === null) return [{ type: 'elsewhere' }];
  const [from, ...items] = parsed;
  return from === me ? [] : items.map(read);
}

function parse(payload: string): readonly string[] | null {
  try {
    const value = JSON.parse(payload) as unknown;
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : null;
  } catch {
    return null;
  }
}

function read(item: string): Change {
  const id = item.slice(1);
  switch (item[0]) {
    case LETTERS.task: return { type: 'task', taskId: id };
    case LETTERS['cancel-requested']: return { type: 'cancel-requested', taskId: id };
    case LETTERS['batch-ended']: return { type: 'batch-ended', batchId: id };
    case LETTERS['callback-due']: return { type: 'callback-due' };
    case LETTERS['schedule-due']: return { type: 'schedule-due' };
    default: return { type: 'elsewhere' };
  }
}
