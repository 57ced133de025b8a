import { StringDecoder } from 'node:string_decoder';
import type { IncomingHttpHeaders } from 'node:http';
import { createParser } from 'eventsource-parser';
import type { WholeAnswer } from './exchange.ts';

/** Reads the body of an answer that should be an event stream. */
export interface EventReader {
  head(status: number, headers: IncomingHttpHeaders): void;
  /** Throws what `onData` throws. */
  feed(chunk: Buffer): void;
  /** The answer, if it is not an event stream but an error, a document or nothing. */
  whole(): WholeAnswer | null;
}

/** `onData` gets the data of each event. Half a character at the end of a chunk waits for the next one. */
export function createEventReader(onData: (data: string) => void): EventReader {
  const decoder = new StringDecoder('utf8');
  const parser = createParser({ onEvent: ({ data }) => onData(data) });
  const chunks: Buffer[] = [];
  let kind: 'unknown' | 'events' | 'whole' = 'unknown';
  let status = 0;
  let headers: IncomingHttpHeaders = {};
  let begun = false;

  /** A byte order mark may stand before the first event. */
  function feedText(text: string): void {
    if (text === '') return;
    parser.feed(begun || !text.startsWith('\uFEFF') ? text : text.slice(1));
    begun = true;
  }

  return {
    head(answered, answeredHeaders) {
      status = answered;
      headers = answeredHeaders;
      const type = headers['content-type'] ?? '';
      if (status >= 300 || type.startsWith('application/json')) kind = 'whole';
      else if (type.startsWith('text/event-stream')) kind = 'events';
    },
    feed(chunk) {
      // Some servers name another type: no event begins like a document.
      if (kind === 'unknown') kind = /^\s*[<{[]/.test(chunk.toString('latin1', 0, 64)) ? 'whole' : 'events';
      if (kind === 'whole') chunks.push(chunk);
      else feedText(decoder.write(chunk));
    },
    whole: () => (kind === 'events' ? null : { status, headers, text: Buffer.concat(chunks).toString('utf8') }),
  };
}
