import { AiosError } from '../../../errors.ts';

/** What to do about an answer of Redis or of its network, by how it begins. The first that fits. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|invalid username-password|invalid password/, 'refused the password: check the user and the password in AIOS_REDIS_URL'],
  [/NOAUTH|Authentication required/, 'wants a password: write it into AIOS_REDIS_URL, as in redis://:password@host'],
  [/NOPERM/, 'does not let the user of AIOS_REDIS_URL do this: give that user all commands on the keys and channels of the runtime'],
  [/OOM /, 'is full: give it more memory (maxmemory), or a server of its own'],
  [/READONLY/, 'is a read-only replica: after a failover it is found again by itself; else point AIOS_REDIS_URL at the master'],
  [/LOADING/, 'is still reading its data: wait a little'],
  [/MISCONF/, 'cannot save its data: look at its log and its disk'],
  [/MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK /, 'is between two masters: wait a little, and look at its nodes if it stays so'],
  [/DB index/, 'does not have the database that AIOS_REDIS_URL names'],
  [/max number of clients/, 'has too many clients: raise maxclients'],
  [/cluster support disabled/, 'is not a Cluster: write redis:// in place of redis+cluster:// in AIOS_REDIS_URL'],
  [/invalid reply: null/, 'is not found: no Sentinel of AIOS_REDIS_URL knows a master of that name'],
  [/no answer within/, 'does not answer: check that the server runs, and the network to it'],
  [/certificate|SSL|TLS|EPROTO/i, 'cannot be reached by TLS: check its certificate (NODE_EXTRA_CA_CERTS names your own authority), and that rediss:// is right'],
];
const USUAL = 'cannot be reached: check that the server runs and that AIOS_REDIS_URL is right';

/** The library's own words, which say less than what the connection failed of. */
const VAGUE = /^(Connection is closed|None of startup nodes|Reached the max retries|Command aborted|Failed to refresh slots|Too many Cluster redirections|Cluster is|All sentinels are unreachable|Stream isn't)/;
/** A script or a key that is wrong, which no retry mends. */
const BUG = /^(WRONGTYPE|CROSSSLOT|ERR user_script|ERR Error (running|compiling) script)/;

/**
 * What a command failed of as an error of ours. `connection` is what the connection failed of last, if it is not up.
 * Keeps the words of the error, not its properties: they hold the command's arguments, and so the password.
 */
export function redisError(error: unknown, connection: Error | null): Error {
  if (error instanceof AiosError) return error;
  const own = wordsOf(error);
  if (BUG.test(own) && !ADVICE.some(([pattern]) => pattern.test(own))) return new Error(`Redis: ${own}`);
  const words = connection !== null && (VAGUE.test(own) || error instanceof DeadlineError) ? wordsOf(connection) : own;
  const advice = ADVICE.find(([pattern]) => pattern.test(words))?.[1] ?? USUAL;
  return new AiosError('store_unavailable', `Redis ${advice} (${words}).`);
}

export class DeadlineError extends Error {}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { lastNodeError, errors, code } = error as { lastNodeError?: unknown; errors?: readonly unknown[]; code?: string };
  if (lastNodeError instanceof Error) return wordsOf(lastNodeError);
  if (error.message === '' && errors?.[0] !== undefined) return wordsOf(errors[0]); // of a host with several addresses
  return (error.message || code || error.name).replace(/, with args beginning with.*/s, '').replace(' and retry is disabled.', '.')
    .replace(/\.$/, '').slice(0, 300);
}
