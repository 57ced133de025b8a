import { setImmediate as nextTurn } from 'node:timers/promises';
import { toAiosError } from '../errors.ts';
import type { Logger } from '../events/logger.ts';
import type { Records } from '../stores/records/records.ts';
import type { Leases } from '../stores/state/state.ts';

const DAY_MS = 86_400_000;
const FORGET_AT_ONCE = 200;

/** How long what has ended is kept, in days; 0: for ever. */
export interface KeepDays {
  readonly tasks: number;
  readonly decisions: number;
  readonly ledger: number;
}

export interface Turn {
  readonly leases: Leases;
  /** Names this worker; unique in the installation. */
  readonly owner: string;
  readonly logger: Logger;
}

/**
 * Runs a job that any worker may do and one is enough for: whoever has its lease does it, and the others leave it for
 * `everyMs`. Where the leases cannot be asked it is done all the same, as doing it twice costs nothing but time.
 */
export async function inTurn({ leases, owner, logger }: Turn, name: string, everyMs: number, work: () => Promise<void>): Promise<void> {
  const ttlMs = Math.ceil(everyMs * 1.5);
  try {
    if (await leases.acquire(`upkeep:${name}`, { owner, ttlMs }) === null) return;
  } catch (error) {
    logger.warn({ job: name, reason: toAiosError(error).message }, 'whose turn it is could not be asked; the job is done all the same');
  }
  await work();
}

/** Forgets what ended longer ago than it is to be kept. */
export async function forgetOld(records: Records, keepDays: KeepDays, now: number): Promise<Readonly<Record<string, number>>> {
  const forgotten: Record<string, number> = {};
  const forget = async (what: string, days: number, some: (before: number, limit: number) => Promise<number>) => {
    if (days === 0) return;
    let all = 0;
    for (;;) {
      const count = await some(now - days * DAY_MS, FORGET_AT_ONCE);
      all += count;
      if (count < FORGET_AT_ONCE) break;
      await nextTurn();
    }
    if (all > 0) forgotten[what] = all;
  };
  await forget('batches', keepDays.tasks, records.retention.forgetBatches);
  await forget('receipts', keepDays.tasks, records.retention.forgetReceipts);
  await forget('decisions', keepDays.decisions, records.routing.forgetDecisions);
  await forget('ledger', keepDays.ledger, records.retention.forgetLedger);
  return forgotten;
}
