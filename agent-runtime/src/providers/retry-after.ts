/** Reads a header by its name in small letters. */
export type HeaderReader = (name: string) => string | readonly string[] | null | undefined;

/** Limits that services tell of: what is left of each, and when it is full again. */
const LIMITS: readonly (readonly [remaining: string, reset: string])[] = [
  ...['requests', 'tokens'].map((limit) => [`x-ratelimit-remaining-${limit}`, `x-ratelimit-reset-${limit}`] as const),
  ...['requests', 'tokens', 'input-tokens', 'output-tokens']
    .map((limit) => [`anthropic-ratelimit-${limit}-remaining`, `anthropic-ratelimit-${limit}-reset`] as const),
];
const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const DURATION = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/**
 * Milliseconds to wait before the next attempt: `retry-after-ms`, or `retry-after` (seconds or an HTTP date), or, of an
 * answer that was `limited`, until the limit that is used up is full again.
 */
export function retryAfterMs(header: HeaderReader, limited: boolean, now: number = Date.now()): number | undefined {
  const milliseconds = Number.parseFloat(textOf(header('retry-after-ms')));
  if (milliseconds >= 0) return Math.ceil(milliseconds);
  const told = waitOf(textOf(header('retry-after')), now);
  return told ?? (limited ? untilReset(header, now) : undefined);
}

function untilReset(header: HeaderReader, now: number): number | undefined {
  const told = LIMITS.flatMap(([remaining, reset]) => {
    const wait = waitOf(textOf(header(reset)), now);
    return wait === undefined ? [] : [{ wait, usedUp: textOf(header(remaining)) === '0' }];
  });
  const usedUp = told.filter((limit) => limit.usedUp);
  const waits = (usedUp.length > 0 ? usedUp : told).map(({ wait }) => wait);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** Seconds, a duration such as `6m0s` or `20ms`, or a date. */
function waitOf(text: string, now: number): number | undefined {
  if (text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const duration = DURATION.exec(text);
  if (duration) {
    const [, hours = 0, minutes = 0, seconds = 0, rest = 0] = duration;
    return Math.ceil(Number(hours) * UNITS.h + Number(minutes) * UNITS.m + Number(seconds) * UNITS.s + Number(rest));
  }
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function textOf(value: ReturnType<HeaderReader>): string {
  return (typeof value === 'string' ? value : value?.[0] ?? '').trim();
}
