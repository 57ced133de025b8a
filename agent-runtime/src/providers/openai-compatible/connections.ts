import type * as Undici from 'undici';
import type { Pool } from 'undici';

/**
 * Connections by origin, shared by all models of a server. They belong to the process, as those of `fetch` do: idle ones
 * end by themselves and keep no process alive.
 */
const pools = new Map<string, Pool>();
let library: Promise<typeof Undici> | undefined;

/** The open connections to an origin, at once if there are any; else undici is loaded first. */
export function connectionsTo(origin: string): Pool | Promise<Pool> {
  return pools.get(origin) ?? open(origin);
}

async function open(origin: string): Promise<Pool> {
  const undici = await (library ??= import('undici'));
  const opened = pools.get(origin);
  if (opened) return opened;
  // The caller's signal says how long is too long. A request has its connection to itself.
  const pool = new undici.Pool(origin, { connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  pools.set(origin, pool);
  return pool;
}
