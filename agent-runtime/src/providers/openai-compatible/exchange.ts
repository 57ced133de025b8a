import type { IncomingHttpHeaders } from 'node:http';
import type { Pool } from 'undici';

export interface HttpRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Told of an exchange as it goes on. After `onEnd` or `onError` nothing follows; an abort is an error. */
export interface ExchangeListener {
  onHead(status: number, headers: IncomingHttpHeaders): void;
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: unknown): void;
}

export interface Exchange {
  /** Closes the connection at once. */
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** Posts a request and tells what comes back. An abort of the signal closes the connection at once. */
export function exchange(pool: Pool, { path, headers, body }: HttpRequest, signal: AbortSignal, listener: ExchangeListener): Exchange {
  let controller: { abort(reason: Error): void; pause(): void; resume(): void } | undefined;
  let aborted: Error | undefined;
  let done = false;
  const finish = () => {
    done = true;
    signal.removeEventListener('abort', onAbort);
  };
  const fail = (error: unknown) => {
    if (done) return;
    finish();
    listener.onError(error);
  };
  const abort = (reason: Error) => {
    if (done) return;
    aborted = reason;
    fail(reason);
    controller?.abort(reason);
  };
  const onAbort = () => abort(new Error('The call was aborted.'));
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) {
    onAbort();
    return { abort, pause() {}, resume() {} };
  }
  pool.dispatch({ method: 'POST', path, headers: headers as Record<string, string>, body }, {
    onRequestStart(started) {
      controller = started;
      // It may have been aborted while the connection was being made.
      if (aborted) started.abort(aborted);
    },
    onResponseStart(_, status, responseHeaders) {
      if (status >= 200) listener.onHead(status, responseHeaders);
    },
    onResponseData(_, chunk) {
      if (!done) listener.onData(chunk);
    },
    onResponseEnd() {
      if (done) return;
      finish();
      listener.onEnd();
    },
    onResponseError: (_, error) => fail(error),
  });
  return { abort, pause: () => controller?.pause(), resume: () => controller?.resume() };
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Posts a request and waits for the whole answer. */
export function exchangeWhole(pool: Pool, request: HttpRequest, signal: AbortSignal): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    exchange(pool, request, signal, {
      onHead(answered, answeredHeaders) {
        status = answered;
        headers = answeredHeaders;
      },
      onData(chunk) { chunks.push(chunk); },
      onEnd: () => resolve({ status, headers, text: (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8') }),
      onError: reject,
    });
  });
}
