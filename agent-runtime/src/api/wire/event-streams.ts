import type { ServerResponse } from 'node:http';

/** One answer as server-sent events, written straight to its connection. */
export interface EventStream {
  /** Undefined: go on. A promise: the client is slow; it settles once it has read what it was sent, or is gone. */
  write(text: string): Promise<void> | undefined;
  /** Writes the last text and ends the answer. */
  end(text: string): void;
}

export interface EventStreams {
  /** Sends the head of the answer together with the first text. `heartbeat` is sent whenever nothing else was for a while. */
  open(response: ServerResponse, headers: Readonly<Record<string, string>>, heartbeat: string): EventStream;
  /** Ends the heartbeats. */
  close(): void;
}

/** All event streams of an app; one timer beats for all of them. */
export function createEventStreams({ heartbeatMs }: { readonly heartbeatMs: number }): EventStreams {
  const beats = new Set<() => void>();
  const timer = setInterval(() => { for (const beat of beats) beat(); }, heartbeatMs);
  timer.unref();
  return {
    open(response, headers, heartbeat) {
      let quiet = false;
      const beat = (): void => {
        if (quiet && !response.writableNeedDrain && !response.writableEnded) response.write(heartbeat);
        quiet = true;
      };
      beats.add(beat);
      response.on('close', () => beats.delete(beat));
      response.writeHead(200, headers);
      return {
        write(text) {
          quiet = false;
          return response.write(text) ? undefined : drained(response);
        },
        end(text) {
          beats.delete(beat);
          response.end(text);
        },
      };
    },
    close: () => clearInterval(timer),
  };
}

function drained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle);
      response.off('close', settle);
      resolve();
    };
    response.on('drain', settle);
    response.on('close', settle);
  });
}
