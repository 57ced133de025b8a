import { createHash } from 'node:crypto';
import { z } from 'zod';

export const logLevelSchema = z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'must be fatal, error, warn, info, debug, trace or silent');
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
  .refine((keys) => keys.every(({ name, key }) => /^(?!__proto__$)[\w-]{1,64}$/.test(name) && /^[\x21-\x7e]+$/.test(key)),
    'must be keys separated by commas, each `name:key` or just the key; names are letters, digits, "-" and "_", keys have no spaces')
  .refine((keys) => new Set(keys.map(({ key }) => key)).size === keys.length, 'holds the same key twice');

const prefix = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'must be a short name of lower-case letters, digits and "-", such as aios').default('aios');

/** Addresses that may hold a password: neither the message nor what it says of a wrong one repeats the value. */
const address = (form: RegExp, example: string) => z.string().regex(form, `must be ${example}`).optional();
const limits = list.refine((parts) => parts.every((part) => /^[a-z][a-z0-9-]*=[1-9]\d{0,4}$/.test(part)),
  'must be agents with how many of their tasks may run at once, separated by commas, such as cto=4,devops=2')
  .transform((parts): ReadonlyMap<string, number> => new Map(parts.map((part) => [part.slice(0, part.indexOf('=')), Number(part.slice(part.indexOf('=') + 1))])));

/** All variables that the runtime reads, as text, and what each becomes. */
export const environmentSchema = z.object({
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
  AIOS_POSTGRES_URL: address(/^postgres(ql)?:\/\/\S+$/, 'a postgres address, such as postgres://aios:password@127.0.0.1:5432/aios'),
  AIOS_RABBITMQ_URL: address(/^amqps?:\/\/\S+$/, 'an amqp or amqps address, such as amqp://aios:password@127.0.0.1:5672'),
  AIOS_RABBITMQ_PREFIX: prefix,
  AIOS_RABBITMQ_MAX_LENGTH: integer(1, 100_000_000).default(1_000_000),
  AIOS_REDIS_URL: address(/^(rediss?|rediss?\+(sentinel|cluster)):\/\/\S+$/,
    'a redis, rediss, redis+sentinel or redis+cluster address, such as redis://127.0.0.1:6379 or redis+sentinel://one:26379,two:26379/main'),
  AIOS_REDIS_PREFIX: prefix,
  AIOS_S3_URL: address(/^https?:\/\/[^@\s]+\/[^@\s]+$/, 'the address of a bucket without user and password, such as https://s3.example.com/aios'),
  AIOS_S3_PUBLIC_URL: url.optional(),
  AIOS_S3_ACCESS_KEY: z.string().optional(),
  AIOS_S3_SECRET_KEY: z.string().optional(),
  AIOS_QDRANT_URL: address(/^https?:\/\/[^@\s]+$/, 'an http or https address without user and password, such as http://127.0.0.1:6333'),
  AIOS_QDRANT_API_KEY: z.string().optional(),
  AIOS_QDRANT_PREFIX: prefix,
  AIOS_AGENT_LIMITS: limits.default(new Map()),
  AIOS_REPOSITORY_LIMIT: integer(0, 10_000).default(0),
  AIOS_RATE_LIMIT: integer(0, 1_000_000).default(0),
  AIOS_WORKSPACE_DIR: z.string().optional(),
  AIOS_WORKSPACE_PROTOCOLS: list.pipe(z.array(z.enum(['https', 'http', 'file'], 'must be https, or https, http and file separated by commas')).min(1))
    .default(['https']),
  AIOS_KEEP_TASKS_DAYS: integer(0, 36_500).default(90),
  AIOS_KEEP_DECISIONS_DAYS: integer(0, 36_500).default(30),
  AIOS_KEEP_LEDGER_DAYS: integer(0, 36_500).default(0),
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

function toApiKey(entry: string): { readonly name: string; readonly key: string } {
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
