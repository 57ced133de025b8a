import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { makeBaseImage } from './base-image.ts';
import { createChecks } from './checks.ts';
import { ensureCompose } from './compose-plugin.ts';
import { checkCompose } from './compose.ts';
import { mountsBelow, startDockerEngine } from './docker-engine.ts';
import { checkImage } from './image.ts';
import { checkN8nSetup } from './n8n-setup.ts';

/**
 * Builds the images and tries them, and docker-compose.yml with them: `node local/with-packages.mjs tests/deploy/containers.ts`. With a container
 * engine that runs it uses that one; else, as root on Debian, it starts one, makes a stand-in for the base image that
 * cannot be pulled, and leaves nothing behind.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IMAGE = 'aios/agent-runtime:test';

const checks = createChecks();
const { check } = checks;
const engine = await startDockerEngine();
const stop = async () => {
  await engine.docker(['image', 'rm', '--force', IMAGE]).catch(() => '');
  await engine.stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => { void stop().finally(() => process.exit(1)); });
}
try {
  console.log(engine.own ? 'A container engine of our own, without a registry of images.' : 'The container engine that runs here.');
  const [, base = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(readFileSync(`${ROOT}/agent-runtime/Dockerfile`, 'utf8')) ?? [];
  if (engine.own) await check(`a stand-in for ${base} is made from Debian's packages`, () => makeBaseImage(engine, base));
  const built = await check('the image is built from the root of the repository', async () => {
    const began = Date.now();
    await engine.docker(['build', '--network=host', '--file', `${ROOT}/agent-runtime/Dockerfile`, '--tag', IMAGE, ROOT], {
      timeoutMs: 900_000, env: engine.own ? { DOCKER_BUILDKIT: '0' } : {},
    });
    return `${Math.round((Date.now() - began) / 1_000)} s`;
  });
  if (built) {
    await checkImage(engine, check, IMAGE, await freePort());
    if (await check('docker compose is there', () => ensureCompose(engine))) await checkCompose(engine, check, IMAGE);
    await checkN8nSetup(engine, check, base);
  }
} finally {
  await stop();
}
if (engine.own) {
  await check('nothing of the engine is left', async () => {
    const folder = engine.environment.DOCKER_HOST!.replace('unix://', '').replace(/\/docker\.sock$/, '');
    if (existsSync(folder) || mountsBelow(folder).length > 0) throw new Error(`${folder} is still there`);
  });
}
process.exitCode = checks.failed === 0 ? 0 : 1;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
