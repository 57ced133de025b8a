import { OWNER_VARIABLE } from '../owned-processes.ts';

/** What of the host's environment git may need to reach a repository; the rest never gets to it. */
const NETWORK_VARIABLES = new Set([
  'HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy', 'NO_PROXY', 'no_proxy',
  'GIT_SSL_CAINFO', 'SSL_CERT_FILE', 'SSL_CERT_DIR',
]);

export interface Credential {
  readonly username: string;
  readonly password: string;
}

export interface EnvironmentOptions {
  /** `https`, and for tests and local repositories `http` or `file`. */
  readonly protocols: readonly string[];
  /** Proxies and certificates, by the names git and curl know; other names are dropped. */
  readonly network?: Readonly<Record<string, string>>;
  readonly credential?: Credential | null;
  /** The folder of the owner it works for. */
  readonly owner?: string;
}

/** Nothing of the host's or a repository's configuration may start a program or read a file on git's behalf. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['safe.directory', '*'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.autocrlf', 'false'],
  ['core.symlinks', 'true'],
  ['core.quotePath', 'false'],
  ['core.pager', 'cat'],
  ['core.askPass', ''],
  ['credential.helper', ''],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['diff.ignoreSubmodules', 'all'],
  ['fetch.unpackLimit', '1'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['http.followRedirects', 'false'],
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '30'],
  ['pack.threads', '2'],
  ['checkout.workers', '2'],
];

/**
 * Git's whole environment. The credential travels as a header in GIT_CONFIG_VALUE_n: so it is in no argument list, which every
 * user of the host may read, in no file, and in none of git's messages; only the runtime's own user may read the environment of
 * its processes. It is bound to the repository's origin, and redirects are refused, so no other host gets it.
 */
export function gitEnvironment({ protocols, network = {}, credential, owner }: EnvironmentOptions, repository?: URL): Record<string, string> {
  const settings = [...SETTINGS];
  if (credential && repository) {
    const basic = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
    settings.push([`http.${repository.origin}/.extraHeader`, `Authorization: Basic ${basic}`]);
  }
  const environment: Record<string, string> = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_ALLOW_PROTOCOL: protocols.join(':'),
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_CONFIG_COUNT: String(settings.length),
    ...owner !== undefined && { [OWNER_VARIABLE]: owner },
  };
  for (const [index, [key, value]] of settings.entries()) {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  for (const [name, value] of Object.entries(network)) if (NETWORK_VARIABLES.has(name)) environment[name] = value;
  return environment;
}
