import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { AiosError } from '../../errors.ts';
import { PROBLEM_TYPE, toProblem } from './problems.ts';

/** What a client may cost: sizes in bytes, times in ms. An answer may take longer than these (waitMs, event streams). */
export const LIMITS = {
  bodyLimit: 20 * 1024 * 1024,
  /** To send the whole request. */
  requestTimeout: 120_000,
  keepAliveTimeout: 72_000,
  routerOptions: { maxParamLength: 200 },
} as const;

/** Answers what is not HTTP, and requests that came too slowly, before the connection is closed. */
export function answerClientErrors(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const reason = status === 408 ? 'The request was not sent within two minutes.'
    : status === 431 ? 'The headers of the request are too large.' : 'The request is not valid HTTP.';
  const body = JSON.stringify({ ...toProblem(new AiosError('invalid_request', reason)), status });
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n`
    + `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}
