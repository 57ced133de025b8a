import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, RecordedRequest } from './http-exchange.ts';
import type { Failures } from './failures.ts';

export interface HttpServerOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  readonly failures: Failures;
  /** Every request is added here, before it is answered. */
  readonly requests: RecordedRequest[];
  handle(request: RecordedRequest): Answer | Promise<Answer>;
}

export interface HttpServer {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** A real HTTP server on 127.0.0.1 that records its requests and fails as planned. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer((incoming, response) => {
    serve(incoming, response, options).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `stand-in failed: ${String(error)}` }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      server.closeAllConnections();
    }),
  };
}

async function serve(incoming: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  const request = await record(incoming);
  options.requests.push(request);
  const failure = options.failures.take(request);
  if (failure === 'hang') return;
  if (failure === 'reset') return cut(incoming);
  const answer = typeof failure === 'object' ? failure : await options.handle(request);
  if (failure === 'lose-answer') return cut(incoming);
  request.status = answer.status;
  send(response, answer);
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://stand-in.test');
  return {
    method: incoming.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: incoming.headers,
    text: Buffer.concat(chunks).toString('utf8'),
    status: 0,
  };
}

function cut(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, body === undefined ? headers : { 'content-type': type, ...headers });
  response.end(body === undefined ? undefined : text);
}
