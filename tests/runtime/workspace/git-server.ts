import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, basename } from 'node:path';

export interface GitServer {
  /** `http://127.0.0.1:…/name` */
  readonly url: string;
  /** `Authorization` of each request, in order. */
  readonly authorizations: (string | undefined)[];
  /** What a request gets in place of git's answer; null: git's answer. */
  answerWith(status: number | null, headers?: Readonly<Record<string, string>>): void;
  /** Resolves at the next request, which then waits for the function it is answered with. */
  holdNext(): Promise<() => void>;
  close(): Promise<void>;
}

/** Git's own smart HTTP server for one repository. `token`: asked for, as Basic. */
export async function startGitServer(folder: string, token?: string): Promise<GitServer> {
  const authorizations: (string | undefined)[] = [];
  let instead: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | null = null;
  let held: ((release: () => void) => void) | null = null;
  const wanted = token === undefined ? undefined : `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const answer = () => {
      if (instead) response.writeHead(instead.status, instead.headers).end();
      else if (wanted !== undefined && request.headers.authorization !== wanted) response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      else backend(folder, request, response);
    };
    if (!held) return answer();
    const hold = held;
    held = null;
    hold(answer);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${basename(folder)}`,
    authorizations,
    answerWith(status, headers = {}) { instead = status === null ? null : { status, headers }; },
    holdNext: () => new Promise((resolve) => { held = resolve; }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

function backend(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url!, 'http://localhost');
  const git = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_HTTP_EXPORT_ALL: '1', GIT_PROJECT_ROOT: dirname(folder), PATH_INFO: pathname, QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method, CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] as string ?? '', GIT_PROTOCOL: request.headers['git-protocol'] as string ?? '',
    },
  });
  request.pipe(git.stdin);
  git.stdin.on('error', () => { /* It has read what it wanted. */ });
  const chunks: Buffer[] = [];
  git.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  git.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = Object.fromEntries(answer.subarray(0, end).toString().split('\r\n').map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const { status = '200', ...others } = headers as Record<string, string>;
    response.writeHead(Number.parseInt(status, 10), others).end(answer.subarray(end + 4));
  });
}
