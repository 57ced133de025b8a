import type { AiosError } from '../errors.ts';
import type { Usage } from '../contract/usage.ts';
import type { PartialUsage } from './model.ts';

/**
 * Marks an error as that of a call that failed half-way: the provider had begun to work, so it may be paid for.
 * `usage` is a lower bound: what it had reported until then, and of the output at least about what had been received. No
 * input: it was not told. An error without the mark cost nothing.
 */
export function withPartialUsage(error: AiosError, usage: Usage): AiosError & PartialUsage {
  return Object.assign(error, { usage });
}

/** What a failed call had used as far as it is known, or null when it failed before the provider did any work. */
export function partialUsageOf(error: unknown): Usage | null {
  return error instanceof Error && 'usage' in error ? (error as Error & PartialUsage).usage : null;
}
