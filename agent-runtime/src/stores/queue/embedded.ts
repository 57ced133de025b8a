import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AiosError } from '../../errors.ts';
import { openDatabase } from '../sqlite/open-database.ts';
import { storeError } from '../sqlite/store-error.ts';
import { watchForeignCommits } from '../sqlite/foreign-commits.ts';
import { createConsumers } from './embedded-consumers.ts';
import { messageTable } from './message-table.ts';
import type { Queue, QueueLog } from './queue.ts';

export interface EmbeddedQueueOptions {
  /** Folder of the database file; several processes on one machine may share it. */
  readonly folder: string;
  /** How long a message whose consumer died stays hidden. A live consumer renews it. */
  readonly leaseMs: number;
  readonly now?: () => number;
  readonly log?: QueueLog;
}

/**
 * A queue in a SQLite file. Writes of one turn of the event loop are committed together, and a message that is published
 * where it is consumed is delivered in the commit that made it durable.
 */
export function createEmbeddedQueue(options: EmbeddedQueueOptions): Queue {
  // The records are the truth and what is lost here is published again, so a commit need not wait for the disk.
  const database = openDatabase(join(options.folder, 'queue.db'));
  const now = options.now ?? Date.now;
  const table = messageTable(database, randomUUID());
  const foreign = watchForeignCommits(database);
  const consumers = createConsumers({ table, foreign, now, leaseMs: options.leaseMs, log: options.log ?? (() => undefined) });
  let closed = false;

  function usable(): void {
    if (closed) throw new AiosError('store_unavailable', 'The queue is closed: the runtime is shutting down. Try again.');
  }

  return {
    async publish(message, { delayMs = 0 } = {}) {
      usable();
      await consumers.publish(message.agent, () => table.publish(message, now() + delayMs));
    },
    consume(consumeOptions, handler) {
      usable();
      return consumers.add(consumeOptions, handler);
    },
    admit: () => undefined,
    async lostBefore() {
      return Infinity;
    },
    async depth() {
      usable();
      return table.depth(now());
    },
    async ping() {
      usable();
      try {
        table.depth(now());
      } catch (error) {
        throw storeError(error);
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await consumers.close();
      foreign.close();
      database.close();
    },
  };
}
