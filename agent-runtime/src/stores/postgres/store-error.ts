import { AiosError } from '../../errors.ts';

/** Who is spoken to, for messages: `host:port/database`, never the password. */
export interface ServerName {
  readonly place: string;
  readonly user: string;
  readonly database: string;
}

const SETTING = 'AIOS_POSTGRES_URL';
const LOOK = `check that the server runs and that ${SETTING} has its address`;

/** Codes of the network, of SQLSTATE, or of a class of SQLSTATE, with what to do about each. */
const ADVICE: Readonly<Record<string, (server: ServerName) => string>> = {
  ECONNREFUSED: () => LOOK,
  ENOTFOUND: () => `its host name is not known; correct ${SETTING}`,
  EAI_AGAIN: () => 'its host name cannot be looked up now; check the name server',
  ETIMEDOUT: () => LOOK,
  EHOSTUNREACH: () => LOOK,
  ENETUNREACH: () => LOOK,
  ECONNRESET: () => 'the connection broke; it is made again at the next use',
  EPIPE: () => 'the connection broke; it is made again at the next use',
  SELF_SIGNED_CERT_IN_CHAIN: () => `its certificate is not trusted; name the authority with sslrootcert in ${SETTING}`,
  DEPTH_ZERO_SELF_SIGNED_CERT: () => `its certificate is not trusted; name the authority with sslrootcert in ${SETTING}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: () => `its certificate is not trusted; name the authority with sslrootcert in ${SETTING}`,
  ERR_TLS_CERT_ALTNAME_INVALID: () => `its certificate is for another name; correct the host in ${SETTING}`,
  CERT_HAS_EXPIRED: () => 'its certificate has expired; renew it',
  '08': () => 'the connection broke; it is made again at the next use',
  '28': ({ user }) => `it refuses the user ${user}; correct the user and the password in ${SETTING}`,
  '3D': ({ database, user }) => `there is no database ${database}; make it (CREATE DATABASE ${database} OWNER ${user}) or correct ${SETTING}`,
  '3F': () => `the schema of ${SETTING} is missing; make it (CREATE SCHEMA)`,
  42501: ({ user }) => `the user ${user} lacks a permission; make it the owner of the database or of the schema`,
  53100: () => 'its disk is full; free some space there',
  53200: () => 'it has no memory left; give it more',
  53300: () => `it takes no more connections; raise its max_connections or lower the pool of each process`,
  '53': () => 'it lacks a resource; look at its log',
  25006: () => `it is read-only, such as a standby; give the address of the primary in ${SETTING}`,
  57014: () => 'a statement took too long and was cancelled; look at the load of the server',
  '55P03': () => 'a lock was not to be had in time; look for a transaction that is held open there',
  25003: () => 'a transaction was open for too long and was ended',
  '25P03': () => 'a transaction was idle for too long and was ended',
  57: () => 'it is starting, stopping or has crashed; it is tried again at the next use',
  58: () => 'its machine failed it; look at its log',
  XX001: () => 'its data are damaged; look at its log, and restore a backup if need be',
  XX002: () => 'an index is damaged; look at its log, and rebuild the index (REINDEX)',
  '0A000': () => 'another version has changed its tables at this moment; try again',
  40001: () => 'other transactions were in the way each time; try again',
  '40P01': () => 'other transactions were in the way each time; try again',
};

/** For a lock, or for the end of what it does. */
const WAITED_IN_VAIN: ReadonlySet<unknown> = new Set(['55P03', '57014']);

/** What `pg` says without a code. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/Connection terminated due to connection timeout/, `it did not answer in time; ${LOOK}`],
  [/timeout exceeded when trying to connect/, 'all connections of this process were busy for too long; give it a larger pool, or look for what holds them'],
  [/timeout/i, 'it did not answer in time; the connection is made again at the next use'],
  [/Connection terminated|not queryable|connection error|Client was closed/i, 'the connection broke; it is made again at the next use'],
  [/does not support SSL/, `it has no TLS; use sslmode=disable in ${SETTING}, or let it have some`],
  [/Cannot use a pool after calling end|driver has already been destroyed/, 'it was closed, as the process is shutting down'],
  [/SASL|password/i, `the password was refused or is missing; correct ${SETTING}`],
];

/** An error of Postgres or of the way to it as `store_unavailable` where that is what it is; anything else as it was. */
export function storeError(error: unknown, server: ServerName): unknown {
  if (error instanceof AiosError) return error;
  const cause = error instanceof AggregateError ? error.errors[0] as unknown : error;
  const advice = adviceFor(cause, server);
  if (advice === undefined) return error;
  const said = cause instanceof Error ? cause.message : String(cause);
  return new AiosError('store_unavailable', `Postgres at ${server.place} (${SETTING}): ${said}: ${advice}.`, { cause });
}

function adviceFor(error: unknown, server: ServerName): string | undefined {
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (typeof code !== 'string') return WORDS.find(([words]) => words.test(message))?.[1];
  return (ADVICE[code] ?? (code.length === 5 ? ADVICE[code.slice(0, 2)] : undefined))?.(server);
}

/** Others' transactions made this one fail, and nothing of it remains: it can be repeated as it is. */
export function isConflict(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01';
}

/** A statement failed by what it asked for, or waited for in vain: another one at the same moment may not. */
export function isOfItsOwn(error: unknown): boolean {
  const { cause } = (error ?? {}) as { readonly cause?: unknown };
  return !(error instanceof AiosError) || isConflict(cause) || WAITED_IN_VAIN.has((cause as { readonly code?: unknown } | undefined)?.code);
}

/** A statement that the connection has prepared no longer fits its table, as another version has changed it. */
export function isOutdated(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  return code === '0A000' && message.includes('cached plan');
}

/** The connection is of no more use. */
export function isBroken(error: unknown): boolean {
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  if (typeof code !== 'string') return /timeout|terminated|queryable|connection error|closed/i.test(message);
  return code.length !== 5 || ['08', '57P', '58', 'XX'].some((start) => code.startsWith(start)) || code === '25P03';
}
