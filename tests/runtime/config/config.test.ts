import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError, VARIABLES, readConfig, readSecret } from '../../../agent-runtime/src/config.ts';
import type { Config } from '../../../agent-runtime/src/config.ts';

const KEY = 'a-key-that-is-long-enough';
let folder: string;

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'aios-config-')); });
afterAll(() => rmSync(folder, { recursive: true }));

function refusal(environment: Record<string, string>): string {
  try {
    readConfig({ AIOS_API_KEYS: KEY, ...environment });
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('the configuration', () => {
  test('needs nothing but a key', () => {
    const { config, warnings } = readConfig({ AIOS_API_KEYS: `n8n:${KEY}` });
    expect(warnings).toEqual([]);
    expect(config).toEqual({
      role: 'all', host: '127.0.0.1', port: 8700, apiKeys: [{ name: 'n8n', key: KEY }], dataDir: resolve('.data/runtime'),
      callbackOrigins: ['http://localhost:5678', 'http://127.0.0.1:5678'], concurrency: 8, leaseMs: 10_000, drainMs: 10_000,
      retryBaseMs: 1_000, modelTimeoutMs: 120_000, routerFile: null, logLevel: 'info',
      stores: { postgresUrl: null, rabbitmq: null, redis: null, s3: null, qdrant: null }, agentLimits: new Map(), repositoryLimit: 0, rateLimit: 0,
      keepDays: { tasks: 90, decisions: 30, ledger: 0 }, workspaceDir: expect.stringMatching(/\/workspaces$/) as never, workspaceProtocols: ['https'], network: {}, anthropic: null, ollama: null, openai: null,
      github: { token: null, apiUrl: 'https://api.github.com' }, sampleGithubUrl: null,
      linear: { apiKey: null, apiUrl: null }, slack: { token: null, apiUrl: null },
    });
  });

  test('without a key is refused with the way to set one', () => {
    expect(refusal({ AIOS_API_KEYS: '' })).toMatch(/AIOS_API_KEYS is empty.*openssl rand -hex 24.*AIOS_API_KEYS=n8n:<key>.*AIOS_API_KEYS_FILE/);
    expect(readConfig({ AIOS_ROLE: 'worker' }).config.apiKeys).toEqual([]);
  });

  test('gives a key without a name a stable one that is not the key', () => {
    const name = (keys: string) => readConfig({ AIOS_API_KEYS: keys }).config.apiKeys.find(({ key }) => key === KEY)?.name;
    expect(name(KEY)).toMatch(/^key-[0-9a-f]{8}$/);
    expect(name(KEY)).toBe(name(`other:${'b'.repeat(20)}, ${KEY}`));
  });

  test('reads each secret from a file too', () => {
    for (const variable of VARIABLES.filter((name) => name.endsWith('_FILE'))) {
      const file = join(folder, variable);
      const protocol = { AIOS_REDIS_URL_FILE: 'redis', AIOS_POSTGRES_URL_FILE: 'postgres', AIOS_RABBITMQ_URL_FILE: 'amqp' }[variable];
      const secret = protocol ? `${protocol}://user:secret@127.0.0.1:6379/x` : `secret-of-${variable.toLowerCase()}`;
      writeFileSync(file, `${secret}\n`);
      const others = { AIOS_API_KEYS: KEY, AIOS_S3_URL: 'http://s3:9000/aios', AIOS_S3_ACCESS_KEY: 'a', AIOS_S3_SECRET_KEY: 'b', AIOS_QDRANT_URL: 'http://qdrant:6333' };
      const { config } = readConfig({ ...others, [variable.slice(0, -'_FILE'.length)]: undefined, [variable]: file });
      expect(JSON.stringify(config)).toContain(`"${secret}"`);
    }
  });

  test('gives each server the prefix of this installation', () => {
    const servers = { AIOS_API_KEYS: KEY, AIOS_RABBITMQ_URL: 'amqp://r', AIOS_REDIS_URL: 'redis://r', AIOS_QDRANT_URL: 'http://q' };
    const prefixes = ({ rabbitmq, redis, qdrant }: Config['stores']) => [rabbitmq?.prefix, redis?.prefix, qdrant?.prefix];
    expect(prefixes(readConfig(servers).config.stores)).toEqual(['aios', 'aios', 'aios']);
    expect(prefixes(readConfig({ ...servers, AIOS_RABBITMQ_PREFIX: 'a', AIOS_REDIS_PREFIX: 'b', AIOS_QDRANT_PREFIX: 'c' }).config.stores)).toEqual(['a', 'b', 'c']);
    expect(refusal({ AIOS_REDIS_PREFIX: 'Two words' })).toMatch(/AIOS_REDIS_PREFIX must be a short name/);
  });

  test('refuses a secret with a line break and an address that is none', () => {
    expect(refusal({ OPENAI_API_KEY: 'sk-a\nb' })).toMatch(/OPENAI_API_KEY holds a line break/);
    expect(refusal({ OLLAMA_HOST: 'localhost:99999' })).toMatch(/OLLAMA_HOST must be an address/);
    expect(readConfig({ AIOS_API_KEYS: KEY, OLLAMA_HOST: 'gpu:11434', OLLAMA_MODELS: 'm' }).config.ollama?.host).toBe('gpu:11434');
  });

  test('names the variable of a secret file that cannot be used', () => {
    writeFileSync(join(folder, 'empty'), '\n');
    expect(refusal({ GITHUB_TOKEN_FILE: join(folder, 'missing') })).toMatch(/GITHUB_TOKEN_FILE: the file .*missing cannot be read \(ENOENT\)/);
    expect(refusal({ GITHUB_TOKEN_FILE: join(folder, 'empty') })).toMatch(/GITHUB_TOKEN_FILE: the file .* is empty/);
    expect(refusal({ GITHUB_TOKEN_FILE: 'x', GITHUB_TOKEN: 'y' })).toMatch(/GITHUB_TOKEN and GITHUB_TOKEN_FILE are both set/);
  });

  test.each([
    ['AIOS_ROLE', 'boss', /must be all, api or worker/],
    ['AIOS_PORT', '70000', /must be a whole number from 0 to 65535/],
    ['AIOS_PORT', '1e3', /whole number/],
    ['AIOS_CONCURRENCY', '0', /whole number from 1/],
    ['AIOS_CALLBACK_ORIGINS', 'http://n8n.example.com/webhook', /must be origins/],
    ['AIOS_CALLBACK_ORIGINS', 'n8n.example.com', /must be origins/],
    ['AIOS_LOG_LEVEL', 'loud', /info/],
    ['OPENAI_BASE_URL', 'localhost:8000', /http or https address/],
    ['OPENAI_MODELS_FREE', 'yes', /must be true or false/],
    ['AIOS_SAMPLE_GITHUB_URL', 'ftp://x', /http or https address/],
  ])('refuses %s=%s and says why', (name, value, reason) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(reason);
    expect(message).toContain(`- ${name} `);
  });

  test('reports all problems at once and never the value of a secret', () => {
    const message = refusal({ AIOS_API_KEYS: `two words:${KEY}`, AIOS_PORT: 'x', AIOS_ROLE: 'x' });
    expect(message.match(/^ {2}- /gm)).toHaveLength(3);
    expect(message).not.toContain(KEY);
    expect(refusal({ AIOS_API_KEYS: `a:${KEY},b:${KEY}` })).toMatch(/same key twice/);
  });

  test('warns of what it does not know or will not use', () => {
    const { warnings } = readConfig({ AIOS_API_KEYS: 'n8n:short', AIOS_PROT: '1', OLLAMA_HOST: 'http://127.0.0.1:1', OTHER: 'x' });
    expect(warnings).toEqual([
      expect.stringContaining('AIOS_PROT is not a variable'),
      expect.stringContaining('the key named n8n is shorter than 16 characters'),
      expect.stringContaining('OLLAMA_MODELS is not'),
    ]);
  });

  test('turns providers on by what they need', () => {
    const { config } = readConfig({
      AIOS_API_KEYS: KEY, ANTHROPIC_API_KEY: 'k', OLLAMA_MODELS: 'a, b', OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1',
      OPENAI_MODELS: 'c', OPENAI_MODELS_FREE: 'true',
    });
    expect(config.anthropic).toEqual({ apiKey: 'k', baseUrl: null, models: [] });
    expect(config.ollama).toEqual({ host: 'http://127.0.0.1:11434', models: ['a', 'b'] });
    expect(config.openai).toEqual({ apiKey: null, baseUrl: 'http://127.0.0.1:8000/v1', models: ['c'], free: true });
    expect(refusal({ OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' })).toMatch(/OPENAI_MODELS is empty/);
  });
});

describe('a secret that the router file refers to', () => {
  test('is read from a variable or a file', () => {
    const file = join(folder, 'referred');
    writeFileSync(file, 'from-the-file\n');
    expect(readSecret('env:NAME', { NAME: ' of-the-variable ' })).toBe('of-the-variable');
    expect(readSecret(`file:${file}`, {})).toBe('from-the-file');
  });

  test.each(['env:MISSING', 'file:/no/such/file', 'sk-123'])('%s that is not there is named, with the way to write it', (reference) => {
    expect(() => readSecret(reference, {})).toThrow(reference === 'sk-123' ? 'write env:NAME or file:/path' : /MISSING is not set|cannot be read/);
  });
});
