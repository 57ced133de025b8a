import type { Usage } from '../contract/usage.ts';

/** More than any model takes in one call, and few enough for a cost in billionths of a USD to be a whole number. */
const MOST_TOKENS = 1e9;

/**
 * What a server told of its usage, or null when there is nothing to charge by: a figure that is no whole number, is below zero
 * or larger than any call can be. Taken as it comes it would end in budgets, bills and reports.
 */
export function usableUsage(usage: Usage): Usage | null {
  const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = usage;
  return [input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning].every((tokens) => Number.isInteger(tokens) && tokens >= 0 && tokens <= MOST_TOKENS)
    ? usage : null;
}
