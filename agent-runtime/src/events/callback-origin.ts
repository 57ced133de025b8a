import { AiosError } from '../errors.ts';

/** Throws `callback_origin_not_allowed` unless the address is one of the allowed origins'. */
export function requireAllowedOrigin(url: string, allowedOrigins: readonly string[]): void {
  const { origin } = new URL(url);
  if (allowedOrigins.some((allowed) => originOf(allowed) === origin)) return;
  throw new AiosError('callback_origin_not_allowed',
    `Callbacks to ${origin} are not allowed. Add ${origin} to AIOS_CALLBACK_ORIGINS of the runtime if it is your n8n.`);
}

function originOf(allowed: string): string | null {
  return URL.canParse(allowed) ? new URL(allowed).origin : null;
}
