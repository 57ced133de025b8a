import type { ClaimedTask, Lease } from '../stores/records/records.ts';

/** A place in a worker of this process, kept for a task that is being accepted. It is to be used or given back. */
export interface Place {
  /** With which the task is to be claimed. */
  readonly lease: Lease;
  start(task: ClaimedTask): void;
  giveBack(): void;
}

/** A worker of this process that takes tasks without the way through the queue. */
export interface LocalWorker {
  /** Null: it has no place for it now. */
  reserve(task: { readonly id: string; readonly agent: string }): Place | null;
}
