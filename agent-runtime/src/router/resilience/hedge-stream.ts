import { hedge } from './hedge.ts';
import type { HedgeLane, HedgeOptions } from './hedge.ts';

export interface HedgeStreamOptions<Part> extends Omit<HedgeOptions<never>, 'start'> {
  readonly start: (lane: HedgeLane, signal: AbortSignal) => AsyncIterable<Part>;
  /** Called once, before the first part. */
  readonly onWinner?: (lane: HedgeLane) => void;
}

interface Opened<Part> {
  readonly iterator: AsyncIterator<Part>;
  readonly first: IteratorResult<Part>;
}

/**
 * The stream of the lane whose first part comes first. The other lane is aborted at that moment, and waited for at the end
 * of the stream. Leaving the stream half-way aborts the winner too.
 */
export async function* hedgeStream<Part>({ start, onWinner, ...options }: HedgeStreamOptions<Part>): AsyncGenerator<Part> {
  const winner = await hedge<Opened<Part>>({
    ...options,
    async start(lane, signal) {
      const iterator = start(lane, signal)[Symbol.asyncIterator]();
      return { iterator, first: await iterator.next() };
    },
  });
  const { iterator, first } = winner.value;
  const loserClosed = winner.loserEnded.then((late) => late?.iterator.return?.()).catch(() => undefined);
  let ended = false;
  try {
    onWinner?.(winner.lane);
    for (let part = first; !part.done; part = await iterator.next()) yield part.value;
    ended = true;
  } catch (error) {
    ended = true;
    throw error;
  } finally {
    if (!ended) {
      winner.abort();
      await Promise.resolve(iterator.return?.()).catch(() => undefined);
    }
    winner.release();
    await loserClosed;
  }
}
