import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { awaitAnswer } from './await-answer.mjs';
import { requireNode24 } from './node-24.mjs';
import { freePort } from './ports.mjs';
import { n8nScript, seedN8n } from './seed-n8n.mjs';

/**
 * The environment n8n runs in: bound to this machine, quiet towards the outside, with its owner set up.
 * @param {{ settings: import('../settings.mjs').Settings, secrets: import('./secrets.mjs').Secrets, n8nFolder: string, brokerPort: number }} options
 * @returns {NodeJS.ProcessEnv}
 */
export function n8nEnvironment({ settings, secrets, n8nFolder, brokerPort }) {
  const url = `http://127.0.0.1:${settings.n8nPort}/`;
  return {
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_VERIFIED_PACKAGES_ENABLED: 'false',
    N8N_DISABLED_MODULES: 'mcp-registry,instance-ai',
    N8N_PERSONALIZATION_ENABLED: 'false',
    ...requireNode24().onPath(settings.n8nEnvironment),
    NODE_ENV: 'production',
    N8N_USER_FOLDER: n8nFolder,
    N8N_ENCRYPTION_KEY: secrets.encryptionKey,
    N8N_PORT: String(settings.n8nPort),
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PROTOCOL: 'http',
    N8N_SECURE_COOKIE: 'false',
    N8N_EDITOR_BASE_URL: url,
    WEBHOOK_URL: settings.webhookUrl ?? url,
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
    N8N_INSTANCE_OWNER_EMAIL: secrets.ownerEmail,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: secrets.ownerPasswordHash,
    N8N_INSTANCE_OWNER_FIRST_NAME: 'Local',
    N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
  };
}

/**
 * Seeds and starts n8n.
 * @param {import('../processes.mjs').Processes} processes
 * @param {{ settings: import('../settings.mjs').Settings, secrets: import('./secrets.mjs').Secrets, runtimeUrl: string, logFolder: string, say: (detail: string) => void }} options
 */
export async function startN8n(processes, { settings, secrets, runtimeUrl, logFolder, say }) {
  const n8nFolder = path.join(settings.dataFolder, 'n8n');
  mkdirSync(n8nFolder, { recursive: true, mode: 0o700 });
  const env = n8nEnvironment({ settings, secrets, n8nFolder, brokerPort: await freePort() });
  await seedN8n(processes, { n8nFolder, env, runtimeUrl, apiKey: secrets.runtimeApiKey, logFolder, say });
  say('starting');
  const program = processes.start([requireNode24().command, n8nScript, 'start'], { cwd: n8nFolder, env, log: path.join(logFolder, 'n8n.log') });
  const url = `http://127.0.0.1:${settings.n8nPort}`;
  await awaitAnswer({ url: `${url}/healthz/readiness`, what: 'n8n', withinMs: 120_000, program });
  return { url, program };
}
