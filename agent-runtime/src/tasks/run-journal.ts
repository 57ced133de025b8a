import { setTimeout as pause } from 'node:timers/promises';
import { modelReport, type ModelReport, type ReportedCall } from '../contract/usage.ts';
import { toAiosError } from '../errors.ts';
import type { Charge, ClaimedTask, JournalEntry, Records } from '../stores/records/records.ts';

/** What one run of a task keeps and spends. */
export interface RunJournal {
  /** JSON value of an entry of this run or an earlier one; undefined when there is none. */
  find(step: string, requestHash: string): Promise<unknown>;
  /** Writes the entry and its charges in one commit. While the records are away it waits for them: it was paid for. */
  write(entry: JournalEntry, charges: readonly Charge[]): Promise<void>;
  charge(charges: readonly Charge[]): Promise<void>;
  /** By all runs of the task. */
  spend(): Promise<ModelReport>;
}

const NANO = 1_000_000_000;
/** For so long what was paid for is tried to be written while the records are away: longer than a server takes to start again. */
const KEEP_TRYING_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** Does it again while the store is away. It is told whether it may have been done before. Throws its last error. */
async function untilKept(write: (state: { readonly repeated: boolean }) => Promise<void>): Promise<void> {
  const until = performance.now() + KEEP_TRYING_MS;
  for (let pauseMs = FIRST_PAUSE_MS, repeated = false; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2), repeated = true) {
    try {
      return await write({ repeated });
    } catch (error) {
      if (toAiosError(error).code !== 'store_unavailable' || performance.now() >= until) throw error;
      await pause(pauseMs, undefined, { ref: false });
    }
  }
}

/** The first run of a task has nothing to find but what it wrote itself, so the store is asked for no more than that. */
export function createRunJournal(records: Records, task: ClaimedTask, now: () => number): RunJournal {
  const first = task.fence === 1;
  const written = new Set<string>();
  const charged: ReportedCall[] = [];
  const note = (charges: readonly Charge[]) => void charged.push(...charges.map(({ model, usage, errorCode, offline, costUsd, costStatus }) => ({
    model, usage, offline, costStatus, answered: errorCode === null, costNanoUsd: costUsd === null ? null : Math.round(costUsd * NANO),
  })));
  return {
    async find(step, requestHash) {
      return first && !written.has(step) ? undefined : records.runs.journalled(task.taskId, step, requestHash);
    },
    async write(entry, charges) {
      written.add(entry.step);
      note(charges);
      await untilKept((state) => records.runs.journal(task, entry, charges, now(), state));
    },
    async charge(charges) {
      note(charges);
      await untilKept((state) => records.runs.charge(task.taskId, charges, now(), state));
    },
    async spend() {
      return first ? modelReport(charged) : records.runs.spend(task.taskId);
    },
  };
}
