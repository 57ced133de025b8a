/**
 * Prepares n8n's folder and database before n8n starts: the package, the credential for the agent runtime, the templates,
 * and the owner's password as n8n wants it. Each only when it changed, so it runs at every start.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describeFailure } from '../../local/failure.mjs';
import { localFolder } from '../../local/folders.mjs';
import { createProcesses } from '../../local/processes.mjs';
import { seedN8n } from '../../local/steps/seed-n8n.mjs';

const SECRETS = process.env.AIOS_SETUP_SECRETS ?? '/run/secrets';
const n8nFolder = process.env.N8N_USER_FOLDER ?? '/home/node';
const read = (/** @type {string} */ name) => readFileSync(path.join(SECRETS, name), 'utf8').trim();

/** n8n takes the owner's password as a hash; the same one as before while the password stays. */
async function writeOwnerHash() {
  const bcrypt = createRequire(path.join(localFolder, 'node_modules', 'n8n', 'package.json'))('bcryptjs');
  const file = path.join(n8nFolder, 'owner-password-hash');
  const password = read('n8n_owner_password');
  if (existsSync(file) && await bcrypt.compare(password, readFileSync(file, 'utf8'))) return;
  writeFileSync(file, await bcrypt.hash(password, 10), { mode: 0o600 });
}

const processes = createProcesses();
try {
  const logFolder = path.join(n8nFolder, 'setup-logs');
  mkdirSync(logFolder, { recursive: true });
  await writeOwnerHash();
  await seedN8n(processes, {
    n8nFolder, logFolder, env: process.env,
    runtimeUrl: process.env.AIOS_SETUP_RUNTIME_URL ?? 'http://runtime-api:8700', apiKey: read('runtime_api_key'),
    say: (detail) => console.log(`Preparing ${detail}.`),
  });
  console.log('n8n is prepared.');
} catch (error) {
  console.error(describeFailure(error).join('\n'));
  process.exitCode = 1;
} finally {
  await processes.stopAll();
}
