import { NO_USAGE, type ModelReport } from '../contract/usage.ts';
import type { Charge, ClaimedTask, JournalEntry, Records } from '../stores/records/records.ts';

/** What one run of a task keeps and spends. */
export interface RunJournal {
  /** JSON value of an entry of this run or an earlier one; undefined when there is none. */
  find(step: string, requestHash: string): Promise<unknown>;
  /** Writes the entry and its charges in one commit. */
  write(entry: JournalEntry, charges: readonly Charge[]): Promise<void>;
  charge(charges: readonly Charge[]): Promise<void>;
  /** By all runs of the task. */
  spend(): Promise<ModelReport>;
}

const NOTHING: ModelReport = { costUsd: 0, costStatus: 'free', models: [], calls: 0, usage: NO_USAGE, offline: false };

/** The first run of a task has nothing to find but what it wrote itself, so the store is asked for no more than that. */
export function createRunJournal(records: Records, task: ClaimedTask, now: () => number): RunJournal {
  const first = task.fence === 1;
  const written = new Set<string>();
  let charged = false;
  return {
    async find(step, requestHash) {
      return first && !written.has(step) ? undefined : records.runs.journalled(task.taskId, step, requestHash);
    },
    async write(entry, charges) {
      written.add(entry.step);
      charged ||= charges.length > 0;
      await records.runs.journal(task, entry, charges, now());
    },
    async charge(charges) {
      charged ||= charges.length > 0;
      await records.runs.charge(task.taskId, charges, now());
    },
    async spend() {
      return first && !charged ? NOTHING : records.runs.spend(task.taskId);
    },
  };
}
