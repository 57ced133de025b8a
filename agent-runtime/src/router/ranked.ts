import type { Candidate } from './candidate.ts';
import type { PolicySettings } from './catalogue/policy-settings.ts';

/** What a policy goes by besides the candidates. */
export interface PolicyContext {
  readonly settings: PolicySettings;
  /** Predicted need of a strong model, 0 to 1; null: not predicted. Only `cost-quality` asks. */
  readonly need: number | null;
  /** How much worse than the strongest a model's answer may be expected to be, by `NeedThreshold.current()`. */
  readonly threshold: number;
  /** Id of a soft budget that is nearly used up: the cheapest goes first, whatever the policy. */
  readonly cheapenedBy?: string;
}

export interface Ranked {
  readonly candidate: Candidate;
  /** Lower is earlier. */
  readonly score: number;
  /** Expected chance that its answer is good enough; null where the policy knows nothing of it but its price. */
  readonly quality: number | null;
  /** False: the policy finds it not good enough for this request and keeps it as a fallback. */
  readonly suffices: boolean;
}

export interface Ordered {
  /** Best first; equals stay in the order of the configuration. */
  readonly ordered: readonly Ranked[];
  /** The need that was looked at; null when the policy does not ask. */
  readonly need: number | null;
  /** How much quality the cheapest way would be expected to lose, for `NeedThreshold.record`; null when the policy does not ask. */
  readonly loss: number | null;
  /** Why the first one is first, as the end of a sentence: `the cheapest of 3 models`. */
  readonly explanation: string;
}
