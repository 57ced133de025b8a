import { AiosError } from '../errors.ts';

/** Throws `callback_origin_not_allowed` unless the address is one of the allowed origins', `invalid_request` if it names a user. */
export function requireAllowedOrigin(url: string, allowedOrigins: readonly string[]): void {
  const { origin, username, password } = new URL(url);
  if (!allowedOrigins.some((allowed) => originOf(allowed) === origin)) {
    throw new AiosError('callback_origin_not_allowed',
      `Callbacks to ${origin} are not allowed. Add ${origin} to AIOS_CALLBACK_ORIGINS of the runtime if it is your n8n.`);
  }
  if (username !== '' || password !== '') {
    const message = 'must not hold a user name or password: callbacks are sent without them';
    throw new AiosError('invalid_request', `callbackUrl ${message}. Leave out what stands before the @.`, { issues: [{ path: 'callbackUrl', message }] });
  }
}

function originOf(allowed: string): string | null {
  return URL.canParse(allowed) ? new URL(allowed).origin : null;
}
