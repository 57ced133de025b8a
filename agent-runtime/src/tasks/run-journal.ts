import { setTimeout as pause } from 'node:timers/promises';
import { modelReport, type ModelReport, type ReportedCall } from '../contract/usage.ts';
import { AiosError, toAiosError } from '../errors.ts';
import type { Charge, ClaimedTask, Journalled, JournalEntry, Outcome, Records } from '../stores/records/records.ts';

/** What one run of a task keeps and spends. */
export interface RunJournal {
  /** JSON value of an entry of this run or an earlier one; undefined when there is none. What was written before is kept by then. */
  find(step: string, requestHash: string): Promise<unknown>;
  /**
   * Keeps the entry and its charges in one commit, which begins in the next turn of the event loop, or is the task's own end
   * where that comes sooner. Whatever the run does next outside of itself waits for it: see `kept`.
   */
  write(entry: JournalEntry, charges: readonly Charge[]): void;
  /** Resolves when all that was written is kept. While the records are away it waits for them: it was paid for. */
  kept(): Promise<void>;
  /** Ends the task, in one commit with an entry that is not under way yet. */
  finish(outcome: Outcome): Promise<void>;
  charge(charges: readonly Charge[]): Promise<void>;
  /** By all runs of the task. */
  spend(): Promise<ModelReport>;
}

const NANO = 1_000_000_000;
/** For so long what was paid for is tried to be written while the records are away: longer than a server takes to start again. */
const KEEP_TRYING_MS = 60_000;
/** When the process is to end: whoever stops it waits no longer. */
const LAST_TRY_MS = 1_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Does it again while the store is away. It is told whether it may have been done before. Throws its last error. */
async function untilKept(signal: AbortSignal, write: (state: { readonly repeated: boolean }) => Promise<void>): Promise<void> {
  let until = performance.now() + KEEP_TRYING_MS;
  const hurry = () => {
    if (isShutDown(signal)) until = Math.min(until, performance.now() + LAST_TRY_MS);
  };
  hurry();
  signal.addEventListener('abort', hurry);
  try {
    for (let pauseMs = FIRST_PAUSE_MS, repeated = false; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2), repeated = true) {
      try {
        return await write({ repeated });
      } catch (error) {
        if (toAiosError(error).code !== 'store_unavailable' || performance.now() >= until) throw error;
        await pause(isShutDown(signal) ? FIRST_PAUSE_MS : pauseMs, undefined, { ref: false });
      }
    }
  } finally {
    signal.removeEventListener('abort', hurry);
  }
}

function isShutDown({ reason }: AbortSignal): boolean {
  return reason instanceof AiosError && reason.code === 'shutting_down';
}

/** `signal`: of the run. The first run of a task has nothing to find but what it wrote itself, so the store is asked for no more than that. */
export function createRunJournal(records: Records, task: ClaimedTask, now: () => number, signal: AbortSignal): RunJournal {
  const first = task.fence === 1;
  const written = new Set<string>();
  const charged: ReportedCall[] = [];
  const note = (charges: readonly Charge[]) => void charged.push(...charges.map(({ model, usage, errorCode, offline, costUsd, costStatus }) => ({
    model, usage, offline, costStatus, answered: errorCode === null, costNanoUsd: costUsd === null ? null : Math.round(costUsd * NANO),
  })));
  /** Not under way yet. */
  const waiting: Journalled[] = [];
  let underWay: Promise<void> = Promise.resolve();

  function keep({ entry, charges }: Journalled, before = { repeated: false }): Promise<void> {
    return untilKept(signal, ({ repeated }) => records.runs.journal(task, entry, charges, now(), { repeated: repeated || before.repeated }));
  }

  /** Begins to keep what waits, but for so many of the last. */
  function kept(left = 0): Promise<void> {
    if (waiting.length > left) {
      underWay = Promise.all([underWay, ...waiting.splice(0, waiting.length - left).map((one) => keep(one))]).then(() => undefined);
      underWay.catch(() => undefined); // whoever waits for it is told
    }
    return underWay;
  }

  return {
    async find(step, requestHash) {
      await kept();
      return first && !written.has(step) ? undefined : records.runs.journalled(task.taskId, step, requestHash);
    },
    write(entry, charges) {
      written.add(entry.step);
      note(charges);
      if (waiting.length === 0) setImmediate(() => void kept().catch(() => undefined));
      waiting.push({ entry, charges });
    },
    kept: () => kept(),
    async finish(outcome) {
      await kept(1);
      // If that took its time, the last one is under way too.
      if (waiting.length === 0) await kept();
      const last = waiting.pop();
      try {
        await records.runs.finish(task, outcome, now(), last);
      } catch (error) {
        const { code } = toAiosError(error);
        // When somebody else has the task, what was paid is in the ledger by now.
        if (!last || code === 'lease_lost') throw error;
        await keep(last, { repeated: true });
        if (code !== 'store_unavailable') throw error;
        await records.runs.finish(task, outcome, now());
      }
    },
    async charge(charges) {
      note(charges);
      await untilKept(signal, (state) => records.runs.charge(task.taskId, charges, now(), state));
    },
    async spend() {
      if (first) return modelReport(charged);
      await kept();
      return records.runs.spend(task.taskId);
    },
  };
}
