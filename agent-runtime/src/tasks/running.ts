import { AiosError } from '../errors.ts';
import type { Run } from '../stores/records/records.ts';
import { createSuspects, type Suspects } from './suspects.ts';
import { createTurns, type Turns } from './turns.ts';

/** A delivery that a worker is busy with. */
export interface RunUnderWay {
  readonly taskId: string;
  readonly controller: AbortController;
  /** Set once the task is claimed. */
  fence: number | null;
  /** Until when nobody else can claim it, as far as this worker knows: what it has heard of the records. In ms since 1970. */
  leaseUntil: number;
}

/** What one worker is busy with. */
export interface Running {
  /** Before the claim, so that a cancellation right after it is not missed. */
  start(taskId: string): RunUnderWay;
  end(run: RunUnderWay): void;
  /** Aborts what runs of the task. */
  abort(taskId: string, reason: AiosError): void;
  abortAll(reason: AiosError): void;
  /** Those that hold a lease. */
  leased(): readonly RunUnderWay[];
  count(): number;
  readonly suspects: Suspects;
  readonly turns: Turns;
}

export function createRunning(now: () => number): Running {
  const runs = new Set<RunUnderWay>();
  return {
    start(taskId) {
      const run: RunUnderWay = { taskId, controller: new AbortController(), fence: null, leaseUntil: 0 };
      runs.add(run);
      return run;
    },
    end: (run) => void runs.delete(run),
    abort(taskId, reason) {
      for (const run of runs) if (run.taskId === taskId) run.controller.abort(reason);
    },
    abortAll(reason) {
      for (const { controller } of runs) controller.abort(reason);
    },
    leased: () => [...runs].filter((run) => run.fence !== null),
    count: () => runs.size,
    suspects: createSuspects(now),
    turns: createTurns(now),
  };
}

/** Notes that those of `leased` that are among `held` last until then, and aborts the others. */
export function keepHeld(leased: readonly RunUnderWay[], held: readonly Run[], leaseUntil: number): void {
  const kept = new Set(held.map((run) => `${run.taskId}/${run.fence}`));
  for (const run of leased) {
    const { taskId, fence, controller } = run;
    if (kept.has(`${taskId}/${fence}`)) run.leaseUntil = Math.max(run.leaseUntil, leaseUntil);
    else controller.abort(leaseOver(taskId));
  }
}

export function leaseOver(taskId: string): AiosError {
  return new AiosError('lease_lost', `The lease of task ${taskId} ended while it ran: another worker may have it. Nothing is to be done.`);
}
