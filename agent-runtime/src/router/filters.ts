import type { FilterName } from '../contract/decision.ts';
import { AiosError } from '../errors.ts';
import type { Candidate } from './candidate.ts';
import type { FilterFacts } from './filter-facts.ts';
import { FILTERS } from './filter-rules.ts';

export type { FilterFacts };

export interface Dropped {
  readonly candidate: Candidate;
  readonly filter: FilterName;
  readonly reason: string;
}

export interface Filtered {
  readonly left: readonly Candidate[];
  readonly dropped: readonly Dropped[];
  /** Of the filter that emptied the list; null while something is left. */
  readonly error: AiosError | null;
  /** Something was dropped only because the prompt's size is a bound: count it exactly and filter again. */
  readonly needsCount: boolean;
}

/** Asks the hard filters in their order, of at least one candidate. Changes nothing and throws nothing. */
export function applyFilters(candidates: readonly Candidate[], facts: FilterFacts): Filtered {
  let left = candidates;
  const dropped: Dropped[] = [];
  let needsCount = false;
  for (const { name, ask, error } of FILTERS) {
    const before = dropped.length;
    for (const candidate of left) {
      const verdict = ask(candidate, facts);
      if (verdict === null) continue;
      dropped.push({ candidate, filter: name, reason: verdict.reason });
      needsCount ||= verdict.byBound === true;
    }
    if (dropped.length === before) continue;
    const gone = new Set(dropped.slice(before).map(({ candidate }) => candidate));
    const asked = left;
    left = left.filter((candidate) => !gone.has(candidate));
    if (left.length === 0) return { left, dropped, error: emptied(error(asked, facts), dropped, before), needsCount };
  }
  return { left, dropped, error: null, needsCount };
}

/** The error of the filter that dropped the last candidates, with what others had dropped before. */
function emptied(error: AiosError, dropped: readonly Dropped[], before: number): AiosError {
  if (before === 0) return error;
  const earlier = dropped.slice(0, before).map(({ candidate, filter }) => `${candidate.entry.model.id} (${filter})`).join(', ');
  return new AiosError(error.code, `${error.message} Other filters had left out ${earlier}.`, { retryAfterMs: error.retryAfterMs });
}
