import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSecrets } from '../../deploy/secrets.mjs';
import type { createChecks } from './checks.ts';
import type { DockerEngine } from './docker-engine.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IMAGE = 'aios/n8n-setup:test';
const N8N = join(ROOT, 'local/node_modules');

/** The one-shot job that prepares n8n, on n8n's own database without a server; what it prepared is looked at through n8n. */
export async function checkN8nSetup({ docker, own }: DockerEngine, check: ReturnType<typeof createChecks>['check'], base: string): Promise<void> {
  if (own && !existsSync(join(N8N, 'n8n'))) {
    if (process.env.CI) await check('n8n is there', async () => { throw new Error('Install it first, with: npm start -- --check'); });
    else console.log('skipped n8n-setup: n8n is not installed here; npm start -- --check does that');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'aios-n8n-setup-'));
  const secrets = join(folder, 'secrets');
  const volume = `aios-n8n-setup-${process.pid}`;
  makeSecrets(secrets);
  const run = (...parameters: string[]) => docker([
    'run', '--rm', '--network=none', '--cap-drop=ALL', '--security-opt=no-new-privileges', '-v', `${volume}:/home/node`, // One by one, as Compose does it: the folder is closed to the container's user.
    ...['n8n_encryption_key', 'n8n_owner_password', 'runtime_api_key'].flatMap((name) => ['-v', `${join(secrets, name)}:/run/secrets/${name}:ro`]),
    ...own ? ['-v', `${N8N}:/usr/local/lib/node_modules:ro`] : [],
    '-e', 'N8N_USER_FOLDER=/home/node', '-e', 'N8N_ENCRYPTION_KEY_FILE=/run/secrets/n8n_encryption_key', '-e', 'N8N_DIAGNOSTICS_ENABLED=false', ...parameters,
  ], { timeoutMs: 240_000 });
  try {
    const built = await check('the image of the job that prepares n8n is built', async () => {
      const n8n = /^ARG N8N_IMAGE=(\S+)$/m.exec(readFileSync(join(ROOT, 'deploy/n8n-setup/Dockerfile'), 'utf8'))![1]!;
      if (own) await makeN8nImage(docker, folder, base, n8n);
      await docker(['build', '--network=host', '--file', join(ROOT, 'deploy/n8n-setup/Dockerfile'), '--tag', IMAGE, ROOT], {
        timeoutMs: 900_000, env: own ? { DOCKER_BUILDKIT: '0' } : {},
      });
    });
    if (!built) return;
    await check('it puts the package, the credential, the templates and the owner into n8n', async () => {
      assert.match(await run(IMAGE), /package[\s\S]*credential[\s\S]*workflows[\s\S]*n8n is prepared/);
      const found = await run('--entrypoint=sh', IMAGE, '-c', `ls /home/node/.n8n/nodes/node_modules/n8n-nodes-aios/dist/nodes
        cut -c 1-4 /home/node/owner-password-hash; n8n export:credentials --all --decrypted --output=/tmp/c.json >/dev/null && cat /tmp/c.json; n8n list:workflow`);
      assert.match(found, /CtoAgent/);
      assert.match(found, /^\$2[aby]\$/m);
      assert.ok(found.includes(readFileSync(join(secrets, 'runtime_api_key'), 'utf8')), 'the credential does not hold the key of the runtime');
      assert.match(found, /http:\/\/runtime-api:8700/);
      assert.match(found, /ull.request/i);
    });
    await check('a second run of it changes nothing', async () => {
      const said = await run(IMAGE);
      assert.match(said, /n8n is prepared/);
      assert.doesNotMatch(said, /Preparing/);
    });
  } finally {
    await docker(['volume', 'rm', '--force', volume]).catch(() => '');
    await docker(['image', 'rm', '--force', IMAGE]).catch(() => '');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An image with n8n's name and the shape of n8n's, where this repository's n8n is mounted when it runs. */
async function makeN8nImage(docker: DockerEngine['docker'], folder: string, base: string, tag: string): Promise<void> {
  const context = join(folder, 'n8n');
  mkdirSync(context);
  writeFileSync(join(context, 'Dockerfile'), `FROM ${base}
RUN mkdir -p /usr/local/lib/node_modules/n8n/bin && touch /usr/local/lib/node_modules/n8n/bin/n8n && chmod +x /usr/local/lib/node_modules/n8n/bin/n8n \\
 && ln -s ../lib/node_modules/n8n/bin/n8n /usr/local/bin/n8n
USER node
WORKDIR /home/node
`);
  await docker(['build', '--tag', tag, context], { env: { DOCKER_BUILDKIT: '0' } });
}
