const MEASURE_EVERY_MS = 30_000;
const FIRST_MEASUREMENTS = 3;
/** A measurement that differs by less says nothing new, and time is not to jitter. */
const TOLERANCE_MS = 100;

export interface ServerClock {
  /** ms since 1970, as the server has it. */
  now(): number;
}

/**
 * The server's clock, read by the host's and the difference between the two. All processes that share a database judge leases
 * by it, so that one whose own clock is minutes off neither takes a lease that lives nor leaves one that is over. The host's
 * clock only has to go on evenly: by default it is the monotonic one, which nobody sets. The difference is measured again
 * from time to time; it is off by half of a round trip at most.
 */
export async function createServerClock(readServer: () => Promise<number>, host: () => number = monotonic): Promise<ServerClock> {
  let offset = 0;
  let measuredAt = -Infinity;
  let measuring: Promise<void> | undefined;

  async function measure(): Promise<{ readonly offset: number; readonly uncertainty: number }> {
    const before = host();
    const server = await readServer();
    const after = host();
    return { offset: server - (before + after) / 2, uncertainty: (after - before) / 2 };
  }

  async function correct(): Promise<void> {
    const measured = await measure();
    if (Math.abs(measured.offset - offset) > measured.uncertainty + TOLERANCE_MS) offset = measured.offset;
    measuredAt = host();
  }

  const first = [];
  for (let index = 0; index < FIRST_MEASUREMENTS; index += 1) first.push(await measure());
  offset = first.reduce((best, one) => (one.uncertainty < best.uncertainty ? one : best)).offset;
  measuredAt = host();

  return {
    now() {
      if (host() - measuredAt > MEASURE_EVERY_MS) {
        measuring ??= correct().catch(() => {
          measuredAt = host() - MEASURE_EVERY_MS / 2; // the server is away: not with each call
        }).finally(() => { measuring = undefined; });
      }
      return Math.round(host() + offset);
    },
  };
}

function monotonic(): number {
  return performance.timeOrigin + performance.now();
}
