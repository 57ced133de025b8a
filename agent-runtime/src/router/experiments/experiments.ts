import type { Scope } from '../../contract/decision.ts';
import type { Experiment } from '../../contract/experiment.ts';
import type { ModelPolicy } from '../../contract/task.ts';

/** What an arm changes of a request's routing. */
export interface ArmRouting {
  readonly model?: string;
  readonly policy?: ModelPolicy;
}

export interface Assignment {
  readonly experiment: string;
  readonly arm: string;
  readonly routing: ArmRouting;
  /** Arms to run beside it whose answers nobody sees. */
  readonly shadows: readonly { readonly arm: string; readonly routing: ArmRouting }[];
}

export interface ArmObservation {
  readonly experiment: string;
  readonly arm: string;
  readonly costUsd: number | null;
  readonly latencyMs: number;
  readonly succeeded: boolean;
  /** From an outside judge; null: not judged. */
  readonly quality: number | null;
}

export interface Experiments {
  /**
   * The same key gets the same arm while the experiment's split stays; with an empty one, each request is drawn by itself.
   * Null: no experiment takes this request.
   */
  assign(scope: Scope, purpose: string, key: string): Assignment | null;
  observe(observation: ArmObservation): void;
  /** A judgement that came later. */
  judge(experiment: string, arm: string, quality: number): void;
}

/** The experiments as people look at them and stop them. */
export interface ExperimentControl {
  /** In the order of the router file, with the results of all processes. */
  list(): Promise<readonly Experiment[]>;
  /** Throws `not_found`. */
  find(id: string): Promise<Experiment>;
  /** Requests are routed as if there were no such experiment, until it is started again. Throws `not_found`. */
  stop(id: string): Promise<Experiment>;
  /** Also gives stopped arms another chance: their stop rules count anew. Throws `not_found`; `invalid_request` when the file disables it. */
  start(id: string): Promise<Experiment>;
}
