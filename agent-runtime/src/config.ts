import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { environmentSchema, type logLevelSchema } from './config-schema.ts';

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
  /** Servers of the stores; null: embedded, in the data folder. Addresses may hold passwords. */
  readonly stores: {
    readonly postgresUrl: string | null;
    readonly rabbitmq: {
      readonly url: string;
      /** Of all its names in the broker. */
      readonly prefix: string;
      /** Messages of an agent that may wait. */
      readonly maxLength: number;
    } | null;
    /** `prefix`: installations that share a server have different ones. */
    readonly redis: { readonly url: string; readonly prefix: string } | null;
    readonly s3: {
      readonly url: string;
      /** Where people reach it, for links; null: at `url`. */
      readonly publicUrl: string | null;
      readonly accessKey: string;
      readonly secretKey: string;
    } | null;
    readonly qdrant: { readonly url: string; readonly apiKey: string | null; readonly prefix: string } | null;
  };
  /** How many tasks of an agent may run at once in the whole installation; an agent that is not there: any number. */
  readonly agentLimits: ReadonlyMap<string, number>;
  /** The same for each repository; 0: any number. */
  readonly repositoryLimit: number;
  /** Requests a minute for each API key; 0: any number. */
  readonly rateLimit: number;
  /** Absolute: where working copies are. */
  readonly workspaceDir: string;
  /** From where working copies may come. */
  readonly workspaceProtocols: readonly ('https' | 'http' | 'file')[];
  /** Proxies and certificates, for git. */
  readonly network: Readonly<Record<string, string>>;
  /** How long what has ended is kept, in days; 0: for ever. */
  readonly keepDays: { readonly tasks: number; readonly decisions: number; readonly ledger: number };
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

type Variable = keyof typeof environmentSchema.shape;

/** Each can also be given as NAME_FILE, the path of a file that holds it. */
const SECRETS = [
  'AIOS_API_KEYS', 'AIOS_POSTGRES_URL', 'AIOS_RABBITMQ_URL', 'AIOS_REDIS_URL', 'AIOS_S3_ACCESS_KEY', 'AIOS_S3_SECRET_KEY', 'AIOS_QDRANT_API_KEY',
  'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GITHUB_TOKEN', 'LINEAR_API_KEY', 'SLACK_BOT_TOKEN',
] as const satisfies readonly Variable[];

/** What git and curl know of proxies and certificates. */
const NETWORK = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy', 'GIT_SSL_CAINFO', 'SSL_CERT_FILE'];

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
  if (read.AIOS_S3_URL && !(read.AIOS_S3_ACCESS_KEY && read.AIOS_S3_SECRET_KEY)) {
    problems.push('AIOS_S3_ACCESS_KEY and AIOS_S3_SECRET_KEY are needed with AIOS_S3_URL; set both, or their _FILE variants');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { config: toConfig(read, environment), warnings: warningsFor(environment, read) };
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

function toConfig(read: z.infer<typeof environmentSchema>, environment: Readonly<Record<string, string | undefined>>): Config {
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
    stores: {
      postgresUrl: read.AIOS_POSTGRES_URL ?? null,
      rabbitmq: read.AIOS_RABBITMQ_URL
        ? { url: read.AIOS_RABBITMQ_URL, prefix: read.AIOS_RABBITMQ_PREFIX, maxLength: read.AIOS_RABBITMQ_MAX_LENGTH } : null,
      redis: read.AIOS_REDIS_URL ? { url: read.AIOS_REDIS_URL, prefix: read.AIOS_REDIS_PREFIX } : null,
      s3: read.AIOS_S3_URL ? {
        url: read.AIOS_S3_URL, publicUrl: read.AIOS_S3_PUBLIC_URL ?? null, accessKey: read.AIOS_S3_ACCESS_KEY ?? '', secretKey: read.AIOS_S3_SECRET_KEY ?? '',
      } : null,
      qdrant: read.AIOS_QDRANT_URL ? { url: read.AIOS_QDRANT_URL, apiKey: read.AIOS_QDRANT_API_KEY ?? null, prefix: read.AIOS_QDRANT_PREFIX } : null,
    },
    agentLimits: read.AIOS_AGENT_LIMITS,
    repositoryLimit: read.AIOS_REPOSITORY_LIMIT,
    rateLimit: read.AIOS_RATE_LIMIT,
    workspaceDir: resolve(read.AIOS_WORKSPACE_DIR ?? join(read.AIOS_DATA_DIR, 'workspaces')),
    workspaceProtocols: read.AIOS_WORKSPACE_PROTOCOLS,
    network: Object.fromEntries(NETWORK.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []))),
    keepDays: { tasks: read.AIOS_KEEP_TASKS_DAYS, decisions: read.AIOS_KEEP_DECISIONS_DAYS, ledger: read.AIOS_KEEP_LEDGER_DAYS },
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
