import type { Change, Claim, Journalled, Lease, Outcome, Run } from '../records.ts';
import type { NewEvent } from './events.ts';
import type { BatchTable, CallbackTable, InputTable, LedgerRow, TaskRow, TaskTable } from './tables.ts';

export interface NewRows {
  readonly batch: BatchTable;
  readonly tasks: readonly TaskTable[];
  readonly inputs: readonly InputTable[];
  readonly events: readonly NewEvent[];
}

export interface EarlierBatch {
  readonly id: string;
  readonly requestHash: string;
}

/** A batch with all that is shown of it. */
export interface StoredBatch {
  readonly batch: Pick<BatchTable, 'id' | 'callback_url' | 'created_at' | 'ended_at'>
    & { readonly [Column in 'status' | 'attempts' | 'last_error']: CallbackTable[Column] | null };
  /** By position. */
  readonly tasks: readonly TaskRow[];
  /** In the order of their making. */
  readonly ledger: readonly LedgerRow[];
}

export interface EndingTask {
  readonly taskId: string;
  /** Null: no run has it. */
  readonly fence: number | null;
}

/**
 * What is written, and read, on the way of every task; each write is one commit. A database in the same process takes them statement by statement;
 * one at the end of a wire as one statement, as each costs a round trip, during which rows are locked.
 */
export interface TaskWrites {
  /** Null: stored. Else nothing is, as the tenant's key was used before. */
  accept(rows: NewRows): Promise<EarlierBatch | null>;
  /** Gives the task to one worker: a queued one that is due, or a running one whose lease has ended. */
  claim(taskId: string, lease: Lease, now: number): Promise<Claim>;
  /**
   * Ends a task: its row, its event, its batch's countdown, and, when it was the last one, the batch and its callback. Null:
   * the run with that fence has it no more, or, where `fence` is null, it is not queued; of `last` only the charges are kept then.
   */
  end(task: EndingTask, outcome: Outcome, now: number, last?: Journalled): Promise<readonly Change[] | null>;
  /** An event of a run, with its journal entry. False: the run has the task no more, and only the charges are kept. */
  append(run: Run, event: Pick<NewEvent, 'type' | 'data'>, now: number, journalled?: Journalled): Promise<boolean>;
  /** Null: there is no such batch. */
  readBatch(id: string): Promise<StoredBatch | null>;
}
