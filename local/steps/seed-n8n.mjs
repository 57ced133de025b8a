import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installPackage } from '../build-package.mjs';
import { Failure } from '../failure.mjs';
import { localFolder } from '../folders.mjs';
import { CommandFailed } from '../processes.mjs';
import { packageState, packageTarball } from './build.mjs';
import { requireNode24 } from './node-24.mjs';
import { createStamps } from './sources.mjs';
import { CREDENTIAL_ID, CREDENTIAL_TYPE, credentialName, readTemplates, tryOutTemplate } from './templates.mjs';

/** n8n's executable. */
export const n8nScript = path.join(localFolder, 'node_modules', 'n8n', 'bin', 'n8n');

/** @param {unknown} value */
const fingerprint = (value) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/**
 * Puts the package, the credential and the templates into n8n's folder while n8n is stopped; each only when it changed,
 * so that what a person altered in the editor stays.
 * @param {import('../processes.mjs').Processes} processes
 * @param {{ n8nFolder: string, env: NodeJS.ProcessEnv, runtimeUrl: string, apiKey: string, logFolder: string, say: (detail: string) => void }} options
 */
export async function seedN8n(processes, { n8nFolder, env, runtimeUrl, apiKey, logFolder, say }) {
  const stamps = createStamps(path.join(n8nFolder, 'seeded.json'));
  const node = requireNode24();
  /** @param {string} name @param {string[]} parameters */
  const n8n = async (name, parameters) => {
    const log = path.join(logFolder, `seed-${name}.log`);
    try {
      await processes.run([node.command, n8nScript, ...parameters], { cwd: n8nFolder, env, log });
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      throw new Failure(`n8n could not be prepared (${name}).`, `See the output. Deleting ${n8nFolder} starts n8n afresh; its workflows go.`, { log, tail: error.tail });
    }
  };

  const target = path.join(n8nFolder, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-aios');
  const state = packageState();
  if (!stamps.isCurrent('package', state) || !existsSync(target)) {
    say('the package');
    await installPackage(packageTarball(), n8nFolder);
    stamps.set('package', state);
  }

  const templates = readTemplates();
  const credential = { id: CREDENTIAL_ID, name: credentialName(templates), type: CREDENTIAL_TYPE, data: { baseUrl: runtimeUrl, apiKey } };
  if (!stamps.isCurrent('credential', fingerprint(credential))) {
    say('the credential');
    const file = path.join(n8nFolder, 'credential.json');
    writeFileSync(file, JSON.stringify([credential]), { mode: 0o600 });
    try {
      await n8n('credential', ['import:credentials', `--input=${file}`]);
    } finally {
      rmSync(file, { force: true });
    }
    stamps.set('credential', fingerprint(credential));
  }

  const changed = templates.filter((template) => !stamps.isCurrent(`workflow ${template.id}`, fingerprint(template)));
  if (changed.length === 0) return;
  say('the workflows');
  const folder = path.join(n8nFolder, 'templates');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const template of changed) writeFileSync(path.join(folder, `${template.id}.json`), JSON.stringify(template));
  await n8n('workflows', ['import:workflow', '--separate', `--input=${folder}${path.sep}`]);
  rmSync(folder, { recursive: true, force: true });
  const { id } = tryOutTemplate().workflow;
  if (changed.some((template) => template.id === id)) await n8n('publish', ['publish:workflow', `--id=${id}`]);
  for (const template of changed) stamps.set(`workflow ${template.id}`, fingerprint(template));
}
