import { setTimeout as delay } from 'node:timers/promises';
import type { TaskEvent } from '../contract/event.ts';

const HEARTBEAT = Symbol('heartbeat');

export interface ServerSentEventOptions {
  /** A comment is sent when nothing else was for so long, so that proxies keep the connection. */
  readonly heartbeatMs: number;
  readonly signal: AbortSignal;
}

/** Task events in the text form of server-sent events. Ends when `events` ends. */
export async function* toServerSentEvents(events: AsyncIterable<TaskEvent>, options: ServerSentEventOptions): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    // Headers reach the client at once, even when there is no event yet.
    yield ': watching\n\n';
    let next = iterator.next();
    while (!options.signal.aborted) {
      const winner = await nextOrHeartbeat(next, options.heartbeatMs);
      if (winner === HEARTBEAT) {
        yield ': heartbeat\n\n';
        continue;
      }
      if (winner.done) return;
      yield `id: ${winner.value.seq}\nevent: ${winner.value.type}\ndata: ${JSON.stringify(winner.value)}\n\n`;
      next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

async function nextOrHeartbeat(
  next: Promise<IteratorResult<TaskEvent>>, heartbeatMs: number,
): Promise<IteratorResult<TaskEvent> | typeof HEARTBEAT> {
  const timer = new AbortController();
  try {
    return await Promise.race([next, delay(heartbeatMs, HEARTBEAT, { signal: timer.signal, ref: false })]);
  } finally {
    timer.abort();
  }
}
