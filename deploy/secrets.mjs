/**
 * Makes the secrets of docker-compose.yml: `node deploy/secrets.mjs`. What is there already stays, so it can be run again
 * after an upgrade. `--check <folder>` refuses secrets that are missing, empty, short or well known.
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ADVICE = 'Make the secrets with: node deploy/secrets.mjs';
/** Letters and digits alone, so that they can stand in an address and in a settings file as they are. */
const secret = () => randomBytes(24).toString('hex');

/**
 * Each secret and what makes it. A function of the others is written for programs that want a whole address or a settings
 * file; the host names are those of docker-compose.yml.
 * @type {Record<string, (read: (name: string) => string) => string>}
 */
const SECRETS = {
  postgres_password: secret,
  postgres_aios_password: secret,
  postgres_n8n_password: secret,
  postgres_url: (read) => `postgres://aios:${read('postgres_aios_password')}@postgres:5432/aios`,
  rabbitmq_password: secret,
  rabbitmq_conf: (read) => `default_user = aios\ndefault_pass = ${read('rabbitmq_password')}\n`,
  rabbitmq_url: (read) => `amqp://aios:${read('rabbitmq_password')}@rabbitmq:5672`,
  redis_password: secret,
  redis_conf: (read) => `requirepass ${read('redis_password')}\n`,
  redis_url: (read) => `redis://:${read('redis_password')}@redis:6379/1`,
  objects_root_user: () => `root-${randomBytes(6).toString('hex')}`,
  objects_root_password: secret,
  s3_access_key: () => `aios-${randomBytes(6).toString('hex')}`,
  s3_secret_key: secret,
  qdrant_api_key: secret,
  qdrant_yaml: (read) => `service:\n  api_key: ${read('qdrant_api_key')}\n`,
  runtime_api_key: secret,
  runtime_api_keys: (read) => `n8n:${read('runtime_api_key')}`,
  n8n_encryption_key: secret,
  n8n_owner_password: () => `Aios1-${randomBytes(12).toString('base64url')}`,
};

/** Not secrets any more, wherever they stand in a file. */
const WELL_KNOWN = /\b(change[-_ ]?me|password|passw0rd|secret|default|example|guest|admin|minioadmin|rustfsadmin|postgres:postgres|123456\w*|test1234)\b/i;
const LEAST_LENGTH = 16;
/** A word that is written twice to be long enough has fewer. */
const LEAST_DIFFERENT = 8;

/** Makes what is missing and gives its names. @param {string} folder @returns {string[]} */
export function makeSecrets(folder) {
  // The folder shuts others out. The files in it can be read by any user, since a container's is not the one here: Compose
  // gives a file with its owner and rights, and each program runs as a user of its own.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const read = (/** @type {string} */ name) => readFileSync(path.join(folder, name), 'utf8').trim();
  const made = [];
  for (const [name, make] of Object.entries(SECRETS)) {
    const file = path.join(folder, name);
    if (existsSync(file)) continue;
    // Whole or not at all: half a password would be taken for one.
    writeFileSync(`${file}.new`, make(read), { mode: 0o644 });
    chmodSync(`${file}.new`, 0o644);
    renameSync(`${file}.new`, file);
    made.push(name);
  }
  return made;
}

/** What is wrong with the secrets in a folder, one line each, without their values. @param {string} folder @returns {string[]} */
export function problemsOf(folder) {
  const present = existsSync(folder) ? readdirSync(folder) : [];
  return Object.keys(SECRETS).flatMap((name) => {
    if (!present.includes(name)) return [`${name} is missing`];
    const value = readFileSync(path.join(folder, name), 'utf8').trim();
    if (value === '') return [`${name} is empty`];
    if (WELL_KNOWN.test(value.replace(/^default_(user|pass) =/gm, '').replace(/^requirepass /, ''))) return [`${name} holds a well-known word, not a secret`];
    if (value.length < LEAST_LENGTH) return [`${name} is shorter than ${LEAST_LENGTH} characters`];
    return new Set(value).size < LEAST_DIFFERENT ? [`${name} has fewer than ${LEAST_DIFFERENT} different characters and can be guessed`] : [];
  });
}

/** Tells Compose where the secrets are; docker-compose.yml refuses to start before that. @param {string} envFile @param {string} folder */
export function nameFolder(envFile, folder) {
  const before = existsSync(envFile) ? readFileSync(envFile, 'utf8') : '';
  if (/^SECRETS_FOLDER=/m.test(before)) return;
  appendFileSync(envFile, `${before === '' || before.endsWith('\n') ? '' : '\n'}SECRETS_FOLDER=${folder}\n`, { mode: 0o600 });
}

function main() {
  const [option, given] = process.argv.slice(2);
  if (option === '--check') {
    const problems = problemsOf(given ?? '/run/secrets');
    if (problems.length === 0) return;
    console.error(`Not started: ${problems.join('; ')}.\n${ADVICE}\nTo change one, delete its file and those of its addresses first; docs/docker.md says how.`);
    process.exitCode = 1;
    return;
  }
  const folder = path.join(ROOT, 'deploy', 'secrets');
  const made = makeSecrets(folder);
  nameFolder(path.join(ROOT, '.env'), './deploy/secrets');
  const problems = problemsOf(folder);
  if (problems.length > 0) {
    console.error(`Docker Compose will refuse these: ${problems.join('; ')}.`);
    process.exitCode = 1;
    return;
  }
  console.log(made.length > 0 ? `Made ${made.length} secrets in deploy/secrets. Keep a copy: without n8n_encryption_key no credential in n8n can be read.` : 'All secrets are there already.');
  console.log(`Start with: docker compose up --detach\nThen sign in at n8n as owner@example.com with the password in deploy/secrets/n8n_owner_password.`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
