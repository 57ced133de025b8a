import assert from 'node:assert/strict';
import { eventually } from './checks.ts';
import type { createChecks } from './checks.ts';
import type { DockerEngine } from './docker-engine.ts';

/** What the image may weigh: the sum of its unpacked layers, as `docker image inspect` tells it. */
const MOST_BYTES = 250_000_000;
const KEY = 'image-test-key-0123456789';
/** As docker-compose.yml runs it: nothing can be written but /data and /tmp, and no right of root is left. */
const CONFINED = ['--read-only', '--tmpfs=/tmp', '--cap-drop=ALL', '--security-opt=no-new-privileges'];

interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Healthcheck: { readonly Test: readonly string[] };
  readonly Volumes: Readonly<Record<string, unknown>>;
}

/** What the checks look at of a task. */
interface Answer {
  readonly id?: string;
  readonly status?: string;
  readonly result?: unknown;
  readonly error?: unknown;
}

type Docker = DockerEngine['docker'];
type Check = ReturnType<typeof createChecks>['check'];

/** What is in the image, and how one container of it behaves from its start to its end. */
export async function checkImage({ docker, own }: DockerEngine, check: Check, image: string, port: number): Promise<void> {
  const inside = (script: string, ...options: string[]) => docker(['run', '--rm', ...CONFINED, ...options, '--entrypoint=sh', image, '-c', script]);

  await check('the image is under 250 MB, unpacked', async () => {
    const bytes = Number(await docker(['image', 'inspect', '--format={{.Size}}', image]));
    assert.ok(bytes > 50_000_000 && bytes < MOST_BYTES, `it has ${(bytes / 1e6).toFixed(1)} MB`);
    return `${(bytes / 1e6).toFixed(1)} MB`;
  });
  await check('it runs as uid 1000, with tini, a health check and no command line of npm', async () => {
    const { User, Entrypoint, Healthcheck, Volumes } = JSON.parse(await docker(['image', 'inspect', '--format={{json .Config}}', image])) as ImageConfig;
    assert.equal(User, '1000:1000');
    assert.deepEqual(Entrypoint, ['tini', '--']);
    assert.ok(Healthcheck.Test.length > 1, 'no health check');
    assert.deepEqual(Object.keys(Volumes), ['/data']);
    assert.match(await inside('id -u; command -v npm npx yarn curl wget gcc apt-get || true'), /^1000\n$/);
  });
  await check('it holds no sources, maps, tests, secrets and packages for development', async () => {
    const found = await inside(`find /app \\( -name '*.map' -o -name '*.ts' -o -name '.env*' -o -name '*.tsbuildinfo' -o -name secrets -o -name typescript -o -name jest \\) ! -path '*/dist/secrets' | head -5
      ls -d /app/node_modules/node-* /app/agent-runtime/src 2>/dev/null || true`);
    assert.equal(found, '');
  });
  await check('git, bubblewrap and the database of certificates are there', async () => {
    const said = await inside(`git --version && bwrap --version && git init -q /tmp/r && cd /tmp/r && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m x && git log --oneline
      git ls-remote https://127.0.0.1:1/none 2>&1 || true; grep -c BEGIN /etc/ssl/certs/ca-certificates.crt`);
    assert.match(said, /git version[\s\S]*bubblewrap[\s\S]* x\n/);
    assert.match(said, /onnect|refused/, 'git does not speak https');
  });
  await check('only /data and /tmp can be written', async () => {
    assert.equal(await inside('for place in / /app /app/agent-runtime /usr /etc /home /var; do touch $place/x 2>/dev/null && echo $place; done; touch /tmp/x /data/x && echo fine'), 'fine\n');
  });
  await check('without an API key it does not start and says what to do', async () => {
    await assert.rejects(docker(['run', '--rm', ...CONFINED, image]), /AIOS_API_KEYS is empty/);
    await assert.rejects(docker(['run', '--rm', ...CONFINED, '-e', 'AIOS_API_KEYS_FILE=/run/secrets/none', image]), /AIOS_API_KEYS_FILE/);
  });
  await checkSandbox(docker, check, image);
  // An engine of our own has no network but this machine's.
  await checkLife(docker, check, image, port, own ? ['--network=host', '-e', 'AIOS_HOST=127.0.0.1'] : ['--publish', `127.0.0.1:${port}:${port}`]);
}

/** Makes a repository, and runs a program on a working copy of it as the runtime does. */
const RUN_IN_SANDBOX = `
  git init -q -b main /tmp/r && cd /tmp/r && echo from-the-copy > a.txt && git add a.txt && git -c user.name=a -c user.email=a@b commit -q -m x
  exec node --disable-warning=ExperimentalWarning --input-type=module -e "
    import { createLocalWorkspaces } from '/app/agent-runtime/dist/workspace/local.js';
    const workspaces = createLocalWorkspaces({ folder: '/data/w', protocols: ['file'] });
    const workspace = await workspaces.create({ taskId: 't', repository: 'file:///tmp/r', revision: 'main' });
    console.log((await workspace.run(['cat', 'a.txt']).catch(({ code, message }) => ({ stdout: code + ' ' + message }))).stdout);
    await workspaces.close();
  "`;

async function checkSandbox(docker: Docker, check: Check, image: string): Promise<void> {
  const run = (...options: string[]) => docker(['run', '--rm', ...CONFINED, ...options, '--entrypoint=tini', image, '--', 'sh', '-c', RUN_IN_SANDBOX]);
  await check('with the options that docs/workspaces.md names, programs are run in the sandbox', async () => {
    const apparmor = (await docker(['info', '--format={{.SecurityOptions}}'])).includes('apparmor') ? ['--security-opt=apparmor=unconfined'] : [];
    assert.equal((await run('--security-opt=seccomp=unconfined', '--security-opt=systempaths=unconfined', ...apparmor)).trim(), 'from-the-copy');
  });
  await check('without them they are refused, and it is said why', async () => {
    assert.match(await run(), /^sandbox_unavailable .*user namespaces are forbidden/);
  });
}

async function checkLife(docker: Docker, check: Check, image: string, port: number, network: readonly string[]): Promise<void> {
  const name = `aios-image-test-${process.pid}`;
  const url = `http://127.0.0.1:${port}`;
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...init.headers } });
    const text = await answer.text();
    assert.ok(answer.ok, `HTTP ${answer.status}: ${text}`);
    return JSON.parse(text) as Answer;
  };
  const healthy = () => eventually('a healthy container', 60_000, async () =>
    (await docker(['inspect', '--format={{.State.Health.Status}}', name])).trim() === 'healthy');
  let task: Answer = {};
  try {
    await check('a container of it gets healthy', async () => {
      await docker(['run', '--detach', '--name', name, ...CONFINED, '--memory=1g', '--health-interval=1s',
        ...network, '-e', `AIOS_API_KEYS=test:${KEY}`, '-e', `AIOS_PORT=${port}`, '-v', `${name}:/data`, image]);
      const began = Date.now();
      await healthy();
      return `after ${((Date.now() - began) / 1_000).toFixed(1)} s`;
    });
    await check('a task submitted through the API ends', async () => {
      const request = { agent: 'cto', operation: 'ask', input: { question: 'What is an index of a database for?' } };
      const { id } = await call('/v1/tasks', { method: 'POST', body: JSON.stringify(request), headers: { 'idempotency-key': 'image-test-1' } });
      task = await eventually('the end of the task', 60_000, async () => {
        const seen = await call(`/v1/tasks/${id}?waitMs=2000`);
        return ['succeeded', 'failed'].includes(seen.status ?? '') ? seen : null;
      });
      assert.equal(task.status, 'succeeded', JSON.stringify(task.error));
    });
    await check('its data is there after the container was killed and started again', async () => {
      await docker(['kill', name]);
      await docker(['start', name]);
      await healthy();
      const seen = await call(`/v1/tasks/${task.id}`);
      assert.deepEqual([seen.status, seen.result], ['succeeded', task.result]);
    });
    await check('SIGTERM stops it in order, with exit code 0', async () => {
      const began = Date.now();
      await docker(['stop', '--time=30', name]);
      const took = Date.now() - began;
      assert.equal((await docker(['inspect', '--format={{.State.ExitCode}}', name])).trim(), '0');
      assert.match(await docker(['logs', '--tail=5', name]), /"event":"stopped"/);
      return `${(took / 1_000).toFixed(1)} s`;
    });
    await check('a data folder of somebody else is refused with what to do', async () => {
      await assert.rejects(docker(['run', '--rm', ...CONFINED, '--tmpfs=/data:uid=0,mode=0700', '-e', `AIOS_API_KEYS=test:${KEY}`, '-e', 'AIOS_PORT=0', image]),
        /data folder \/data cannot be written/);
    });
  } finally {
    await docker(['rm', '--force', name]).catch(() => '');
    await docker(['volume', 'rm', '--force', name]).catch(() => '');
  }
}
