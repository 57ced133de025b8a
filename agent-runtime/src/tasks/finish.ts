import type { TaskError } from '../contract/task.ts';
import { AiosError } from '../errors.ts';
import type { ClaimedTask, Outcome } from '../stores/records/records.ts';
import { backOffMs } from './back-off.ts';
import { taskErrorOf } from './task-error.ts';

/** What is done about a run that failed. */
export type Decision =
  | { readonly action: 'end'; readonly outcome: Outcome }
  | { readonly action: 'postpone'; readonly error: TaskError; readonly delayMs: number }
  /** Given back without counting the attempt. */
  | { readonly action: 'release' }
  /** Somebody else has it. */
  | { readonly action: 'leave' };

export interface DecisionOptions {
  readonly retryBaseMs: number;
  readonly now: number;
  readonly random: () => number;
}

/** The kind of the error decides: only an operational one is tried again, while there are attempts and time. */
export function decide(task: ClaimedTask, error: AiosError, { retryBaseMs, now, random }: DecisionOptions): Decision {
  if (error.code === 'lease_lost') return { action: 'leave' };
  if (error.code === 'shutting_down') return { action: 'release' };
  if (error.code === 'task_cancelled') return { action: 'end', outcome: { status: 'cancelled', error: taskErrorOf(error) } };
  if (error.kind !== 'operational') return { action: 'end', outcome: { status: 'failed', error: taskErrorOf(error) } };
  const { maxAttempts } = task.options;
  if (task.attempt >= maxAttempts || error.code === 'worker_lost') {
    const message = error.code === 'worker_lost' ? error.message : `${error.message} Given up after ${task.attempt} of ${maxAttempts} attempts.`;
    return { action: 'end', outcome: { status: 'dead', error: { ...taskErrorOf(error), message } } };
  }
  const delayMs = backOffMs({ attempt: task.attempt, baseMs: retryBaseMs, retryAfterMs: error.retryAfterMs, random });
  if (now + delayMs >= task.deadlineAt) {
    return { action: 'end', outcome: { status: 'failed', error: taskErrorOf(deadlineExceeded(task.options.deadlineMs, error.message)) } };
  }
  return { action: 'postpone', error: taskErrorOf(error), delayMs };
}

export function deadlineExceeded(deadlineMs: number, lastFailure?: string): AiosError {
  const why = lastFailure === undefined ? '' : ` Its last failure: ${lastFailure}`;
  return new AiosError('deadline_exceeded',
    `The task did not end within its deadline of ${deadlineMs} ms. Give it a longer options.deadlineMs.${why}`);
}
