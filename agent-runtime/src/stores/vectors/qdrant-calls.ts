import { setTimeout as pause } from 'node:timers/promises';
import type { QdrantClient } from '@qdrant/js-client-rest';
import type { Agent, Dispatcher } from 'undici';
import { AiosError } from '../../errors.ts';
import { failureOf, type Heard } from './qdrant-error.ts';

export interface QdrantOptions {
  /** `http` or `https`, with a path where a proxy wants one. Without a port: 6333. */
  readonly url: string;
  /** Absent: the server asks for none. */
  readonly apiKey?: string;
  /** For the whole answer to one request. Default 10,000. */
  readonly timeoutMs?: number;
}

export type Api = ReturnType<QdrantClient['api']>;

/** Requests to a Qdrant server. Failures come as AiosErrors; that a collection is missing, as a CollectionMissing. */
export interface QdrantCalls {
  /** Tries again, at most twice, what failed for an operational reason and can be repeated; all of our requests can. */
  call<Result>(request: (api: Api, init: RequestInit) => Promise<{ readonly data: { readonly result?: Result } }>): Promise<Result>;
  close(): Promise<void>;
}

export class CollectionMissing extends Error {}

const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;
/** A server that asks for more patience than this has the task itself wait. */
const LONGEST_PAUSE_MS = 2_000;
const CONNECTIONS = 16;

interface Connection {
  readonly api: Api;
  readonly agent: Agent;
  readonly listening: (heard: Heard) => Dispatcher;
}

export function createQdrantCalls({ url, apiKey, timeoutMs = 10_000 }: QdrantOptions): QdrantCalls {
  const address = new URL(url).origin;
  let connection: Promise<Connection> | undefined;
  let closed = false;

  return {
    async call(request) {
      for (let tried = 1; ; tried++) {
        if (closed) throw new AiosError('store_unavailable', 'The vector store is closed: the runtime is shutting down. Try again.');
        const { api, listening } = await (connection ??= connect({ url, apiKey, timeoutMs }));
        const heard: Heard = {};
        try {
          const { data } = await request(api, { dispatcher: listening(heard) } as RequestInit);
          if (data?.result !== undefined && data.result !== null) return data.result;
          throw new Error('the answer has no result');
        } catch (thrown) {
          const { error, again, missing } = failureOf(thrown, heard, address, timeoutMs);
          if (missing) throw new CollectionMissing(error.message);
          const wait = error.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (tried - 1) * (0.5 + Math.random());
          if (!again || tried === ATTEMPTS || wait > LONGEST_PAUSE_MS) throw error;
          await pause(wait);
        }
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await (await connection)?.agent.close();
    },
  };
}

/** The client forgets an address's path, and takes 6333 for a port that `URL` leaves out because it is the scheme's own. */
export function clientAddress(url: string): { readonly url: string; readonly prefix: string; readonly port?: number } {
  const { origin, protocol, port, pathname } = new URL(url);
  const own = port === '' && /^https?:\/\/[^/]+:\d+(?:\/|$)/i.test(url);
  return { url: origin, prefix: pathname.replace(/\/+$/, ''), port: own ? { 'http:': 80, 'https:': 443 }[protocol] : undefined };
}

async function connect({ url, apiKey, timeoutMs }: Required<Pick<QdrantOptions, 'url' | 'timeoutMs'>> & QdrantOptions): Promise<Connection> {
  const [{ QdrantClient }, { Agent, DecoratorHandler }] = await Promise.all([import('@qdrant/js-client-rest'), import('undici')]);
  const { username, password } = new URL(url);
  const client = new QdrantClient({
    ...clientAddress(url),
    // As `apiKey`, it would make the client warn on the console of plain HTTP, which is fine inside a private network.
    headers: {
      ...apiKey === undefined ? {} : { 'api-key': apiKey },
      ...username === '' ? {} : { authorization: `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}` },
    },
    timeout: timeoutMs,
    checkCompatibility: false,
  });
  const agent = new Agent({ connections: CONNECTIONS, connectTimeout: timeoutMs, headersTimeout: 0, bodyTimeout: 0 });

  /** Of Retry-After, the client keeps the first digit alone. */
  class Listener extends DecoratorHandler {
    readonly #heard: Heard;
    constructor(handler: Dispatcher.DispatchHandler, heard: Heard) {
      super(handler);
      this.#heard = heard;
    }

    onResponseStart(...parameters: Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>): void {
      const [, status, headers] = parameters;
      Object.assign(this.#heard, { status, retryAfter: headers['retry-after'] });
      (DecoratorHandler.prototype as Required<Dispatcher.DispatchHandler>).onResponseStart.apply(this, parameters);
    }
  }

  return {
    api: client.api(), agent,
    listening: (heard) => agent.compose((dispatch) => (options, handler) => dispatch(options, new Listener(handler, heard))),
  };
}
