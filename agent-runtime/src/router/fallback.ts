import { AiosError } from '../errors.ts';
import type { Candidate } from './candidate.ts';

/** A failure of one model in the course of a request. */
export interface Failure {
  readonly candidate: Candidate;
  readonly error: AiosError;
}

/**
 * Whether another model may answer instead: after an operational failure, and after a prompt that was too long for this
 * one. A wrong key or a refused request of the first choice is somebody's to mend, so it is not covered up; that of a
 * stand-in must not hide why the first choice failed.
 */
export function mayFallBack(error: AiosError, isFirstChoice: boolean): boolean {
  if (error.kind === 'bug') return false;
  return error.kind === 'operational' || error.code === 'model_context_too_long' || !isFirstChoice;
}

/** What is left to try after a failure. */
export function candidatesAfter({ candidate, error }: Failure, rest: readonly Candidate[]): readonly Candidate[] {
  if (error.code !== 'model_context_too_long') return rest;
  return rest.filter(({ entry }) => entry.model.contextWindow > candidate.entry.model.contextWindow);
}

/** The one error of a request that no model answered; operational if any failure was, so that the task is tried again. */
export function noAnswer(failures: readonly Failure[]): AiosError {
  const operational = failures.filter(({ error }) => error.kind === 'operational');
  const { error } = operational[0] ?? failures[0]!;
  const models = new Set(failures.map(({ candidate }) => candidate.entry.model.id));
  if (models.size === 1) return failures.at(-1)!.error;
  const waits = operational.flatMap((failure) => failure.error.retryAfterMs ?? []);
  const list = failures.map((failure) => `${failure.candidate.entry.model.id}: ${failure.error.code}`).join(', ');
  return new AiosError(error.code, `${error.message} No other model answered either (${list}).`, {
    cause: error, retryAfterMs: waits.length > 0 ? Math.min(...waits) : undefined,
  });
}
