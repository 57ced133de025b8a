import type { TaskArtifact } from '../contract/artifact.ts';
import type { Batch, BatchRequest } from '../contract/batch.ts';
import type { TaskEvent } from '../contract/event.ts';
import type { Task, TaskStatus } from '../contract/task.ts';

export interface SubmitOptions {
  /** Who submits: a stable, non-secret name of the API key. Idempotency keys are unique within it. */
  readonly tenant: string;
  /** The same key with the same request answers with the first batch; with another request it is a conflict. */
  readonly idempotencyKey?: string;
  /** The caller sent one task instead of a batch: the paths of its fields start with the field, not with `tasks.0`. */
  readonly single?: boolean;
  /** Answers when the batch has ended or after this time, whichever is first. Default 0: once it is durable. */
  readonly waitMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** Whose a task or a batch must be: another one's is as if it were not there. No tenant: anybody's. */
export interface Owner {
  readonly tenant?: string | undefined;
}

export interface WaitOptions extends Owner {
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

export interface TaskFilter extends Owner {
  readonly status?: TaskStatus;
  readonly agent?: string;
  readonly batchId?: string;
  /** 1 to 200. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface TaskPage {
  readonly tasks: readonly Task[];
  readonly nextCursor: string | null;
}

/** Counts for metrics and readiness. */
export interface TaskStatistics {
  readonly byStatus: Readonly<Record<TaskStatus, number>>;
  readonly callbacksPending: number;
  readonly callbacksFailed: number;
}

/** The task service as the api sees it. Methods throw AiosErrors; `not_found` where an id is unknown. */
export interface Tasks {
  /** Resolves once the batch is durable. `created` is false when the idempotency key had been used for it before. */
  submit(request: BatchRequest, options: SubmitOptions): Promise<{ readonly batch: Batch; readonly created: boolean }>;
  /** Answers when the batch has ended or after `waitMs`, whichever is first. */
  batch(id: string, options?: WaitOptions): Promise<Batch>;
  task(id: string, options?: WaitOptions): Promise<Task>;
  list(filter: TaskFilter): Promise<TaskPage>;
  /** Events after `afterSeq`, then new ones as they come; ends after the task's last one or when `signal` aborts. */
  events(taskId: string, options: { readonly afterSeq: number; readonly signal: AbortSignal }): AsyncIterable<TaskEvent>;
  /** A queued task ends at once, a running one is aborted; an ended one is a `task_state_conflict`. */
  cancel(id: string, owner?: Owner): Promise<Task>;
  /** Queues a failed, dead or cancelled task again with fresh attempts and its journal kept; its batch opens again. */
  retry(id: string, owner?: Owner): Promise<Task>;
  /** What the task has kept. */
  artifacts(id: string, owner?: Owner): Promise<readonly TaskArtifact[]>;
  statistics(): Promise<TaskStatistics>;
}
