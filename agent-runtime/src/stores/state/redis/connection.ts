import type { Cluster, Redis } from 'ioredis';
import { AiosError } from '../../../errors.ts';
import { createClient, createSubscriber, type Client } from './client.ts';
import { DeadlineError, redisError } from './errors.ts';
import { parseRedisUrl } from './url.ts';

const DEADLINE_MS = 3_000;
/** How long a failure of the connection explains those of commands. */
const FAILURE_MS = 10_000;

/** What the stores of one process have in common: one connection for commands, and one for each set of subscriptions. */
export interface RedisConnection {
  /** Throws `store_unavailable` after 3 s at the latest. What it was to do may then be done, or be done yet. */
  ask<Result>(work: (redis: Client) => Promise<Result>): Promise<Result>;
  /** Not connected yet, and not connected again when it is lost. The caller closes it. */
  openSubscriber(): Promise<Redis>;
  close(): Promise<void>;
}

export interface RedisConnectionOptions {
  /**
   * `redis://` or `rediss://` (TLS), `redis+sentinel://` or `redis+cluster://`, with the password where there is one. The
   * server must not evict keys (`noeviction`).
   */
  readonly url: string;
}

/** Connects with the first command. Throws `store_unavailable` when the address is none. */
export function createRedisConnection({ url }: RedisConnectionOptions): RedisConnection {
  const address = parseRedisUrl(url);
  let current: Promise<Client> | undefined;
  let failure: { readonly error: Error; readonly at: number } | null = null;
  let closed = false;

  async function open(): Promise<Client> {
    const client = await createClient(address);
    const failed = (error: Error) => {
      failure = { error, at: performance.now() };
      // The library would go on with database 0.
      if (error.message.includes('DB index')) client.disconnect();
    };
    // Each command tells its own; these say why when it does not know.
    client.on('error', failed).on('node error', failed).on('sentinelError', failed);
    return client;
  }

  function connect(): Promise<Client> {
    const opening = open();
    const forget = () => {
      if (current === opening) current = undefined;
    };
    opening.then((client) => client.once('end', forget), forget);
    return current = opening;
  }

  const lastFailure = () => (failure && performance.now() - failure.at < FAILURE_MS ? failure.error : null);
  const refuseClosed = () => {
    if (closed) throw new AiosError('store_unavailable', 'The connection to Redis is closed: the runtime is shutting down. Try again.');
  };

  return {
    async ask(work) {
      refuseClosed();
      let timer: NodeJS.Timeout | undefined;
      try {
        const client = await (current ?? connect());
        refuseClosed();
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new DeadlineError(`no answer within ${DEADLINE_MS} ms`)), DEADLINE_MS);
        });
        return await Promise.race([work(client), late]);
      } catch (error) {
        throw redisError(error, lastFailure());
      } finally {
        clearTimeout(timer);
      }
    },
    async openSubscriber() {
      refuseClosed();
      if (address.kind !== 'cluster') return createSubscriber(address, address.hosts);
      const client = await current as unknown as Cluster | undefined;
      const nodes = client?.nodes().map(({ options: { host, port } }) => ({ host: host ?? '', port: port ?? 0 })) ?? [];
      return createSubscriber(address, nodes.length > 0 ? nodes : address.hosts);
    },
    async close() {
      if (closed) return;
      closed = true;
      (await current)?.disconnect();
    },
  };
}
