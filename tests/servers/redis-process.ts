import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = 'redis-server';
const CLIENT = 'redis-cli';

/** A `redis-server` at a port of its own, in a folder of its own. */
export interface RedisProcess {
  readonly port: number;
  /** To stop and continue it; it changes with every start. */
  readonly pid: number;
  readonly folder: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** At the same port, with what it had written to its folder, or with nothing. */
  start(options?: { readonly empty?: boolean }): Promise<void>;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
  /** What `redis-cli` prints for a command. */
  command(...words: string[]): string;
}

/** Null: it can be started. Else why not. In CI its absence is a failure, not a reason to skip. */
export function redisMissing(): string | null {
  if (spawnSync(PROGRAM, ['--version']).status === 0 && spawnSync(CLIENT, ['--version']).status === 0) return null;
  if (process.env['CI'] === 'true') throw new Error('redis-server is not installed: CI may not skip its tests.');
  return 'redis-server is not on the PATH (Debian: apt-get install redis-server)';
}

export interface RedisProcessOptions {
  /** Makes the words after `redis-server`. */
  readonly words: (port: number, folder: string) => Promise<readonly string[]>;
  readonly password?: string;
}

/** Starts it and waits until it listens. */
export async function startRedisProcess({ words, password }: RedisProcessOptions): Promise<RedisProcess> {
  const newFolder = () => mkdtemp(join(tmpdir(), 'aios-redis-'));
  const port = await freePort();
  let folder = await newFolder();
  let child = await launch(await words(port, folder));
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  };
  const remove = () => rm(folder, { recursive: true, force: true });
  return {
    port,
    get pid() { return child.pid!; },
    get folder() { return folder; },
    kill,
    async start({ empty = false } = {}) {
      await kill();
      if (empty) {
        await remove();
        folder = await newFolder();
      }
      child = await launch(await words(port, folder));
    },
    async stop() {
      await kill();
      await remove();
    },
    command(...command) {
      const credentials = password === undefined ? [] : ['-a', password, '--no-auth-warning'];
      const { stdout, stderr } = spawnSync(CLIENT, ['-p', String(port), ...credentials, ...command], { encoding: 'utf8', timeout: 10_000 });
      if (stderr) throw new Error(`${CLIENT} ${command.join(' ')}: ${stderr}`);
      return stdout.trim();
    },
  };
}

async function launch(words: readonly string[]) {
  const child = spawn(PROGRAM, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = Promise.withResolvers<void>();
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said = (said + data.toString()).slice(-10_000);
    if (said.includes('Ready to accept connections') || said.includes('Sentinel ID is')) ready.resolve();
  });
  child.once('error', ready.reject);
  child.once('close', () => ready.reject(new Error(`redis-server ended: ${said}`)));
  await ready.promise;
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits until it holds, for 30 s at most. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 30_000; !holds();) {
    if (performance.now() > end) throw new Error(`Redis: ${what} has not come about`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
