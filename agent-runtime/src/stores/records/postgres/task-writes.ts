import type { Database } from '../sql/tables.ts';
import type { TaskWrites } from '../sql/task-writes.ts';
import { acceptBatches } from './accept-batches.ts';
import { appendEvents } from './append-events.ts';
import { claimTasks } from './claim-tasks.ts';
import { endTasks } from './end-tasks.ts';
import { readBatches } from './read-batches.ts';

/**
 * The writes of every task as one statement each, which does the same for all tasks that ask for it at once. All parts of a
 * statement see the tables as they were before it, apart from rows that another transaction has changed meanwhile: a lock finds
 * them as they are then. So each condition that must hold stands where the task is locked, on columns of its own. The status is
 * compared with a value that is not in the text, as the planner would else look through all that has it.
 */
export function postgresWrites(database: Database): TaskWrites {
  return {
    accept: acceptBatches(database),
    claim: claimTasks(database),
    end: endTasks(database),
    append: appendEvents(database),
    readBatch: readBatches(database),
  };
}
