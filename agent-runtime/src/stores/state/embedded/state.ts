import { join } from 'node:path';
import { watchForeignCommits } from '../../sqlite/foreign-commits.ts';
import { openDatabase } from '../../sqlite/open-database.ts';
import { storeError } from '../../sqlite/store-error.ts';
import type { State } from '../state.ts';
import { createEmbeddedEvents } from './events.ts';
import { createEmbeddedLeases } from './leases.ts';
import { createEmbeddedLimits } from './limits.ts';
import { createEmbeddedMemory } from './memory.ts';
import { createEmbeddedRates } from './rates.ts';
import type { StateDatabase } from './state-database.ts';
import { createWriteGroup } from './write-group.ts';

const SWEEP_MS = 60_000;

export interface EmbeddedStateOptions {
  /** Folder of the database file; several processes on one machine may share it. */
  readonly folder: string;
}

/**
 * The state in a SQLite file beside the others, so that all processes on one machine see the same, and a process that is
 * started again within the age limits finds what it left. The budgets have a file of their own: who counts money does not
 * wait for who says that he is alive.
 */
export function createEmbeddedState({ folder }: EmbeddedStateOptions): State {
  const database = openDatabase(join(folder, 'shared.sqlite'));
  let sweepAt = 0;
  const group = createWriteGroup({
    database,
    begin: () => undefined,
    end() {
      const now = Date.now();
      if (now < sweepAt) return;
      sweepAt = now + SWEEP_MS;
      for (const part of parts) part.sweep(now);
    },
  });
  const shared: StateDatabase = {
    database,
    write: group.write,
    async read(work) {
      group.refuseClosed();
      try {
        return work();
      } catch (error) {
        throw storeError(error);
      }
    },
  };
  const foreign = watchForeignCommits(database);
  const leases = createEmbeddedLeases(shared);
  const limits = createEmbeddedLimits(shared);
  const rates = createEmbeddedRates(shared);
  const memory = createEmbeddedMemory(shared);
  const events = createEmbeddedEvents(shared, foreign);
  const parts = [leases, limits, rates, memory, events];
  const ping = database.prepare('SELECT 1 FROM leases LIMIT 1');
  database.exec('PRAGMA busy_timeout = 0'); // from here on the write group waits
  let closing: Promise<void> | undefined;
  return {
    leases, limits, rates, events, memory,
    ping: () => shared.read(() => void ping.get()),
    close: () => closing ??= group.close().then(() => {
      foreign.close();
      events.close();
      database.close();
    }),
  };
}
