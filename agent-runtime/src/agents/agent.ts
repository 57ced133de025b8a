import type { z } from 'zod';
import type { RoutedResponse } from '../router/routed-model.ts';
import type { ModelRequest } from '../providers/model.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { ModelReport } from '../contract/usage.ts';

/** An outward write that must happen once. */
export interface Effect<Result> {
  /**
   * What is done to what, unique in the whole installation: `github-review:acme/shop#7@<head sha>`. The receipt is kept
   * under it, so a second task that wants the same effect gets the first one's result. Never holds a secret.
   */
  readonly key: string;
  /**
   * Looks for the effect's marker at the other side; asked before it is done, as an earlier attempt or an installation
   * whose receipts were lost may have done it. Null: not there.
   */
  readonly find: (marker: string) => Promise<Result | null>;
  /** Does it, leaving the marker where `find` finds it. */
  readonly perform: (marker: string) => Promise<Result>;
}

/** What an operation may use while it runs. All of it is bound to the task; a retried task replays what it had done. */
export interface OperationContext {
  readonly taskId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborted when the task is cancelled, its deadline passes, its lease is lost or the worker stops. */
  readonly signal: AbortSignal;
  /**
   * Asks the router, once for each `step`: the answer is journalled before it is returned, so a retried task does not
   * pay again. `step` must be the same in each attempt and unique in the task; the same step with another request is
   * asked anew. Budget, policy and ledger are handled here.
   */
  ask(step: string, request: ModelRequest): Promise<RoutedResponse>;
  /** Runs `read` once for each `step` and journals its JSON result. For reads whose answer must not change on a retry. */
  remember<Result>(step: string, read: () => Promise<Result>): Promise<Result>;
  /** Does an outward write once, whatever crashes: receipt before, marker at the other side, receipt after. */
  effect<Result>(effect: Effect<Result>): Promise<Result>;
  /**
   * A working copy of a repository at a commit, for this run alone: it is removed when the run ends. `repository`: what git
   * clones from; `revision`: a full SHA, branch, tag or ref.
   */
  workspace(repository: string, revision: string): Promise<Workspace>;
  /** Stores a result where it outlives the task: people get a link to it. Of two with one name the later is the newest version. */
  keep(name: string, content: Uint8Array, contentType?: string): Promise<void>;
  /** Says how far the task is, to people who watch its events. */
  progress(message: string): Promise<void>;
  /** What the task has spent so far, earlier attempts included. */
  spend(): Promise<ModelReport>;
}

export interface Operation<Input = unknown, Result = unknown> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: z.ZodType<Input>;
  readonly resultSchema: z.ZodType<Result>;
  /** The repository (`owner/name`) that a task with this input works on; absent or null: none. For limits alone. */
  repositoryOf?(input: Input): string | null;
  /** Throws AiosErrors; whatever else it throws is a bug. */
  run(input: Input, context: OperationContext): Promise<Result>;
}

export interface Agent {
  /** kebab-case, as in POST /v1/tasks. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly operations: readonly Operation[];
}
