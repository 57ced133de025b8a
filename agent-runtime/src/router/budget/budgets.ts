import type { Scope } from '../../contract/decision.ts';
import type { Later } from '../../stores/state/budget-store.ts';

/** What a budget says of one scope right now. */
export interface BudgetStatus {
  readonly id: string;
  /** `2026-11-22`, `2026-11`, or `total`. */
  readonly period: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  /** Never below zero. */
  readonly remainingUsd: number;
  /** Soft: what passes it is not refused, but goes to cheaper models, with a warning. */
  readonly hard: boolean;
  /** A soft one whose threshold is passed. */
  readonly cheapen: boolean;
}

/** How long a call may wait for money that other calls have reserved but may not spend. */
export interface Patience {
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Money kept for one upstream call. Each is ended once; later endings do nothing. Neither throws: an ending that the store does not take is repeated. */
export interface Hold {
  /** `costUsd` null: not known; then what was reserved counts as spent. */
  settle(costUsd: number | null): Later<void>;
  release(): Later<void>;
}

export interface Budgets {
  /** False: no budget is configured that could apply, so nothing else needs to be asked. */
  applies(scope: Scope): boolean;
  status(scope: Scope): Later<readonly BudgetStatus[]>;
  /**
   * Reserves the worst case of one call on every budget that applies, or on none. Rejects with `budget_exceeded`, naming the
   * budget, its period and when it starts anew; `price_unknown` when `worstCaseUsd` is null and a hard budget applies.
   * With `patience` a call that only the reservations of others stand in the way of waits for them to end; it rejects with
   * the signal's reason when that is aborted. Rejects with `store_unavailable` too: a budget that cannot be asked allows nothing.
   */
  reserve(scope: Scope, worstCaseUsd: number | null, patience?: Patience): Later<Hold>;
  close(): Promise<void>;
}
