import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { Failure } from './failure.mjs';
import { defaultDataFolder, rootFolder } from './folders.mjs';

export const USAGE = `npm start -- [options]

  --no-demo           start without the review of the sample pull request
  --check             start, review the sample, verify it, stop; the exit code says whether all was well
  --port <n>          port of the agent runtime        (AIOS_PORT, 8700)
  --n8n-port <n>      port of the n8n editor           (N8N_PORT, 5678)
  --sample-port <n>   port of the sample pull request  (AIOS_SAMPLE_PORT, 8710)
  --data <folder>     where all data is kept           (AIOS_LOCAL_DATA, local/.data)
  --help`;

/** Names that are the runtime's business alone: n8n never sees these keys. */
const RUNTIME_ONLY = /^(AIOS|ANTHROPIC|OPENAI|OLLAMA|GITHUB|LINEAR|SLACK)_/;

/** Ours, n8n's, and what would contradict the key made here. */
const NOT_FOR_RUNTIME = /^(N8N_.*|AIOS_SAMPLE_PORT|AIOS_LOCAL_DATA|AIOS_TEST_REPORT|AIOS_API_KEYS_FILE)$/;

/** @param {string | undefined} value @param {string} name @param {number} otherwise */
function port(value, name, otherwise) {
  if (value === undefined || value === '') return otherwise;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Failure(`${name} is "${value}", which is not a port.`, 'Give a whole number from 1 to 65535.');
}

/** @param {string | undefined} value */
function webhookAddress(value) {
  if (value === undefined || value === '') return undefined;
  if (/^https?:/.test(value) && URL.canParse(value)) return value;
  throw new Failure(`WEBHOOK_URL is "${value}", which is not an address.`, 'Give one like https://n8n.example.com/.');
}

/**
 * What the person asked for: options before the environment, the environment before `.env`.
 * @param {string[]} parameters
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} [envFile]
 */
export function readSettings(parameters, environment, envFile = path.join(rootFolder, '.env')) {
  let values;
  try {
    ({ values } = parseArgs({
      args: parameters,
      options: {
        'no-demo': { type: 'boolean' }, check: { type: 'boolean' }, help: { type: 'boolean' },
        port: { type: 'string' }, 'n8n-port': { type: 'string' }, 'sample-port': { type: 'string' }, data: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new Failure(error instanceof Error ? error.message : String(error), USAGE);
  }
  /** @type {NodeJS.ProcessEnv} */
  const all = { ...(existsSync(envFile) ? parseEnv(readFileSync(envFile, 'utf8')) : {}), ...environment };
  const entries = Object.entries(all);
  return {
    help: values.help === true,
    check: values.check === true,
    demo: values['no-demo'] !== true || values.check === true,
    runtimePort: port(values.port ?? all.AIOS_PORT, '--port (AIOS_PORT)', 8700),
    n8nPort: port(values['n8n-port'] ?? all.N8N_PORT, '--n8n-port (N8N_PORT)', 5678),
    samplePort: port(values['sample-port'] ?? all.AIOS_SAMPLE_PORT, '--sample-port (AIOS_SAMPLE_PORT)', 8710),
    /** Where the outside reaches n8n's webhooks: a tunnel's address, say. */
    webhookUrl: webhookAddress(all.WEBHOOK_URL),
    dataFolder: path.resolve(rootFolder, values.data || all.AIOS_LOCAL_DATA || defaultDataFolder),
    runtimeEnvironment: Object.fromEntries(entries.filter(([name]) => !NOT_FOR_RUNTIME.test(name))),
    n8nEnvironment: Object.fromEntries(entries.filter(([name]) => !RUNTIME_ONLY.test(name))),
  };
}

/** @typedef {ReturnType<typeof readSettings>} Settings */
