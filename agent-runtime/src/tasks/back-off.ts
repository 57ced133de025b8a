const CAP_MS = 300_000;

export interface BackOff {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly baseMs: number;
  /** What the other side asked for; never shortened. */
  readonly retryAfterMs?: number | undefined;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Exponential with full jitter: tasks that failed together do not come back together. In whole ms, as the records count. */
export function backOffMs({ attempt, baseMs, retryAfterMs = 0, random }: BackOff): number {
  const jitter = Math.round(random() * Math.min(CAP_MS, baseMs * 2 ** (attempt - 1)));
  return retryAfterMs > 0 ? Math.ceil(retryAfterMs) + Math.min(jitter, baseMs) : jitter;
}
