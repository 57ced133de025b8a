import type { LinearError, RatelimitedLinearError } from '@linear/sdk';
import { AiosError } from '../../errors.ts';

/** How long to wait when Linear limits the rate and does not say for how long, in ms. */
const UNTOLD_WAIT_MS = 60_000;

interface RawGraphQLError {
  readonly extensions?: { readonly code?: string; readonly type?: string };
}

/** What @linear/sdk threw as an error that names the key or the field, and what to do. `what`: `create the issue`. */
export function toLinearError(thrown: unknown, what: string, apiKey: string): AiosError {
  const error = thrown as Partial<LinearError> & Partial<RatelimitedLinearError> & { readonly message: string };
  const said = clean(error.errors?.map(({ message }) => message).join('; ') || error.message, apiKey);
  const codes = rawErrors(error).map(({ extensions }) => extensions?.code);
  if (error.type === 'Ratelimited' || error.status === 429 || codes.includes('RATELIMITED')) {
    const retryAfterMs = (error.retryAfter ?? 0) * 1_000 || UNTOLD_WAIT_MS;
    return new AiosError('linear_rate_limited', `Linear limits the rate of requests (${said}). The runtime tries again by itself in ${Math.ceil(retryAfterMs / 1_000)} s.`, { retryAfterMs });
  }
  if (error.type === 'AuthenticationError' || error.status === 401) {
    return new AiosError('linear_unauthorized', `Linear refused the API key in LINEAR_API_KEY (${said}). Make a new one in Linear's settings and set LINEAR_API_KEY.`);
  }
  if (error.type === 'Forbidden' || error.type === 'FeatureNotAccessible' || error.status === 403) {
    return new AiosError('linear_unauthorized', `The API key in LINEAR_API_KEY may not ${what} (${said}). Give it write access and access to the team.`);
  }
  if (error.status === undefined || error.status >= 500 || error.type === 'LockTimeout') {
    const answered = error.status === undefined ? 'did not answer' : `answered ${error.status}`;
    return new AiosError('linear_unavailable', `Linear ${answered} when asked to ${what} (${said}). Check the network and LINEAR_API_URL; the runtime tries again by itself.`);
  }
  return new AiosError('linear_rejected', `Linear refused to ${what}: ${said}. Correct the field it names.`);
}

/** Whether Linear says that what was asked for does not exist. */
export function isNotFound(thrown: unknown): boolean {
  const error = thrown as Partial<LinearError>;
  return error.errors?.some(({ message }) => /not find|not found/i.test(message)) ?? false;
}

function rawErrors(error: Partial<LinearError>): readonly RawGraphQLError[] {
  const response = (error.raw as { response?: { errors?: readonly RawGraphQLError[] } } | undefined)?.response;
  return response?.errors ?? [];
}

function clean(text: string, apiKey: string): string {
  return text.replaceAll(apiKey, '[API key]').replaceAll(/\s+/g, ' ').slice(0, 300).replace(/\.$/, '');
}
