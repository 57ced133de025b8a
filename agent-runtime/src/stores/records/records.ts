import type { Batch } from '../../contract/batch.ts';
import type { TaskEvent } from '../../contract/event.ts';
import type { Task, TaskError, TaskOptions, TaskStatus } from '../../contract/task.ts';
import type { Cost, ModelReport, Usage } from '../../contract/usage.ts';
import type { Scope } from '../../contract/decision.ts';
import type { ErrorCode } from '../../errors.ts';
import type { CallbackRecords } from './callback-records.ts';
import type { RetentionRecords } from './retention-records.ts';
import type { RoutingRecords } from './routing-records.ts';
import type { ScheduleRecords } from './schedule-records.ts';

export type { CallbackSettlement, DueCallback } from './callback-records.ts';

/** What is durably known of batches, tasks and what they did. Times are ms since 1970. Failures: `store_unavailable`. */
export interface Records {
  readonly batches: BatchRecords;
  readonly tasks: TaskRecords;
  readonly runs: RunRecords;
  readonly receipts: ReceiptRecords;
  readonly callbacks: CallbackRecords;
  readonly routing: RoutingRecords;
  readonly schedules: ScheduleRecords;
  readonly retention: RetentionRecords;
  /**
   * ms since 1970 by the clock that all processes of these records share, whatever their hosts' clocks say. Whoever writes
   * or judges a lease, a deadline or a due time is to use it for its `now`.
   */
  now(): number;
  /** Calls `listener` after each change that somebody may wait for. Answers with the function that stops it. */
  watch(listener: (change: Change) => void): () => void;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** `elsewhere`: another process changed something, it is not said what; look again. Others were made here, or by a process that told. */
export type Change =
  | { readonly type: 'task'; readonly taskId: string }
  | { readonly type: 'cancel-requested'; readonly taskId: string }
  | { readonly type: 'batch-ended'; readonly batchId: string }
  | { readonly type: 'callback-due' }
  | { readonly type: 'schedule-due' }
  | { readonly type: 'elsewhere' };

export interface NewTask {
  readonly id: string;
  readonly agent: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly options: TaskOptions;
}

export interface NewBatch {
  readonly id: string;
  readonly tenant: string;
  readonly idempotencyKey: string | null;
  /** Tells a repeated request from another one under the same key. */
  readonly requestHash: string;
  /** As `URL` writes it. */
  readonly callbackUrl: string | null;
  readonly tasks: readonly NewTask[];
}

export interface BatchRecords {
  /**
   * Stores the batch with its tasks in one commit, or finds the one that the tenant's key was used for before. Tasks with
   * a lease, by their id, are claimed in the same commit.
   */
  accept(batch: NewBatch, now: number, leases?: ReadonlyMap<string, Lease>): Promise<{
    readonly id: string;
    readonly created: boolean;
    readonly requestHash: string;
    /** Those with a lease, if the batch was created. */
    readonly claimed: readonly ClaimedTask[];
    /** Resolves when the batch survives a power failure; nobody is told of it before. */
    durable(): Promise<void>;
  }>;
  find(id: string): Promise<Batch | null>;
  /** Null: there is no such batch. */
  hasEnded(id: string): Promise<boolean | null>;
  /** Who submitted it. Null: there is no such batch. */
  tenant(id: string): Promise<string | null>;
}

export type Outcome =
  | { readonly status: 'succeeded'; readonly result: Readonly<Record<string, unknown>> }
  | { readonly status: 'failed' | 'dead' | 'cancelled'; readonly error: TaskError };

export interface TaskQuery {
  /** Who submitted them; absent: anybody. */
  readonly tenant?: string;
  readonly status?: TaskStatus;
  readonly agent?: string;
  readonly batchId?: string;
  readonly after?: string;
  readonly limit: number;
}

export interface TaskRecords {
  find(id: string): Promise<Task | null>;
  status(id: string): Promise<TaskStatus | null>;
  /** Who submitted it. Null: there is no such task. */
  tenant(id: string): Promise<string | null>;
  /** What it is to do. Null: there is no such task. */
  work(id: string): Promise<Pick<ClaimedTask, 'tenant' | 'agent' | 'operation' | 'input'> | null>;
  /** Newest first. `after`: the last id of the page before. */
  list(query: TaskQuery): Promise<readonly Task[]>;
  events(taskId: string, afterSeq: number): Promise<readonly TaskEvent[]>;
  /** Ends a task that nobody runs. False: it is not queued. */
  endQueued(id: string, outcome: Outcome, now: number): Promise<boolean>;
  /** Asks whoever runs it to stop. False: it is not running. */
  requestCancel(id: string): Promise<boolean>;
  /** Of these tasks, those whose cancellation was asked for. */
  cancelRequested(ids: readonly string[]): Promise<readonly string[]>;
  /** Queues an ended task that did not succeed again, with fresh attempts; its batch opens again. False: not such a task. */
  reopen(id: string, now: number): Promise<boolean>;
  /** Tasks that may have to be put into the queue, by id, each with the time from which it can be claimed. */
  runnable(page: {
    readonly dueBefore: number; readonly leaseEndsBefore: number; readonly afterId: string; readonly limit: number;
  }): Promise<readonly { readonly id: string; readonly agent: string; readonly at: number }[]>;
  /** Queued tasks whose deadline has passed. */
  overdue(now: number, limit: number): Promise<readonly { readonly id: string; readonly deadlineMs: number; readonly lastError: string | null }[]>;
  counts(): Promise<Readonly<Record<TaskStatus, number>>>;
}

/** One run of a task by one worker. The first claim of a task has the fence 1, every later one a higher one. */
export interface Run {
  readonly taskId: string;
  readonly fence: number;
}

/** Who may run a task, and until when if it is not renewed. */
export interface Lease {
  /** Names one worker in the installation. */
  readonly owner: string;
  readonly leaseUntil: number;
}

export interface ClaimedTask extends Run {
  readonly batchId: string;
  /** Of its batch. */
  readonly tenant: string;
  readonly agent: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly options: TaskOptions;
  readonly attempt: number;
  /** How many workers died, or lost the task, while they ran it. */
  readonly interruptions: number;
  readonly deadlineAt: number;
  readonly cancelRequested: boolean;
}

export type Claim =
  | { readonly outcome: 'claimed'; readonly task: ClaimedTask }
  /** It has ended, or never was. */
  | { readonly outcome: 'gone' }
  /** It is not due, or another worker has it: try again at `at`. */
  | { readonly outcome: 'later'; readonly at: number };

export interface JournalEntry {
  readonly step: string;
  /** Same step and hash: same entry. */
  readonly requestHash: string;
  readonly value: unknown;
  readonly event: { readonly type: 'step-finished' | 'model-answered'; readonly data: Readonly<Record<string, unknown>> };
}

/** A model call as the ledger keeps it. */
export interface Charge extends Cost {
  readonly step: string;
  readonly model: string;
  readonly provider: string;
  readonly usage: Usage;
  readonly durationMs: number;
  /** Null: it answered. */
  readonly errorCode: ErrorCode | null;
  readonly attempt: number;
  readonly offline: boolean;
  /** The most a call of unknown cost can have cost; null or absent: not known either. */
  readonly worstCaseUsd?: number | null;
  /** Unique to the call: by it a repeated write finds what is there. */
  readonly callId?: string;
  /** The decision that the call was made for, and whom for. */
  readonly decisionId?: string;
  readonly scope?: Scope;
}

/** `repeated`: the same was written before and its answer was lost, so charges that are there are left out. */
export interface Repeated {
  readonly repeated: boolean;
}

/** An entry of the journal with what it cost. */
export interface Journalled {
  readonly entry: JournalEntry;
  readonly charges: readonly Charge[];
}

/** Writes of a run. Each throws `lease_lost`, and changes nothing, when the task has been claimed again or has ended. */
export interface RunRecords {
  claim(taskId: string, lease: Lease, now: number): Promise<Claim>;
  /** Renews all leases of the owner and answers with the runs it still has. */
  renew(owner: string, leaseUntil: number): Promise<readonly Run[]>;
  event(run: Run, type: TaskEvent['type'], data: Readonly<Record<string, unknown>>, now: number): Promise<void>;
  /** JSON value of an earlier entry; undefined when there is none. */
  journalled(taskId: string, step: string, requestHash: string): Promise<unknown>;
  /** Writes the entry and its charges in one commit. The charges stay even when the lease is lost: they were spent. */
  journal(run: Run, entry: JournalEntry, charges: readonly Charge[], now: number, repeated?: Repeated): Promise<void>;
  /** Not guarded: what was spent was spent. */
  charge(taskId: string, charges: readonly Charge[], now: number, repeated?: Repeated): Promise<void>;
  spend(taskId: string): Promise<ModelReport>;
  /** USD of the task's calls; one of unknown cost counts with its worst case where there is one. */
  committedCostUsd(taskId: string): Promise<number>;
  /** `last`: what `journal` would write, in the same commit. Its charges stay even when the lease is lost. */
  finish(run: Run, outcome: Outcome, now: number, last?: Journalled): Promise<void>;
  /** Queues it for another attempt. */
  postpone(run: Run, error: TaskError, dueAt: number, now: number): Promise<void>;
  /** Gives it back as if this attempt had not been made. */
  release(run: Run, now: number): Promise<void>;
}

export type Reservation =
  /** This run may do it. Somebody who is not running any more may have done it already. */
  | { readonly state: 'reserved' }
  | { readonly state: 'done'; readonly result: unknown }
  /** Another task that is running is at it. */
  | { readonly state: 'busy'; readonly taskId: string };

export interface ReceiptRecords {
  /** Takes the pending receipt of an effect for this run; guarded as the writes of RunRecords. */
  reserve(run: Run, key: string, now: number): Promise<Reservation>;
  /** Notes the effect's result. Not guarded by the lease, as the effect has happened. */
  complete(run: Run, key: string, result: unknown, now: number): Promise<void>;
}
