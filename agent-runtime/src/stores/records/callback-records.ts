import type { BatchOutcome } from '../../contract/batch.ts';

export interface DueCallback {
  readonly batchId: string;
  readonly url: string;
  /** Deliveries tried before this one. */
  readonly attempts: number;
  /** When the batch ended. */
  readonly createdAt: number;
  /** Guards what is written about this delivery. */
  readonly token: string;
  readonly outcome: BatchOutcome;
}

export type CallbackSettlement =
  | { readonly status: 'delivered' }
  | { readonly status: 'failed'; readonly error: string }
  | { readonly status: 'pending'; readonly error: string; readonly nextAttemptAt: number };

export interface CallbackRecords {
  /** Leases callbacks that are due to this caller, but none to `exceptOrigins` (`https://host:port`, as a URL's `origin`). */
  take(now: number, leaseUntil: number, limit: number, exceptOrigins?: readonly string[]): Promise<readonly DueCallback[]>;
  /** Ends a delivery; does nothing when the lease was lost. */
  settle(callback: DueCallback, settlement: CallbackSettlement): Promise<void>;
  /** Gives it back untried. */
  release(callback: DueCallback, now: number): Promise<void>;
  /** When the next one to other origins is due; null when none is pending. */
  nextAt(exceptOrigins?: readonly string[]): Promise<number | null>;
  counts(): Promise<{ readonly pending: number; readonly failed: number }>;
}
