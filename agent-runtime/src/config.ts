import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

export interface Config {
  readonly role: 'all' | 'api' | 'worker';
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /**
   * Keys of the runtime's own API; empty only in the role `worker`, which has none. A name is the tenant: stable, not
   * secret, and what idempotency keys are unique within.
   */
  readonly apiKeys: readonly { readonly name: string; readonly key: string }[];
  /** Absolute. */
  readonly dataDir: string;
  /** Origins (scheme, host, port) that callbacks may be sent to. */
  readonly callbackOrigins: readonly string[];
  /** Tasks that run at once. */
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly drainMs: number;
  readonly retryBaseMs: number;
  readonly modelTimeoutMs: number;
  /** The router file, absolute; null: the models of the environment alone, with default settings. */
  readonly routerFile: string | null;
  /** Where budgets are counted; null: in the data folder. May hold a password. */
  readonly redisUrl: string | null;
  readonly logLevel: z.infer<typeof logLevelSchema>;
  /** Null: not configured. An empty list of models: the provider's own default ones. */
  readonly anthropic: { readonly apiKey: string; readonly baseUrl: string | null; readonly models: readonly string[] } | null;
  readonly ollama: { readonly host: string; readonly models: readonly string[] } | null;
  readonly openai: {
    readonly apiKey: string | null;
    readonly baseUrl: string | null;
    readonly models: readonly string[];
    /** A self-hosted server whose calls cost nothing. */
    readonly free: boolean;
  } | null;
  readonly github: { readonly token: string | null; readonly apiUrl: string };
  /** The local sample server, which owns every repository of the owner `aios-sample`. */
  readonly sampleGithubUrl: string | null;
  readonly linear: { readonly apiKey: string | null; readonly apiUrl: string | null };
  readonly slack: { readonly token: string | null; readonly apiUrl: string | null };
}

/** What is wrong with the environment, one line a variable. It never holds a value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

const logLevelSchema = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be fatal, error, warn, info, debug, trace or silent');
const list = z.string().transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== ''));
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https address, such as https://api.example.com' });
const integer = (least: number, most: number) => z.string()
  .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most,
    `must be a whole number from ${least} to ${most}`)
  .transform(Number);
const origins = list.refine((parts) => parts.every(isOrigin),
  'must be origins separated by commas, such as https://n8n.example.com (scheme, host and port, no path)')
  .transform((parts) => parts.map((part) => new URL(part).origin));
const apiKeys = list.transform((parts) => parts.map(toApiKey))
  .refine((keys) => keys.every(({ name, key }) => /^[\w-]{1,64}$/.test(name) && /^[\x21-\x7e]+$/.test(key)),
    'must be keys separated by commas, each `name:key` or just the key; names are letters, digits, "-" and "_", keys have no spaces')
  .refine((keys) => new Set(keys.map(({ key }) => key)).size === keys.length, 'holds the same key twice');

const environmentSchema = z.object({
  AIOS_ROLE: z.enum(['all', 'api', 'worker'], 'must be all, api or worker').default('all'),
  AIOS_HOST: z.string().default('127.0.0.1'),
  AIOS_PORT: integer(0, 65_535).default(8700),
  AIOS_API_KEYS: apiKeys.default([]),
  AIOS_DATA_DIR: z.string().default('.data/runtime'),
  AIOS_CALLBACK_ORIGINS: origins.default(['http://localhost:5678', 'http://127.0.0.1:5678']),
  AIOS_CONCURRENCY: integer(1, 1_000).default(8),
  // A killed runtime's work goes on once its lease has run out, so it is short.
  AIOS_LEASE_MS: integer(100, 3_600_000).default(10_000),
  AIOS_DRAIN_MS: integer(0, 3_600_000).default(10_000),
  AIOS_RETRY_BASE_MS: integer(1, 3_600_000).default(1_000),
  AIOS_MODEL_TIMEOUT_MS: integer(1, 3_600_000).default(120_000),
  AIOS_ROUTER_CONFIG: z.string().optional(),
  AIOS_REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis or rediss address, such as redis://127.0.0.1:6379' }).optional(),
  AIOS_LOG_LEVEL: logLevelSchema.default('info'),
  AIOS_SAMPLE_GITHUB_URL: url.optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: url.optional(),
  ANTHROPIC_MODELS: list.default([]),
  OLLAMA_HOST: z.string().refine(isHost, 'must be an address such as http://127.0.0.1:11434 or ollama.internal:11434').optional(),
  OLLAMA_MODELS: list.default([]),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: url.optional(),
  OPENAI_MODELS: list.default([]),
  OPENAI_MODELS_FREE: z.enum(['true', 'false'], 'must be true or false').default('false'),
  GITHUB_TOKEN: z.string().optional(),
  GITHUB_API_URL: url.default('https://api.github.com'),
  LINEAR_API_KEY: z.string().optional(),
  LINEAR_API_URL: url.optional(),
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_API_URL: url.optional(),
});
type Variable = keyof typeof environmentSchema.shape;

/** Each can also be given as NAME_FILE, the path of a file that holds it. */
const SECRETS = ['AIOS_API_KEYS', 'AIOS_REDIS_URL', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GITHUB_TOKEN', 'LINEAR_API_KEY', 'SLACK_BOT_TOKEN'] as const satisfies readonly Variable[];

/** Names of all variables that `readConfig` looks at. */
export const VARIABLES: readonly string[] = [...Object.keys(environmentSchema.shape), ...SECRETS.map((name) => `${name}_FILE`)];

/**
 * Reads the whole configuration; nothing else reads the environment. An empty variable counts as absent.
 * Throws a ConfigError that names each wrong variable and says what to do.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): { config: Config; warnings: string[] } {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of VARIABLES) {
    const value = environment[name]?.trim();
    if (value) values[name] = value;
  }
  for (const name of SECRETS) readSecretFile(name, values, problems);
  for (const name of SECRETS) {
    if (/[^\x20-\x7e]/.test(values[name] ?? '')) problems.push(`${name} holds a line break or another character that no key has; copy the key again, alone`);
  }
  const parsed = environmentSchema.safeParse(values);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const read = parsed.data;
  if (read.AIOS_API_KEYS.length === 0 && read.AIOS_ROLE !== 'worker') {
    problems.push('AIOS_API_KEYS is empty, so nobody could use the API. Make a key (for example with `openssl rand -hex 24`) '
      + 'and set AIOS_API_KEYS=n8n:<key>, or AIOS_API_KEYS_FILE=<path of a file that holds it>');
  }
  if (read.OPENAI_BASE_URL && read.OPENAI_MODELS.length === 0) {
    problems.push('OPENAI_MODELS is empty: with OPENAI_BASE_URL, name the models of that server, separated by commas');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: toConfig(read), warnings: warningsFor(environment, read) };
}

/**
 * What a reference in the router file stands for: `env:NAME` or `file:/path`. Throws an Error that names the reference,
 * never a value.
 */
export function readSecret(reference: string, environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const [kind, place] = [reference.slice(0, reference.indexOf(':')), reference.slice(reference.indexOf(':') + 1)];
  if (kind === 'env') {
    const value = environment[place]?.trim();
    if (!value) throw new Error(`${reference}: the variable ${place} is not set`);
    return value;
  }
  if (kind !== 'file') throw new Error(`${reference}: write env:NAME or file:/path`);
  const values: Record<string, string> = { [`${reference}_FILE`]: place };
  const problems: string[] = [];
  readSecretFile(reference, values, problems);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return values[reference]!;
}

function toConfig(read: z.infer<typeof environmentSchema>): Config {
  return {
    role: read.AIOS_ROLE,
    host: read.AIOS_HOST,
    port: read.AIOS_PORT,
    apiKeys: read.AIOS_API_KEYS,
    dataDir: resolve(read.AIOS_DATA_DIR),
    callbackOrigins: read.AIOS_CALLBACK_ORIGINS,
    concurrency: read.AIOS_CONCURRENCY,
    leaseMs: read.AIOS_LEASE_MS,
    drainMs: read.AIOS_DRAIN_MS,
    retryBaseMs: read.AIOS_RETRY_BASE_MS,
    modelTimeoutMs: read.AIOS_MODEL_TIMEOUT_MS,
    routerFile: read.AIOS_ROUTER_CONFIG === undefined ? null : resolve(read.AIOS_ROUTER_CONFIG),
    redisUrl: read.AIOS_REDIS_URL ?? null,
    logLevel: read.AIOS_LOG_LEVEL,
    anthropic: read.ANTHROPIC_API_KEY
      ? { apiKey: read.ANTHROPIC_API_KEY, baseUrl: read.ANTHROPIC_BASE_URL ?? null, models: read.ANTHROPIC_MODELS } : null,
    ollama: read.OLLAMA_MODELS.length > 0
      ? { host: read.OLLAMA_HOST ?? 'http://127.0.0.1:11434', models: read.OLLAMA_MODELS } : null,
    openai: read.OPENAI_API_KEY || read.OPENAI_BASE_URL
      ? {
          apiKey: read.OPENAI_API_KEY ?? null, baseUrl: read.OPENAI_BASE_URL ?? null, models: read.OPENAI_MODELS,
          free: read.OPENAI_MODELS_FREE === 'true',
        } : null,
    github: { token: read.GITHUB_TOKEN ?? null, apiUrl: read.GITHUB_API_URL },
    sampleGithubUrl: read.AIOS_SAMPLE_GITHUB_URL ?? null,
    linear: { apiKey: read.LINEAR_API_KEY ?? null, apiUrl: read.LINEAR_API_URL ?? null },
    slack: { token: read.SLACK_BOT_TOKEN ?? null, apiUrl: read.SLACK_API_URL ?? null },
  };
}

function warningsFor(environment: Readonly<Record<string, string | undefined>>, read: z.infer<typeof environmentSchema>): string[] {
  const known = new Set(VARIABLES);
  const warnings = Object.keys(environment).filter((name) => name.startsWith('AIOS_') && !known.has(name)).sort()
    .map((name) => `${name} is not a variable of the runtime and is ignored; check its spelling`);
  for (const { name } of read.AIOS_API_KEYS.filter(({ key }) => key.length < 16)) {
    warnings.push(`AIOS_API_KEYS: the key named ${name} is shorter than 16 characters and can be guessed; use a longer one`);
  }
  if (read.OLLAMA_HOST && read.OLLAMA_MODELS.length === 0) {
    warnings.push('OLLAMA_HOST is set but OLLAMA_MODELS is not, so Ollama is not used; name its models, separated by commas');
  }
  return warnings;
}

function readSecretFile(name: string, values: Record<string, string>, problems: string[]): void {
  const path = values[`${name}_FILE`];
  if (path === undefined) return;
  if (values[name] !== undefined) {
    problems.push(`${name} and ${name}_FILE are both set; keep one of them`);
    return;
  }
  try {
    const content = readFileSync(path, 'utf8').trim();
    if (content === '') problems.push(`${name}_FILE: the file ${path} is empty; put the secret into it`);
    else values[name] = content;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    problems.push(`${name}_FILE: the file ${path} cannot be read (${reason}); check the path and its permissions`);
  }
}

function toApiKey(entry: string): Config['apiKeys'][number] {
  const colon = entry.indexOf(':');
  if (colon !== -1) return { name: entry.slice(0, colon), key: entry.slice(colon + 1) };
  return { name: `key-${createHash('sha256').update(entry).digest('hex').slice(0, 8)}`, key: entry };
}

function isHost(text: string): boolean {
  return URL.canParse(/^https?:\/\//.test(text) ? text : `http://${text}`);
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, hash, username } = new URL(text);
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '' && username === '';
}
