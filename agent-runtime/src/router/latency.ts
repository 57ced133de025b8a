/** How fast models answered lately: a mean in which older answers count less. */
export interface Latency {
  record(modelId: string, durationMs: number): void;
  /** A call that failed counts as a slow one, so that a broken model does not stay the fastest. */
  recordFailure(modelId: string, durationMs: number): void;
  /** Milliseconds, or null when nothing recent is known. */
  of(modelId: string): number | null;
}

const HALF_LIFE_MS = 5 * 60_000;
const FORGOTTEN_AFTER_MS = 60 * 60_000;
/** The most that what is known may weigh against a new answer. */
const MOST_WEIGHT = 0.8;
const LEAST_FAILURE_MS = 10_000;

/** `now`: milliseconds of any clock that does not go back. */
export function createLatency(now: () => number): Latency {
  const known = new Map<string, { meanMs: number; at: number }>();
  const of = (modelId: string) => {
    const entry = known.get(modelId);
    return entry === undefined || now() - entry.at > FORGOTTEN_AFTER_MS ? null : entry.meanMs;
  };
  const record = (modelId: string, durationMs: number) => {
    const before = of(modelId);
    const at = now();
    if (before === null) {
      known.set(modelId, { meanMs: durationMs, at });
      return;
    }
    const weight = Math.min(MOST_WEIGHT, 0.5 ** ((at - known.get(modelId)!.at) / HALF_LIFE_MS));
    known.set(modelId, { meanMs: before * weight + durationMs * (1 - weight), at });
  };
  return {
    of,
    record,
    recordFailure: (modelId, durationMs) => record(modelId, Math.max(durationMs, LEAST_FAILURE_MS, 2 * (of(modelId) ?? 0))),
  };
}
