import path from 'node:path';
import { rootFolder, runtimeFolder } from '../folders.mjs';
import { awaitAnswer } from './await-answer.mjs';
import { requireNode24 } from './node-24.mjs';

/**
 * Starts the agent runtime with embedded stores.
 * @param {import('../processes.mjs').Processes} processes
 * @param {{ settings: import('../settings.mjs').Settings, secrets: import('./secrets.mjs').Secrets, sampleApiUrl: string, logFolder: string }} options
 */
export async function startRuntime(processes, { settings, secrets, sampleApiUrl, logFolder }) {
  const { runtimeEnvironment: given, runtimePort, n8nPort, dataFolder, webhookUrl } = settings;
  const origins = [`http://localhost:${n8nPort}`, `http://127.0.0.1:${n8nPort}`, webhookUrl && new URL(webhookUrl).origin, given.AIOS_CALLBACK_ORIGINS];
  const node = requireNode24();
  const program = processes.start([node.command, path.join(runtimeFolder, 'dist', 'main.js')], {
    cwd: rootFolder,
    log: path.join(logFolder, 'runtime.log'),
    env: {
      ...node.onPath(given),
      NODE_ENV: 'production',
      AIOS_ROLE: 'all',
      AIOS_HOST: '127.0.0.1',
      AIOS_PORT: String(runtimePort),
      AIOS_API_KEYS: [`local:${secrets.runtimeApiKey}`, given.AIOS_API_KEYS].filter(Boolean).join(','),
      AIOS_DATA_DIR: path.join(dataFolder, 'runtime'),
      AIOS_CALLBACK_ORIGINS: origins.filter(Boolean).join(','),
      AIOS_SAMPLE_GITHUB_URL: sampleApiUrl,
    },
  });
  const url = `http://127.0.0.1:${runtimePort}`;
  await awaitAnswer({ url: `${url}/readyz`, what: 'The agent runtime', withinMs: 30_000, program });
  return { url, program };
}
