import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { behaviourFor } from './behaviour.ts';
import type { Script } from './behaviour.ts';
import type { LlmCall } from './call.ts';
import { defaultAnswer } from './default-answer.ts';
import { perform } from './perform.ts';
import type { Renderer } from './perform.ts';

export interface StandInOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default: see `defaultAnswer`. */
  readonly script?: Script;
  /** Keep the calls for tests to look at. Default true; a benchmark would fill the memory. */
  readonly keepRequests?: boolean;
}

/** A language model's service on this machine, speaking the wire format of the real one. */
export interface LlmStandIn {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Calls for an answer, in the order they came. */
  readonly requests: readonly LlmCall[];
  /** How many calls came, also when they are not kept. */
  readonly hits: number;
  /** How many connections were made. */
  readonly connections: number;
  /** How often the same thing was asked, by `contentHash`. */
  readonly countsByContent: ReadonlyMap<string, number>;
  /** What the real service would have refused in requests. Empty it if the test wants that. */
  readonly violations: string[];
  /** Scripts for the next calls, one each; then the default again. */
  next(...scripts: readonly Script[]): void;
  /** The script of all calls that have none of their own. */
  always(script: Script): void;
  /** Resolves when `count` calls have come in all. */
  received(count: number): Promise<void>;
  /**
   * Resolves when the client of a call (the first is 0) has left before its answer had ended, with the time of
   * `performance.now()` at which it did.
   */
  disconnected(call: number): Promise<number>;
  /** Cuts what is open. Throws when there were violations. */
  close(): Promise<void>;
}

/** How one service speaks. */
export interface Dialect {
  readonly service: string;
  /** Answers what is not a call for an answer; false when it is not known either. */
  other(request: IncomingMessage, path: string, body: unknown, response: ServerResponse): boolean;
  /** A call for an answer, what the service would refuse in it, or null when the path is another one. */
  read(request: IncomingMessage, path: string, body: unknown): LlmCall | { readonly violation: string } | null;
  /** How it answers a call. */
  renderer(call: LlmCall): Renderer;
  /** The service's answer to a request that it refuses. */
  refuse(message: string, response: ServerResponse): void;
}

export async function startStandIn(dialect: Dialect, options: StandInOptions): Promise<LlmStandIn> {
  const requests: LlmCall[] = [];
  const countsByContent = new Map<string, number>();
  const violations: string[] = [];
  const queued: Script[] = [];
  let usual: Script = options.script ?? defaultAnswer;
  let count = 0;
  const waiting: { count: number; resolve: () => void }[] = [];
  const departures = new Map<number, PromiseWithResolvers<number>>();
  const departureOf = (call: number) => {
    const departure = departures.get(call) ?? Promise.withResolvers<number>();
    departures.set(call, departure);
    return departure;
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://stand-in.test').pathname;
    const text = await readText(request);
    const body = parse(text);
    if (dialect.other(request, path, body, response)) return;
    const call = dialect.read(request, path, body);
    if (call === null || 'violation' in call) {
      const problem = call?.violation ?? `there is no ${request.method} ${path}`;
      violations.push(problem);
      dialect.refuse(problem, response);
      return;
    }
    const number = count;
    count += 1;
    response.once('close', () => {
      if (!response.writableFinished) departureOf(number).resolve(performance.now());
    });
    if (options.keepRequests ?? true) requests.push(call);
    countsByContent.set(call.contentHash, (countsByContent.get(call.contentHash) ?? 0) + 1);
    const script = queued.shift() ?? usual;
    waiting.filter((waiter) => waiter.count <= count).forEach((waiter) => waiter.resolve());
    await perform(dialect.renderer(call), await behaviourFor(script, call), call, response);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      violations.push(`the stand-in failed: ${error instanceof Error ? error.stack : String(error)}`);
      response.destroy();
    });
  });
  let connections = 0;
  server.on('connection', () => { connections += 1; });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests, countsByContent, violations,
    get hits() { return count; },
    get connections() { return connections; },
    disconnected: (call) => departureOf(call).promise,
    next: (...scripts) => { queued.push(...scripts); },
    always: (script) => { usual = script; },
    received: (wanted) => new Promise((resolve) => {
      if (count >= wanted) resolve();
      else waiting.push({ count: wanted, resolve });
    }),
    close: async () => {
      const closed = new Promise((resolve) => { server.close(resolve); });
      server.closeAllConnections();
      await closed;
      if (violations.length > 0) throw new Error(`${dialect.service} would have refused:\n  ${violations.join('\n  ')}`);
    },
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
