/** Keeps second calls to a share of all requests. Nothing is saved up beyond ten of them, so that an outage is not doubled. */
export interface HedgeAllowance {
  /** Counts a request. */
  request(maxShare: number): void;
  /** Whether one more second call may start; takes it if so. */
  take(): boolean;
}

const MOST_SAVED = 10;

export function createHedgeAllowance(): HedgeAllowance {
  let saved = 0;
  return {
    request(maxShare) {
      saved = Math.min(saved + maxShare, MOST_SAVED);
    },
    take() {
      // Shares such as 0.05 do not add up to exactly 1.
      if (saved < 1 - 1e-9) return false;
      saved = Math.max(0, saved - 1);
      return true;
    },
  };
}
