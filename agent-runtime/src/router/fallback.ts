import { AiosError } from '../errors.ts';
import type { Candidate } from './candidate.ts';

/** A failure of one model in the course of a request. */
export interface Failure {
  readonly candidate: Candidate;
  readonly error: AiosError;
}

/** What is wrong with one model's account or configuration, not with the request. */
const OF_THE_MODEL: ReadonlySet<AiosError['code']> = new Set(['model_unauthorized', 'model_billing', 'model_not_found', 'model_context_too_long']);

/**
 * Whether another model may answer instead: after an operational failure, and after one that lies with this model alone,
 * unless it was asked for by name. A request that the first choice refuses is its caller's to mend, so it is not covered
 * up; a refusal by a stand-in must not hide why the first choice failed.
 */
export function mayFallBack(error: AiosError, isFirstChoice: boolean, isPinned: boolean): boolean {
  if (error.kind === 'bug') return false;
  return error.kind === 'operational' || !isFirstChoice || (OF_THE_MODEL.has(error.code) && !isPinned);
}

/** What is left to try after a failure. */
export function candidatesAfter({ candidate, error }: Failure, rest: readonly Candidate[]): readonly Candidate[] {
  // The account is that of all models behind the same keys.
  if (error.code === 'model_unauthorized' || error.code === 'model_billing') return rest.filter(({ entry }) => entry.keys !== candidate.entry.keys);
  if (error.code !== 'model_context_too_long') return rest;
  return rest.filter(({ entry }) => entry.model.contextWindow > candidate.entry.model.contextWindow);
}

/** The one error of a request that no model answered; operational if any failure was, so that the task is tried again. */
export function noAnswer(failures: readonly Failure[]): AiosError {
  const operational = failures.filter(({ error }) => error.kind === 'operational');
  const { error } = operational[0] ?? failures[0]!;
  const models = new Set(failures.map(({ candidate }) => candidate.entry.model.id));
  // That it is left alone by now says less than why.
  if (models.size === 1) return (failures.findLast((failure) => failure.error.code !== 'model_circuit_open') ?? failures.at(-1)!).error;
  const waits = operational.flatMap((failure) => failure.error.retryAfterMs ?? []);
  const list = failures.map((failure) => `${failure.candidate.entry.model.id}: ${failure.error.code}`).join(', ');
  const others = `No other model answered either (${list}).`;
  return new AiosError(error.code, `${error.message} ${others}`, {
    summary: `${error.summary} ${others}`, cause: error, retryAfterMs: waits.length > 0 ? Math.min(...waits) : undefined,
  });
}
