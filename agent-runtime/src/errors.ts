/**
 * What decides whether a failure is retried.
 * `user`: the caller must change something; never retried.
 * `operational`: the world was not ready; retried with back-off.
 * `bug`: our fault; reported, never retried.
 */
export type ErrorKind = 'user' | 'operational' | 'bug';

interface ErrorRow {
  readonly kind: ErrorKind;
  /** HTTP status of the problem document that carries this code. */
  readonly status: number;
  /** Title of the problem document (RFC 9457). */
  readonly title: string;
}

/** Every code the runtime can answer with. The docs are held against this table by a test. */
export const ERRORS = {
  invalid_request: { kind: 'user', status: 400, title: 'The request is not valid' },
  unauthorized: { kind: 'user', status: 401, title: 'The API key is missing or wrong' },
  not_found: { kind: 'user', status: 404, title: 'There is no such thing' },
  unknown_agent: { kind: 'user', status: 404, title: 'There is no such agent or operation' },
  idempotency_conflict: { kind: 'user', status: 409, title: 'The idempotency key was used for another request' },
  task_state_conflict: { kind: 'user', status: 409, title: 'The task is not in a state that allows this' },
  task_cancelled: { kind: 'user', status: 409, title: 'The task was cancelled' },
  callback_origin_not_allowed: { kind: 'user', status: 422, title: 'The callback address is not allowed' },
  unsupported_media_type: { kind: 'user', status: 415, title: 'The body is not JSON' },
  payload_too_large: { kind: 'user', status: 413, title: 'The request is too large' },
  deadline_exceeded: { kind: 'user', status: 504, title: 'The task did not end before its deadline' },
  cost_limit_exceeded: { kind: 'user', status: 402, title: 'The cost limit does not allow this call' },
  budget_exceeded: { kind: 'user', status: 402, title: 'A budget does not allow this call' },
  privacy_refused: { kind: 'user', status: 422, title: 'The privacy policy lets no configured model have this text' },
  privacy_unclassified: { kind: 'user', status: 422, title: 'The text could not be classified, so it goes nowhere' },
  admin_required: { kind: 'user', status: 403, title: 'The API key is not an admin' },
  budget_fixed: { kind: 'user', status: 409, title: 'The budget is set in the router file' },
  model_not_permitted: { kind: 'user', status: 403, title: 'The API key may not use this model' },
  ability_missing: { kind: 'user', status: 422, title: 'No configured model can do what the request needs' },
  unsupported_parameter: { kind: 'user', status: 400, title: 'The request uses a parameter that is not supported' },
  price_unknown: { kind: 'user', status: 422, title: 'The price of the model is unknown and a cost limit is set' },

  collection_conflict: { kind: 'user', status: 409, title: 'A collection of this name has another form' },

  diff_invalid: { kind: 'user', status: 422, title: 'The diff cannot be read' },
  pull_request_closed: { kind: 'user', status: 422, title: 'The pull request is closed' },
  pull_request_moved: { kind: 'operational', status: 409, title: 'The pull request changed while it was being reviewed' },

  github_token_missing: { kind: 'user', status: 422, title: 'No GitHub token is configured' },
  github_unauthorized: { kind: 'user', status: 401, title: 'GitHub refused the token' },
  github_forbidden: { kind: 'user', status: 403, title: 'The GitHub token lacks a permission' },
  github_not_found: { kind: 'user', status: 404, title: 'GitHub does not show this to the token' },
  github_unprocessable: { kind: 'user', status: 422, title: 'GitHub refused a field' },
  github_rate_limited: { kind: 'operational', status: 429, title: 'GitHub limits the rate of requests' },
  github_unavailable: { kind: 'operational', status: 502, title: 'GitHub did not answer' },

  linear_key_missing: { kind: 'user', status: 422, title: 'No Linear API key is configured' },
  linear_unauthorized: { kind: 'user', status: 401, title: 'Linear refused the API key' },
  linear_rejected: { kind: 'user', status: 422, title: 'Linear refused a field' },
  linear_rate_limited: { kind: 'operational', status: 429, title: 'Linear limits the rate of requests' },
  linear_unavailable: { kind: 'operational', status: 502, title: 'Linear did not answer' },

  slack_token_missing: { kind: 'user', status: 422, title: 'No Slack token is configured' },
  slack_unauthorized: { kind: 'user', status: 401, title: 'Slack refused the token' },
  slack_rejected: { kind: 'user', status: 422, title: 'Slack refused the message' },
  slack_rate_limited: { kind: 'operational', status: 429, title: 'Slack limits the rate of requests' },
  slack_unavailable: { kind: 'operational', status: 502, title: 'Slack did not answer' },

  model_not_configured: { kind: 'user', status: 422, title: 'No configured model fits the request' },
  model_unauthorized: { kind: 'user', status: 401, title: 'The model provider refused the key' },
  model_billing: { kind: 'user', status: 402, title: 'The model provider asks for payment' },
  model_not_found: { kind: 'user', status: 404, title: 'The provider does not have this model' },
  model_request_rejected: { kind: 'user', status: 422, title: 'The model provider refused the request' },
  model_context_too_long: { kind: 'user', status: 413, title: 'The prompt does not fit the context window' },
  model_refused: { kind: 'user', status: 422, title: 'The model declined to answer' },
  model_rate_limited: { kind: 'operational', status: 429, title: 'The model provider limits the rate of requests' },
  model_overloaded: { kind: 'operational', status: 503, title: 'The model provider is overloaded' },
  model_unavailable: { kind: 'operational', status: 502, title: 'The model provider did not answer' },
  model_circuit_open: { kind: 'operational', status: 503, title: 'The model failed so often that it is left alone for a while' },
  model_timeout: { kind: 'operational', status: 504, title: 'The model took too long' },
  model_stream_cut: { kind: 'operational', status: 502, title: "The model's answer broke off" },
  model_output_invalid: { kind: 'operational', status: 502, title: "The model's answer does not have the asked form" },

  rate_limited: { kind: 'operational', status: 429, title: 'The API key has used up its requests for now' },

  repository_not_found: { kind: 'user', status: 404, title: 'The repository does not exist, or the token may not see it' },
  repository_unauthorized: { kind: 'user', status: 401, title: 'The repository may not be read with the configured token' },
  commit_not_found: { kind: 'user', status: 404, title: 'The repository has no such commit, branch or tag' },
  repository_unavailable: { kind: 'operational', status: 502, title: 'The repository could not be fetched' },
  workspace_unavailable: { kind: 'user', status: 501, title: 'Working copies cannot be made on this host' },
  workspace_too_large: { kind: 'user', status: 413, title: 'The working copy is over its limit' },
  workspace_full: { kind: 'operational', status: 503, title: 'There is no room for another working copy' },
  workspace_closed: { kind: 'operational', status: 409, title: 'The working copy was removed' },
  workspace_file_refused: { kind: 'user', status: 422, title: 'The path is no plain text file inside the working copy' },
  edit_refused: { kind: 'user', status: 422, title: 'The edit does not fit the file' },
  sandbox_unavailable: { kind: 'user', status: 501, title: 'Commands cannot be shut off on this host, so they are not run' },

  lease_lost: { kind: 'operational', status: 409, title: 'Another worker took the task over' },
  worker_lost: { kind: 'operational', status: 503, title: 'The workers that ran the task died' },
  effect_busy: { kind: 'operational', status: 409, title: 'Another task is doing the same outward write' },
  shared_work_stopped: { kind: 'operational', status: 503, title: 'Work that the task shared with another one was stopped' },
  queue_full: { kind: 'operational', status: 429, title: 'The queue takes no more tasks for now' },
  artifact_exists: { kind: 'user', status: 409, title: 'There is an artifact of this key already' },
  artifact_corrupt: { kind: 'operational', status: 502, title: 'An artifact is not what was stored' },
  store_unavailable: { kind: 'operational', status: 503, title: 'A store did not answer' },
  shutting_down: { kind: 'operational', status: 503, title: 'The runtime is shutting down' },
  internal: { kind: 'bug', status: 500, title: 'The runtime made a mistake' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** One field of a request that was refused, as `path` (`input.pullRequest.number`) and what is wrong with it. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

export interface AiosErrorOptions {
  readonly cause?: unknown;
  /** How long to wait before the next attempt, when the other side said so. */
  readonly retryAfterMs?: number;
  readonly issues?: readonly FieldIssue[];
  /** The message without what others wrote, for logs and records. Default: the message. */
  readonly summary?: string;
}

/** The one error of the runtime. `message` says what went wrong and what to do; it never holds a secret. */
export class AiosError extends Error {
  override readonly name = 'AiosError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly issues: readonly FieldIssue[];
  /**
   * What may be kept: `message` may quote a provider, whose words may repeat the request or others' secrets, and is for the
   * caller alone.
   */
  readonly summary: string;

  constructor(code: ErrorCode, message: string, options: AiosErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.issues = options.issues ?? [];
    this.summary = options.summary ?? message;
  }

  get kind(): ErrorKind {
    return ERRORS[this.code].kind;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** Any thrown value as an AiosError; what is not one already is a bug of ours. */
export function toAiosError(error: unknown): AiosError {
  if (error instanceof AiosError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AiosError('internal', `Unexpected error: ${message}. Please report it with the task's id.`, { cause: error });
}
