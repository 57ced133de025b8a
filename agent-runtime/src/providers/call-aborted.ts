import { NO_USAGE } from '../contract/usage.ts';
import { AiosError } from '../errors.ts';
import { isNamed } from './is-named.ts';
import { withPartialUsage } from './partial-usage.ts';

/**
 * The error of a call whose signal was aborted: with the code of the signal's own AiosError, a timeout as `model_timeout`,
 * and anything else as a cancellation by the caller. What the call had used by then is not known.
 */
export function callAborted(signal: AbortSignal, modelId: string): AiosError {
  return withPartialUsage(toError(signal.reason, modelId), NO_USAGE);
}

function toError(reason: unknown, modelId: string): AiosError {
  // A reason may be shared by several calls, so each gets an error of its own.
  if (reason instanceof AiosError) return new AiosError(reason.code, reason.message, { cause: reason, retryAfterMs: reason.retryAfterMs, summary: reason.summary });
  if (isNamed(reason, 'TimeoutError')) {
    return new AiosError('model_timeout', `${modelId} did not answer in time. Raise AIOS_MODEL_TIMEOUT_MS, or resilience.attemptTimeoutMs where the router file sets it, or choose a faster model.`);
  }
  return new AiosError('task_cancelled', `The call to ${modelId} was cancelled by its caller.`);
}
