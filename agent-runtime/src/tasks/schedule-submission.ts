import { toAiosError } from '../errors.ts';
import type { DueScheduleRun, RunSettlement } from '../stores/records/schedule-records.ts';
import { backOffMs } from './back-off.ts';
import { submitBatch, type SubmitDependencies } from './submit.ts';
import { taskErrorOf } from './task-error.ts';

const RETRY_BASE_MS = 1_000;
const GIVE_UP_MS = 86_400_000;

/** For how long a run belongs to whoever submits it, in ms. */
export const SUBMISSION_LEASE_MS = 60_000;

/**
 * Submits a planned run's batch and notes what came of it. The batch has a key made of the schedule and the run, so a run
 * that is submitted again, because whoever did it died before the note, is the same batch.
 */
export async function submitScheduledRun(dependencies: SubmitDependencies, run: DueScheduleRun): Promise<void> {
  const { records, logger, now } = dependencies;
  const facts = { scheduleId: run.scheduleId, runId: run.id };
  let settlement: RunSettlement;
  try {
    const batch = await submitBatch(dependencies, run.request, { tenant: run.tenant, idempotencyKey: `${run.scheduleId}/${run.key}` });
    await batch.durable();
    settlement = { status: 'started', batchId: batch.id };
    logger.info({ ...facts, batchId: batch.id }, 'scheduled run started');
  } catch (thrown) {
    const error = toAiosError(thrown);
    const again = error.kind === 'operational' && now() - run.plannedAt < GIVE_UP_MS;
    const waitMs = backOffMs({ attempt: run.attempts + 1, baseMs: RETRY_BASE_MS, retryAfterMs: error.retryAfterMs, random: Math.random });
    settlement = again ? { status: 'starting', error: taskErrorOf(error), nextAttemptAt: now() + waitMs } : { status: 'failed', error: taskErrorOf(error) };
    if (again) logger.warn({ ...facts, code: error.code, reason: error.summary }, 'scheduled run not submitted; it will be tried again');
    else logger.error({ ...facts, code: error.code, reason: error.summary }, 'scheduled run failed');
  }
  await records.schedules.settleRun(run, settlement);
}
