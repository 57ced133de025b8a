/**
 * Delays are sums of powers of two. Each level is a queue whose messages all wait equally long, so that none waits behind a
 * longer one. A message goes through the levels of the bits of its delay, the longest first: the routing key has the bits,
 * and what leaves a level is routed to the next one whose bit is set, and at last to its agent.
 */
export const DELAY_LEVELS = 27;
const UNIT_MS = 10;
/** More bits would make a delay exacter than 1 % and its way longer. */
const SIGNIFICANT_BITS = 8;
const MOST_UNITS = (2 ** SIGNIFICANT_BITS - 1) * 2 ** (DELAY_LEVELS - SIGNIFICANT_BITS);

/** ms that a message stays in a level. */
export function durationOf(level: number): number {
  return UNIT_MS * 2 ** level;
}

/** Where a message with this delay begins, and the words of its routing key before the agent's. 15 days are the most. */
export function routeOf(delayMs: number): { readonly level: number; readonly bits: string } {
  const units = roundedUp(Math.min(Math.max(Math.ceil(delayMs / UNIT_MS), 1), MOST_UNITS));
  const bits = units.toString(2).padStart(DELAY_LEVELS, '0');
  return { level: DELAY_LEVELS - 1 - bits.indexOf('1'), bits: [...bits].join('.') };
}

/** Of keys whose bit of this level is `bit`. */
export function patternOf(level: number, bit: 0 | 1): string {
  return [...Array.from({ length: DELAY_LEVELS - 1 - level }, () => '*'), bit, '#'].join('.');
}

function roundedUp(units: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(units)) + 1 - SIGNIFICANT_BITS);
  return Math.min(Math.ceil(units / step) * step, MOST_UNITS);
}
