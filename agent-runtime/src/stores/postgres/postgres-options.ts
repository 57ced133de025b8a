import type { ClientConfig } from 'pg';
import { AiosError } from '../../errors.ts';
import type { ServerName } from './store-error.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=`, `?options=-c search_path=…` and others as libpq knows them. */
  readonly url: string;
  /** The most connections of this process, beside one that listens. Default: 10. */
  readonly poolSize?: number;
  /** How long a connection may take to be made, or to become free. In ms. Default: 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long a statement may take, migrations apart. In ms. Default: 15,000. */
  readonly statementTimeoutMs?: number;
  /** The host's clock in ms since 1970, for tests. Default: one that is never set back or forth. */
  readonly hostClock?: () => number;
}

/**
 * What is left of a server that is cut off must not hold locks for longer than that. And all that is looked for is found by an
 * index, row by row: the plan of a prepared statement that was made for a small table must do for a large one. Statements
 * that take microseconds are never worth compiling, which Postgres does where it has no statistics yet.
 */
const SESSION = {
  jit: 'off', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off', idle_in_transaction_session_timeout: '30s', lock_timeout: '10s', tcp_keepalives_idle: 30, tcp_keepalives_interval: 10, tcp_keepalives_count: 3,
};
const KEEP_ALIVE_MS = 10_000;
/** Beyond the server's own limit, as a part of it: the server speaks first, unless the way to it is cut. */
const GRACE = 1 / 3;
const LEAST_GRACE_MS = 500;

export interface PostgresSettings {
  readonly server: ServerName;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  readonly client: ClientConfig;
  /** To be run first on each connection. */
  readonly session: string;
}

/** Throws `store_unavailable` for what is not the URL of a Postgres. */
export function postgresSettings({ url, poolSize = 10, connectTimeoutMs = 10_000, statementTimeoutMs = 15_000 }: PostgresOptions): PostgresSettings {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new AiosError('store_unavailable',
      'AIOS_POSTGRES_URL is not the address of a Postgres. Write postgres://user:password@host:5432/database, with special characters of the password percent-encoded.');
  }
  const session = { ...SESSION, statement_timeout: statementTimeoutMs };
  return {
    server: { place: `${parsed.host}${parsed.pathname}`, user: decode(parsed.username), database: decode(parsed.pathname.slice(1)) },
    poolSize,
    statementTimeoutMs,
    client: {
      connectionString: url,
      application_name: 'aios',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: statementTimeoutMs + Math.max(LEAST_GRACE_MS, statementTimeoutMs * GRACE),
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    },
    session: Object.entries(session).map(([name, value]) => `SET ${name} = '${value}'`).join('; '),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
