import type { ModelErrorCode } from './upstream-error.ts';

/** What an HTTP status means by itself; providers look at the body for what it can't tell. */
export function codeOfStatus(status: number): ModelErrorCode {
  switch (status) {
    case 401:
    case 403: return 'model_unauthorized';
    case 402: return 'model_billing';
    case 404: return 'model_not_found';
    case 408:
    case 504: return 'model_timeout';
    case 413: return 'model_context_too_long';
    case 429: return 'model_rate_limited';
    case 503:
    case 529: return 'model_overloaded';
    // A redirect is an address that is not the right one.
    default: return status >= 500 || (status >= 300 && status < 400) ? 'model_unavailable' : 'model_request_rejected';
  }
}
