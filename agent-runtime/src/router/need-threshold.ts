import type { PolicySettings } from './catalogue/policy-settings.ts';

/**
 * From how much expected loss of quality on a strong model is asked: fixed, or such that among recent requests a share of
 * calls goes to it, or the mean quality reaches a target.
 */
export interface NeedThreshold {
  current(settings: PolicySettings['costQuality']): number;
  /** The expected loss of a request that a policy weighed, 0 to 1. */
  record(loss: number): void;
}

const BINS = 1_000;
/** Requests that count as recent. */
const RECENT = 2_000;
/** Counts as that many requests with evenly spread losses, until there are real ones. */
const ASSUMED = 50;
const RENEWED_EVERY = 16;
/** Where neither a share nor a quality nor a threshold is configured. */
const DEFAULT_THRESHOLD = 0.5;

export function createNeedThreshold(): NeedThreshold {
  const recent = new Uint16Array(RECENT);
  const counts = new Uint32Array(BINS + 1);
  let size = ASSUMED;
  let at = ASSUMED;
  for (let i = 0; i < ASSUMED; i += 1) {
    const bin = Math.round(((i + 0.5) / ASSUMED) * BINS);
    recent[i] = bin;
    counts[bin]! += 1;
  }
  let recorded = 0;
  let kept = { for: undefined as PolicySettings['costQuality'] | undefined, at: -1, value: DEFAULT_THRESHOLD };

  return {
    current(settings) {
      const { threshold, strongShare, targetQuality } = settings;
      if (threshold !== undefined) return threshold;
      if (kept.for === settings && recorded - kept.at < RENEWED_EVERY) return kept.value;
      let value = DEFAULT_THRESHOLD;
      if (strongShare !== undefined) value = byShare(counts, size, strongShare);
      else if (targetQuality !== undefined) value = byQuality(counts, size, targetQuality);
      kept = { for: settings, at: recorded, value };
      return value;
    },
    record(loss) {
      const bin = Math.round(Math.min(1, Math.max(0, loss)) * BINS);
      if (size === RECENT) counts[recent[at % RECENT]!]! -= 1;
      else size += 1;
      recent[at % RECENT] = bin;
      counts[bin]! += 1;
      at += 1;
      recorded += 1;
    },
  };
}

/** The loss that at most that share of requests reaches. */
function byShare(counts: Uint32Array, size: number, share: number): number {
  if (share === 0) return (BINS + 1) / BINS;
  let strong = 0;
  for (let bin = BINS; bin >= 0; bin -= 1) {
    strong += counts[bin]!;
    if (strong > share * size) return (bin + 1) / BINS;
  }
  return 0;
}

/** The highest loss at which the mean quality over all requests, with 1 for those on a strong model, is still the target. */
function byQuality(counts: Uint32Array, size: number, target: number): number {
  const allowed = (1 - target) * size;
  let lost = 0;
  for (let bin = 0; bin <= BINS; bin += 1) {
    lost += (counts[bin]! * bin) / BINS;
    if (lost > allowed) return bin / BINS;
  }
  return (BINS + 1) / BINS;
}
