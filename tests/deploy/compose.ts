import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeSecrets } from '../../deploy/secrets.mjs';
import { eventually } from './checks.ts';
import type { createChecks } from './checks.ts';
import type { DockerEngine } from './docker-engine.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** The runtime alone, with its embedded stores and no network: what is left of docker-compose.yml is what is tried. */
const alone = (image: string) => `
services:
  check-secrets: { image: "${image}" }
  runtime-api:
    image: "${image}"
    network_mode: none
    networks: !reset null
    ports: !reset []
    depends_on: !override { check-secrets: { condition: service_completed_successfully } }
    environment: !override { AIOS_ROLE: all, AIOS_PORT: "8700", AIOS_API_KEYS_FILE: /run/secrets/runtime_api_keys }
`;
/** Asks inside the container, which has no network. */
const ASK = `
const { readFileSync } = require('node:fs');
const [method, path, body] = process.argv.slice(1);
fetch('http://127.0.0.1:8700' + path, { method, body, headers: {
  authorization: 'Bearer ' + readFileSync('/run/secrets/runtime_api_keys', 'utf8').split(':')[1], 'content-type': 'application/json', 'idempotency-key': 'compose',
} }).then(async (answer) => { console.log(await answer.text()); process.exit(answer.ok ? 0 : 1); });
`;

/** What docker-compose.yml refuses and accepts, and the runtime as it starts from it. */
export async function checkCompose(engine: DockerEngine, check: ReturnType<typeof createChecks>['check'], image: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-compose-test-'));
  const secrets = join(folder, 'secrets');
  const overlay = join(folder, 'alone.yml');
  writeFileSync(overlay, alone(image));
  makeSecrets(secrets);
  const compose = (parameters: readonly string[], env: NodeJS.ProcessEnv = { SECRETS_FOLDER: secrets }) => engine.docker([
    'compose', '--project-name', `aios-test-${process.pid}`, '--project-directory', ROOT, '--env-file', '/dev/null',
    '--file', join(ROOT, 'docker-compose.yml'), ...parameters,
  ], { env, timeoutMs: 180_000 });
  const run = (...parameters: string[]) => compose(['--file', overlay, ...parameters]);
  try {
    await check('docker compose accepts the file once the secrets are made', () => compose(['--profile', 'ollama', 'config', '--quiet']));
    await check('docker compose accepts another address, ports and a range of ports', () =>
      compose(['config', '--quiet'], { SECRETS_FOLDER: secrets, PUBLISH_ON: '0.0.0.0', AIOS_PORT: '8700-8703', N8N_PORT: '80', WEBHOOK_URL: 'https://n8n.example.com/' }));
    await check('a start without secrets is refused with what to do', () =>
      assert.rejects(compose(['up', '--no-build'], { SECRETS_FOLDER: '' }), /the secrets are not made yet. Run: node deploy\/secrets\.mjs/));

    await check('a start with a well-known secret is refused, and nothing else starts', async () => {
      const file = join(secrets, 'qdrant_api_key');
      const good = readFileSync(file, 'utf8');
      writeFileSync(file, 'changeme-changeme');
      try {
        await assert.rejects(run('up', '--no-build', '--pull=never', '--detach', 'runtime-api'), /didn't complete successfully/);
        assert.match(await run('logs', '--no-log-prefix', 'check-secrets'), /Not started: qdrant_api_key holds a well-known word/);
        assert.equal((await run('ps', '--services', '--status=running')).trim(), '');
      } finally {
        writeFileSync(file, good);
      }
    });
    await check('the runtime gets healthy as the file starts it, and reads its secrets as uid 1000', async () => {
      await run('up', '--no-build', '--pull=never', '--detach', '--force-recreate', 'runtime-api');
      await eventually('a healthy runtime', 90_000, async () => /\(healthy\)/.test(await run('ps', 'runtime-api')));
    });
    await check('it takes a task with the key that the secrets hold', async () => {
      const ask = async (...parameters: string[]) => JSON.parse(await run('exec', '-T', 'runtime-api', 'node', '-e', ASK, ...parameters)) as { id: string; status: string };
      const { id } = await ask('POST', '/v1/tasks', JSON.stringify({ agent: 'cto', operation: 'ask', input: { question: 'Why?' } }));
      await eventually('the end of the task', 60_000, async () => (await ask('GET', `/v1/tasks/${id}?waitMs=2000`)).status === 'succeeded');
    });
    await check('it is stopped in order', async () => {
      await run('stop', 'runtime-api');
      assert.match(await run('logs', '--no-log-prefix', '--tail=3', 'runtime-api'), /"event":"stopped"/);
    });
  } finally {
    await run('down', '--volumes', '--remove-orphans').catch(() => '');
    rmSync(folder, { recursive: true, force: true });
  }
}
