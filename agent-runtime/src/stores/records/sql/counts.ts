import { sql, type SqlBool } from 'kysely';
import type { TaskStatus } from '../../../contract/task.ts';
import type { Database } from './tables.ts';

type Counts = Record<TaskStatus, number>;

/** All of history is counted so seldom that it takes no more than this part of the time. */
const SHARE = 1 / 200;
const SHORTEST_MS = 1_000;

/** Tells SQL that the index without the succeeded tasks has what is asked for; SQLite finds that out in these words only. */
export const notSucceeded = sql<SqlBool>`status <> 'succeeded'`;

/** How many tasks there are by status. */
export interface TaskCounts {
  read(): Promise<Readonly<Counts>>;
  /** A task was ended through this object. */
  ended(status: TaskStatus): void;
  /** One was taken from those that have ended. */
  reopened(): void;
}

/**
 * Open tasks are counted each time, by an index that holds nothing else. Ended ones are as many as history is long: what was
 * counted last is kept, with what this process has added since, and counted again the more seldom the longer it takes.
 */
export function createTaskCounts(database: Database, clock: () => number = () => performance.now()): TaskCounts {
  let known: Counts | undefined;
  let countAgainAt = 0;

  async function countEnded(): Promise<Counts> {
    const startedAt = clock();
    const rows = await database.selectFrom('tasks').select(['status', (expression) => expression.fn.countAll<number>().as('count')])
      .where(notSucceeded).groupBy('status').execute();
    const all = await database.selectFrom('tasks').select((expression) => expression.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
    const counts: Counts = { queued: 0, running: 0, succeeded: Number(all.count), failed: 0, dead: 0, cancelled: 0 };
    for (const row of rows) {
      counts[row.status] = Number(row.count);
      counts.succeeded -= Number(row.count);
    }
    countAgainAt = clock() + Math.max(SHORTEST_MS, (clock() - startedAt) / SHARE);
    return known = counts;
  }

  return {
    async read() {
      if (!known || clock() >= countAgainAt) return { ...await countEnded() };
      const rows = await database.selectFrom('tasks').select(['status', (expression) => expression.fn.countAll<number>().as('count')])
        .where('status', 'in', ['queued', 'running']).where(notSucceeded).groupBy('status').execute();
      const counts = { ...known, queued: 0, running: 0 };
      for (const row of rows) counts[row.status] = Number(row.count);
      return counts;
    },
    ended(status) {
      if (known) known[status] += 1;
    },
    reopened() {
      known = undefined;
    },
  };
}
