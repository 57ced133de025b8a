import type { Failure } from './fallback.ts';
import type { StickyKeep } from './sticky.ts';

/** What made a model be the one. */
export interface ReasonFacts {
  readonly modelId: string;
  /** Who named it: the caller, the router file's rule for the operation, an arm of an experiment; null: the policy chose. */
  readonly pinnedBy: 'caller' | 'operation' | 'experiment' | null;
  /** Candidates that were left by the filters. */
  readonly left: number;
  /** Of the policy. */
  readonly policy: string;
  readonly explanation: string;
  readonly sticky: StickyKeep | null;
  readonly failures: readonly Failure[];
  /** The model that was asked first, where the answer is that of a second call beside it; null: there was none. */
  readonly outrun: string | null;
}

const PINNED = {
  caller: 'was asked for by name',
  operation: 'is set for this operation in the router file',
  experiment: 'is what this arm of the experiment uses',
} as const;

/** Why a model answered, in one sentence. */
export function reasonFor({ modelId, pinnedBy, left, policy, explanation, sticky, failures, outrun }: ReasonFacts): string {
  if (outrun !== null) return `${modelId} answered first: ${outrun} was asked before it and took long.`;
  if (failures.length > 0) {
    const failed = failures.map(({ candidate, error }) => `${candidate.entry.model.id} failed (${error.code})`).join(' and ');
    return `${modelId} answered after ${failed}.`;
  }
  if (pinnedBy !== null) return `${modelId} ${PINNED[pinnedBy]}.`;
  if (sticky?.keptModel === modelId) {
    return `${modelId} keeps the conversation: its prompt cache is worth ${usd(sticky.lossUsd)}, and switching would save ${usd(sticky.savingUsd)}.`;
  }
  if (left === 1) return `${modelId} is the only model that passed the filters.`;
  return `${modelId} comes first by the policy "${policy}": ${explanation}.`;
}

function usd(amount: number): string {
  return amount < 0 ? 'nothing' : `$${amount.toFixed(6)}`;
}
