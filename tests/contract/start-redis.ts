import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = 'redis-server';

export interface RedisServer {
  readonly url: string;
  /** Its process, to stop and continue it. */
  readonly pid: number;
  /** Kills it and starts an empty one at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Null: it can be started. Else why not. In CI its absence is a failure, not a reason to skip. */
export function redisMissing(): string | null {
  if (spawnSync(PROGRAM, ['--version']).status === 0) return null;
  if (process.env['CI'] === 'true') throw new Error('redis-server is not installed: CI may not skip its tests.');
  return 'redis-server is not on the PATH (Debian: apt-get install redis-server)';
}

/** A real server on a free loopback port, without persistence. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-redis-'));
  const port = await freePort();
  let process = await launch(port, folder);
  const kill = async () => {
    const closed = once(process, 'close');
    process.kill('SIGKILL');
    await closed;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    get pid() { return process.pid!; },
    async restart() {
      await kill();
      process = await launch(port, folder);
    },
    async stop() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, folder: string) {
  const child = spawn(PROGRAM, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = Promise.withResolvers<void>();
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    if (said.includes('Ready to accept connections')) ready.resolve();
  });
  child.once('close', () => ready.reject(new Error(`redis-server ended: ${said}`)));
  await ready.promise;
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
