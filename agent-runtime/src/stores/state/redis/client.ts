import type { Redis, RedisOptions } from 'ioredis';
import { BUDGET_SCRIPTS } from './budget-scripts.ts';
import { STATE_SCRIPTS } from './state-scripts.ts';
import type { RedisAddress } from './url.ts';

const CONNECT_TIMEOUT_MS = 2_000;
/** A connection on which an answer is due and nothing comes is given up: the network has forgotten it, or the server hangs. */
const SILENCE_MS = 4_000;
const LONGEST_PAUSE_MS = 500;
/** For what is on its way when a connection is closed. */
const GOODBYE_MS = 500;
/** Lost connections in a row after which the commands that wait fail. */
const ATTEMPTS = 4;

const SCRIPTS = { ...BUDGET_SCRIPTS, ...STATE_SCRIPTS };

export type Scripts = Readonly<Record<keyof typeof SCRIPTS, (...parameters: (string | number)[]) => Promise<unknown>>>;
/** A Cluster's client has the same commands. */
export type Client = Redis & Scripts;

/** A client that is not connected yet. Once its `end` event has come it is of no more use. */
export async function createClient(address: RedisAddress): Promise<Client> {
  const { Redis, Cluster } = await import('ioredis');
  const pause = (attempt: number) => Math.min(50 * 2 ** attempt, LONGEST_PAUSE_MS);
  if (address.kind !== 'cluster') {
    // Commands of one turn of the event loop travel together.
    return new Redis({
      ...connectionOptions(address), enableAutoPipelining: true, retryStrategy: pause, maxRetriesPerRequest: ATTEMPTS - 1, scripts: SCRIPTS,
    }) as Client;
  }
  return new Cluster([...address.hosts], {
    lazyConnect: true,
    scripts: SCRIPTS,
    // A certificate holds for a name, not for an address.
    ...(address.tls ? { dnsLookup: (host: string, found: (error: null, address: string) => void) => found(null, host) } : {}),
    clusterRetryStrategy: (attempt) => (attempt < ATTEMPTS ? pause(attempt) : null),
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    redisOptions: nodeOptions(address),
  }) as unknown as Client;
}

/** A connection of its own to hear messages with: to the server, to the master, or to any node of a Cluster, all of which hear everything. */
export async function createSubscriber(address: RedisAddress, nodes: RedisAddress['hosts']): Promise<Redis> {
  const { Redis } = await import('ioredis');
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  const options = address.kind === 'cluster' ? { ...node, ...nodeOptions(address), lazyConnect: true } : connectionOptions(address);
  return new Redis({ ...options, retryStrategy: null, autoResubscribe: false, commandTimeout: SILENCE_MS });
}

function connectionOptions(address: RedisAddress): RedisOptions {
  const { kind, hosts, master, db, sentinelUsername, sentinelPassword, tls } = address;
  const options = { ...nodeOptions(address), db, lazyConnect: true };
  if (kind !== 'sentinel') return { ...options, ...hosts[0] };
  return {
    ...options,
    sentinels: [...hosts], name: master ?? '', failoverDetector: true,
    sentinelRetryStrategy: () => null, // the next command begins anew
    sentinelReconnectStrategy: () => LONGEST_PAUSE_MS,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
    ...(sentinelUsername === null ? {} : { sentinelUsername }), ...(sentinelPassword === null ? {} : { sentinelPassword }),
    ...(tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
  };
}

function nodeOptions({ username, password, tls }: RedisAddress) {
  return {
    connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS, disconnectTimeout: GOODBYE_MS,
    ...(username === null ? {} : { username }), ...(password === null ? {} : { password }), ...(tls ? { tls: {} } : {}),
    // What used to be the master: the next connection finds the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
}
