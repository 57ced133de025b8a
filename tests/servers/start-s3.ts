import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTrixie, trixieMissing } from './trixie.ts';

const STARTS_WITHIN_MS = 20_000;

export interface S3Server {
  /** Without a bucket. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Another user, who may make no bucket. */
  readonly guest: { readonly accessKey: string; readonly secretKey: string };
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the data it had. */
  start(): Promise<void>;
  /** What `radosgw-admin` answers in JSON. */
  admin(...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Null: it can be started. Else why not. In CI its absence throws. */
export const s3Missing = trixieMissing;

/**
 * radosgw on SQLite, on a free loopback port. It keeps lifecycle rules but never carries them out: its thread for that
 * crashes on SQLite (18.2.7), so it has none.
 */
export async function startS3(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-s3-'));
  const port = await freePort();
  await writeFile(join(folder, 'ceph.conf'), configuration(port));
  const admin = (...args: string[]) => administer(folder, args);
  const user = async (name: string, ...more: string[]) => {
    const keys = { accessKey: randomBytes(10).toString('hex').toUpperCase(), secretKey: randomBytes(20).toString('hex') };
    await admin('user', 'create', '--uid', name, '--display-name', name, '--access-key', keys.accessKey, '--secret-key', keys.secretKey, ...more);
    return keys;
  };
  const owner = await user('aios');
  const guest = await user('guest', '--max-buckets', '-1');
  let server = await launch(folder, port);
  return {
    url: `http://127.0.0.1:${port}`,
    ...owner,
    guest,
    admin,
    kill: () => server.kill(),
    async start() {
      server = await launch(folder, port);
    },
    async stop() {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const COMMON = ['--no-mon-config', '-c', '/mnt/ceph.conf', '-n', 'client.aios'];

function configuration(port: number): string {
  return [
    '[client.aios]',
    'rgw_backend_store = dbstore', 'rgw_config_store = dbstore', 'dbstore_db_dir = /mnt', 'dbstore_config_uri = file:///mnt/config.db',
    `rgw_frontends = beast endpoint=127.0.0.1:${port}`, 'rgw_data = /mnt', 'run_dir = /mnt', 'admin_socket =', 'log_file = /mnt/log', 'keyring = /dev/null',
    'rgw_lc_max_worker = 0',
    '',
  ].join('\n');
}

/** Done when it has answered: on SQLite it now and then never ends after that. */
async function administer(folder: string, args: readonly string[]): Promise<unknown> {
  const child = spawn(...inTrixie(folder, 'radosgw-admin', [...COMMON, ...args]), { stdio: ['ignore', 'pipe', 'pipe'] });
  let [answer, complaint, parsed]: [string, string, unknown] = ['', '', undefined];
  child.stderr.on('data', (data: Buffer) => { complaint += data.toString(); });
  child.stdout.on('data', (data: Buffer) => {
    answer += data.toString();
    try {
      parsed = JSON.parse(answer);
      child.kill('SIGKILL');
    } catch {
      // There is more to come.
    }
  });
  await once(child, 'close');
  if (parsed === undefined) throw new Error(`radosgw-admin ${args.slice(0, 2).join(' ')}: ${complaint}`);
  return parsed;
}

async function launch(folder: string, port: number) {
  const child = spawn(...inTrixie(folder, 'radosgw', ['-f', ...COMMON]), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => { said = `${said}${data.toString()}`.slice(-4_000); });
  const closed = once(child, 'close');
  const kill = async () => {
    child.kill('SIGKILL');
    await closed;
    while (await answers(port)); // what runs in the namespace ends a moment after the command
  };
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!await answers(port)) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < until) continue;
    await kill();
    throw new Error(`radosgw did not start: ${said}`);
  }
  return { kill };
}

/** Whether something listens; asked again and again, so it takes its time. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
