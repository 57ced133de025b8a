import type { AiosError } from '../../../errors.ts';
import type { WireErrors } from '../wire.ts';

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error', 402: 'insufficient_quota', 403: 'permission_error', 429: 'rate_limit_error',
};

/** `{error: {message, type, param, code}}`, where `code` is the runtime's own. */
export function toOpenAiErrorBody(error: AiosError): string {
  return JSON.stringify({ error: openAiError(error) });
}

export function openAiError(error: AiosError) {
  const status = statusOf(error);
  return {
    message: error.message,
    type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
    param: error.issues[0]?.path ?? (error.code === 'model_not_configured' ? 'model' : null),
    code: error.code,
  };
}

function statusOf(error: AiosError): number {
  return error.code === 'model_not_configured' ? 404 : error.status;
}

export const OPENAI_ERRORS: WireErrors = { status: statusOf, body: toOpenAiErrorBody };
