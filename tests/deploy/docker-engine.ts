import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A container engine to test with. */
export interface DockerEngine {
  /** Whether this program started it: then it has no images and reaches no registry of images. */
  readonly own: boolean;
  /** What `docker` must find in its environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Runs `docker …` and gives its output. Throws with what it said when it fails. */
  docker(parameters: readonly string[], options?: { readonly timeoutMs?: number; readonly env?: NodeJS.ProcessEnv }): Promise<string>;
  /** Stops an engine of our own; nothing of it is left: no process, no mount, no file. */
  stop(): Promise<void>;
}

/** Uses the engine that runs, else starts one without a network of its own, as root. Throws when there is neither. */
export async function startDockerEngine(): Promise<DockerEngine> {
  if (spawnSync('docker', ['info'], { stdio: 'ignore' }).status === 0) {
    return { own: false, environment: process.env, docker: dockerIn(process.env), stop: async () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), 'aios-docker-'));
  const environment = { ...process.env, DOCKER_HOST: `unix://${folder}/docker.sock`, DOCKER_CONFIG: `${folder}/config` };
  const log = join(folder, 'dockerd.log');
  const output = openSync(log, 'w');
  const daemon = spawn('dockerd', [
    `--host=unix://${folder}/docker.sock`, `--data-root=${folder}/data`, `--exec-root=${folder}/exec`, `--pidfile=${folder}/docker.pid`,
    '--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false', '--storage-driver=overlay2',
  ], { stdio: ['ignore', output, output], detached: true });
  const exit = once(daemon, 'exit').catch(() => [null]);
  const docker = dockerIn(environment);
  const stop = async () => {
    if (daemon.exitCode === null && daemon.signalCode === null) {
      const ids = (await docker(['ps', '--quiet', '--all']).catch(() => '')).split('\n').filter(Boolean);
      if (ids.length > 0) await docker(['rm', '--force', ...ids]).catch(() => '');
      daemon.kill('SIGTERM');
      await Promise.race([exit, wait(20_000, undefined, { ref: false }).then(() => daemon.kill('SIGKILL'))]);
    }
    for (const mount of mountsBelow(folder)) spawnSync('umount', ['--lazy', mount]);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + 30_000; ; await wait(100)) {
    if (existsSync(join(folder, 'docker.sock')) && await docker(['version']).then(() => true, () => false)) break;
    if (Date.now() < deadline && daemon.exitCode === null && daemon.pid !== undefined) continue;
    const said = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
    await stop();
    throw new Error(`No container engine runs, and dockerd does not start:\n${said}`);
  }
  return { own: true, environment, docker, stop };
}

/** What is mounted below a folder, the innermost first. */
export function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/mounts', 'utf8').split('\n').map((line) => line.split(' ')[1] ?? '').filter((mount) => mount.startsWith(`${folder}/`)).reverse();
}

function dockerIn(environment: NodeJS.ProcessEnv): DockerEngine['docker'] {
  return async (parameters, { timeoutMs = 60_000, env } = {}) => {
    try {
      const { stdout } = await run('docker', parameters, { env: { ...environment, ...env }, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    } catch (error) {
      const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n');
      throw new Error(`docker ${parameters[0]} failed: ${said || message}`, { cause: error });
    }
  };
}
