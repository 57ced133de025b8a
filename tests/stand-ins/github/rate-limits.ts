import type { Answer } from '../http/http-exchange.ts';

/** GitHub's answer when too much was asked in a short time. Without `retryAfterSeconds` it does not say for how long. */
export function secondaryLimit(retryAfterSeconds?: number): Answer {
  return {
    status: 403,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url: 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits',
    },
  };
}

/** GitHub's answer when the hour's requests are used up; they come back in `resetSeconds`. */
export function primaryLimit(resetSeconds: number, status: 403 | 429 = 403): Answer {
  return {
    status,
    headers: {
      'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-used': '5000', 'x-ratelimit-resource': 'core',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + resetSeconds),
    },
    body: {
      message: 'API rate limit exceeded for user ID 1.',
      documentation_url: 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api',
    },
  };
}
