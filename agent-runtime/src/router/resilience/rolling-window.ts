const BUCKETS = 10;

/** Counts successes and failures of the last `windowMs`, in ten buckets: a count is forgotten within a tenth of the window. */
export class RollingWindow {
  readonly #bucketMs: number;
  readonly #epochs = new Float64Array(BUCKETS);
  readonly #successes = new Uint32Array(BUCKETS);
  readonly #failures = new Uint32Array(BUCKETS);

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS;
  }

  succeeded(now: number): void {
    this.#successes[this.#bucket(now)]! += 1;
  }

  failed(now: number): void {
    this.#failures[this.#bucket(now)]! += 1;
  }

  counts(now: number): { readonly failures: number; readonly total: number } {
    const epoch = this.#epoch(now);
    let failures = 0;
    let total = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      if (Math.abs(epoch - this.#epochs[bucket]!) >= BUCKETS) continue;
      failures += this.#failures[bucket]!;
      total += this.#failures[bucket]! + this.#successes[bucket]!;
    }
    return { failures, total };
  }

  clear(): void {
    this.#successes.fill(0);
    this.#failures.fill(0);
  }

  #bucket(now: number): number {
    const epoch = this.#epoch(now);
    const bucket = ((epoch % BUCKETS) + BUCKETS) % BUCKETS;
    if (this.#epochs[bucket] !== epoch) {
      this.#epochs[bucket] = epoch;
      this.#successes[bucket] = 0;
      this.#failures[bucket] = 0;
    }
    return bucket;
  }

  #epoch(now: number): number {
    return Math.floor(now / this.#bucketMs);
  }
}
