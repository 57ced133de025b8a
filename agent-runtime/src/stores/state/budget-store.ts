/** At once, or as a promise: what is called for every model call is not to wait for a turn of its own where there is nothing to wait for. */
export type Later<Result> = Result | Promise<Result>;

/** One pot of money: a budget's share for one subject in one period, such as `agents-daily|agent:cto|2026-11-22`. */
export interface BudgetAccount {
  readonly key: string;
  /** Billionths of a USD that spent and reserved together may not pass. Null: only counted. */
  readonly limitNanoUsd: number | null;
  /** When its period ends, ms since 1970; it may be forgotten some days later. Null: never. */
  readonly endsAt: number | null;
}

export interface BudgetTotals {
  readonly spentNanoUsd: number;
  readonly reservedNanoUsd: number;
}

export interface ReserveRequest {
  /** Unique; made by the caller. */
  readonly id: string;
  readonly accounts: readonly BudgetAccount[];
  readonly amountNanoUsd: number;
  /** ms since 1970; a sweep after that releases it, because its process died. */
  readonly expiresAt: number;
}

export type ReserveAnswer =
  | { readonly reserved: true; /** By account, in their order, this reservation included. */ readonly totals: readonly BudgetTotals[] }
  /** Nothing was reserved, on no account. */
  | { readonly reserved: false; readonly refusedBy: BudgetAccount; readonly totals: BudgetTotals };

/**
 * Counts money, atomically over all processes that share the store: no interleaving of reservations passes a limit.
 * Reserved money is settled or released once; a repeated or late call does nothing. All amounts are whole billionths of
 * a USD. Rejects with `store_unavailable`; nothing is reserved then.
 */
export interface BudgetStore {
  reserve(request: ReserveRequest): Later<ReserveAnswer>;
  /** Turns the reservation into `amountNanoUsd` spent, also when that is more than was reserved; swept ones are charged all the same. */
  settle(id: string, accounts: readonly BudgetAccount[], amountNanoUsd: number): Later<void>;
  release(id: string): Later<void>;
  /** Keeps reservations of a call that is still under way. */
  extend(ids: readonly string[], expiresAt: number): Promise<void>;
  /**
   * Releases what expired and says what that was. Safe to call from every process. Whoever had reserved it has died, perhaps
   * between the ledger and the settlement: its accounts catch up.
   */
  sweep(now: number): Promise<readonly { readonly id: string; readonly amountNanoUsd: number }[]>;
  totals(keys: readonly string[]): Promise<readonly BudgetTotals[]>;
  /**
   * For accounts that were not counted on for a while: those that are known count at least what their seed says, but for what is
   * reserved now; sweeps see to it again later, when calls that are under way have ended. `now` in ms since 1970.
   */
  catchUp(keys: readonly string[], now: number): Promise<void>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
