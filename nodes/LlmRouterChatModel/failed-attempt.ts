import type { ISupplyDataFunctions, NodeApiError } from 'n8n-workflow';
import { problemError, unreachableError } from '../shared/problems';
import { ROUTING_NAMES } from '../shared/routing';

/** What n8n's client of OpenAI's API throws. */
interface ClientError {
  readonly name?: string;
  readonly message?: string;
  /** Of the answer; undefined when there was none. */
  readonly status?: number;
  /** The answer's `error`. */
  readonly error?: unknown;
  readonly cause?: unknown;
  readonly retriesLeft?: number;
}

/** Decides whether a failed call is tried again: throws when not, with words that say what to do. */
export function failedAttempt(context: ISupplyDataFunctions, baseUrl: string): (error: unknown) => void {
  return (thrown) => {
    const error = thrown as ClientError;
    if (isStop(error)) throw thrown;
    if (error.status === undefined && (error.retriesLeft ?? 0) > 0) return;
    const failure = error.status === undefined
      ? unreachableError(context.getNode(), baseUrl, codeOf(error) ?? error.message ?? 'unknown')
      : problemError(context.getNode(), baseUrl, error.status, { error: error.error }, ROUTING_NAMES);
    throw inSubNode(failure);
  };
}

/** A person stopped the execution. */
function isStop({ name, message }: ClientError): boolean {
  return name === 'AbortError' || (message ?? '').startsWith('Cancel') || (message ?? '').startsWith('AbortError');
}

/** Node's code of a failed connection, which stands in some cause. */
function codeOf({ cause }: ClientError): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : codeOf(cause);
}

/** n8n then shows the error at the model and not at the agent. A chat shows the description alone. */
function inSubNode(error: NodeApiError): NodeApiError {
  error.functionality = 'configuration-node';
  error.description = [error.message, error.description].filter(Boolean).join(' ');
  return error;
}

/** A stream that broke off: the agent tells the chat nothing of it but its name, so that says what happened. */
export function nameStreamFailure(thrown: unknown): void {
  const { error, status } = thrown as ClientError;
  if (status !== undefined || typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return;
  (thrown as { name: string }).name = `${String(error.message)} (${String(error.code)})`;
}
