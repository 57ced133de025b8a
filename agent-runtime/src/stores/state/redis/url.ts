import { AiosError } from '../../../errors.ts';

/** Where Redis is, as AIOS_REDIS_URL says. */
export interface RedisAddress {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** The server, the Sentinels, or some nodes of the Cluster. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  /** Name that the Sentinels know the master by. */
  readonly master: string | null;
  readonly db: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly sentinelUsername: string | null;
  readonly sentinelPassword: string | null;
  readonly tls: boolean;
}

const FORMS = 'Write it as redis://user:password@host:6379/0, rediss://… for TLS, redis+sentinel://user:password@host:26379,host:26379/master-name/0'
  + ' or redis+cluster://user:password@host:6379,host:6379; a character such as @ or / in the password is percent-encoded.';
const PORTS = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;

/** Throws `store_unavailable`, with the setting's name, what is wrong with it and never what it holds. */
export function parseRedisUrl(url: string): RedisAddress {
  const parts = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:(.*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(url);
  if (!parts) throw wrong('is not the address of a Redis server');
  const [, scheme, mode, credentials, hosts = '', path = '', query = ''] = parts;
  const kind = (mode ?? 'single') as RedisAddress['kind'];
  const parameters = new URLSearchParams(query);
  const unknown = [...parameters.keys()].find((name) => kind !== 'sentinel' || (name !== 'sentinelUsername' && name !== 'sentinelPassword'));
  if (unknown !== undefined) {
    throw wrong(kind === 'sentinel' ? 'has a parameter other than sentinelUsername and sentinelPassword' : 'has parameters after the ?');
  }
  return {
    kind,
    hosts: hostsOf(hosts, kind),
    ...placeOf(path, kind),
    ...credentialsOf(credentials),
    sentinelUsername: parameters.get('sentinelUsername'),
    sentinelPassword: parameters.get('sentinelPassword'),
    tls: scheme === 'rediss',
  };
}

function hostsOf(text: string, kind: RedisAddress['kind']): RedisAddress['hosts'] {
  const hosts = text.split(',').map((place) => {
    const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(place.trim());
    const host = parts?.[1] ?? parts?.[2];
    const port = Number(parts?.[3] ?? PORTS[kind]);
    if (host === undefined) throw wrong('lacks a host, or has one that is not host or host:port');
    if (port < 1 || port > 65_535) throw wrong('has a port that is not between 1 and 65535');
    return { host, port };
  });
  if (kind === 'single' && hosts.length > 1) throw wrong('names several hosts: say with redis+sentinel:// or redis+cluster:// what they are');
  return hosts;
}

function placeOf(path: string, kind: RedisAddress['kind']): Pick<RedisAddress, 'master' | 'db'> {
  const parts = path.split('/').filter((part) => part !== '');
  const master = kind === 'sentinel' ? parts.shift() ?? '' : null;
  if (master === '') throw wrong('lacks the name of the master that the Sentinels watch');
  if (kind === 'cluster' && parts.length > 0) throw wrong('names a database, and a Cluster has only one');
  const db = parts.shift() ?? '0';
  if (!/^\d{1,6}$/.test(db) || parts.length > 0) throw wrong('has a path that is not the number of a database');
  return { master: master === null ? null : decoded(master), db: Number(db) };
}

function credentialsOf(text: string | undefined): Pick<RedisAddress, 'username' | 'password'> {
  if (text === undefined) return { username: null, password: null };
  const colon = text.indexOf(':');
  if (colon < 0) throw wrong('has a user without a password: a password alone stands behind a colon, as in redis://:password@host');
  const [username, password] = [decoded(text.slice(0, colon)), decoded(text.slice(colon + 1))];
  if (password === '') throw wrong('has an empty password');
  return { username: username === '' ? null : username, password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('has a % that is not part of a percent-encoded character');
  }
}

function wrong(what: string): AiosError {
  return new AiosError('store_unavailable', `AIOS_REDIS_URL ${what}. ${FORMS}`);
}
