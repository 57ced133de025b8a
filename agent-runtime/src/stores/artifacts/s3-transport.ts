import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { ClientOptions } from 'minio';
import { S3Failure } from './s3-failure.ts';

const LONGEST_ERROR_BYTES = 64 * 1024;

export interface S3Call {
  /** Ends the request, and the reading of its answer. */
  readonly signal?: AbortSignal | undefined;
  /** How long nothing may move on the connection. */
  readonly timeoutMs: number;
}

/** Connections that are kept and shared by all calls. */
export function s3Agent(secure: boolean): http.Agent {
  return new (secure ? https : http).Agent({ keepAlive: true, maxSockets: 64 });
}

/**
 * What the client sends its requests through. By itself the client waits forever, cannot be stopped, leaves an answer it
 * means to retry unread on its connection, writes to the console, and tells errors of HEAD as others; so each answer that
 * is no success ends here, read, as an `S3Failure`.
 */
export function s3Transport(secure: boolean, { signal, timeoutMs }: S3Call): NonNullable<ClientOptions['transport']> {
  const send = (secure ? https : http).request as (options: RequestOptions) => ClientRequest;
  const request = (options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest => {
    const sent = send({ ...options, signal });
    let answer: IncomingMessage | undefined;
    sent.setTimeout(timeoutMs, () => {
      // What waits to be read here is not the server's delay: look again later.
      if (answer && answer.readableLength > 0) sent.socket?.setTimeout(timeoutMs);
      else sent.destroy(Object.assign(new Error(`nothing came for ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    });
    sent.once('response', (response) => {
      answer = response;
      if ((response.statusCode ?? 0) >= 200 && (response.statusCode ?? 0) < 300) return onResponse(response);
      void failureOf(response).then((failure) => {
        sent.emit('error', failure);
        if (!sent.writableFinished) sent.destroy(); // it answered before it had all of the body
      });
    });
    return sent;
  };
  return { request } as unknown as NonNullable<ClientOptions['transport']>;
}

async function failureOf(response: IncomingMessage): Promise<S3Failure> {
  let body = '';
  try {
    for await (const chunk of response) {
      if (body.length > LONGEST_ERROR_BYTES) break;
      body += String(chunk);
    }
  } catch {
    // What came of it is enough.
  }
  const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
  const header = (name: string) => response.headers[name] as string | undefined;
  return new S3Failure(response.statusCode ?? 0, field('Code') ?? header('x-minio-error-code') ?? '', field('Region') ?? header('x-amz-bucket-region') ?? null);
}
