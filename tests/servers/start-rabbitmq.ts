import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inTrixie, TRIXIE, trixieMissing } from './trixie.ts';

const run = promisify(execFile);
const BIN = '/usr/lib/rabbitmq/bin';
const STARTS_WITHIN_MS = 60_000;

/** `system`: this machine's package (3.10 on Debian 12). `trixie`: the newer Debian's (4.0). */
export type RabbitmqSource = 'system' | 'trixie';
export const RABBITMQ_SOURCES: readonly RabbitmqSource[] = ['system', 'trixie'];

export interface RabbitmqServer {
  /** With the name and password of a user who may do all. */
  readonly url: string;
  readonly port: number;
  /**
   * Has it write to the disk which queues it has, as it does by itself within seconds. Killed before that it starts again with
   * the queue's name but without its messages and its leader, and nothing can be done with the queue but to delete it.
   */
  keepQueues(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the data it had. */
  start(): Promise<void>;
  /** What `rabbitmqctl` says. */
  ctl(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Null: it can be started. Else why not. In CI its absence is a failure, not a reason to skip. */
export function rabbitmqMissing(source: RabbitmqSource = 'system'): string | null {
  if (source === 'trixie') return trixieMissing();
  if (existsSync(join(BIN, 'rabbitmq-server'))) return null;
  if (process.env['CI'] === 'true') throw new Error('rabbitmq-server is not installed: CI may not skip its tests.');
  return 'rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server)';
}

/** Such as 3.10.8; `?` where there is none. */
export function rabbitmqVersion(source: RabbitmqSource): string {
  const place = join(source === 'trixie' ? TRIXIE : '/', 'usr/lib/rabbitmq/lib');
  const versions = existsSync(place) ? readdirSync(place).map((name) => /^rabbitmq_server-(.+)$/.exec(name)?.[1]) : [];
  return versions.find((version) => version !== undefined) ?? '?';
}

/** A real broker of one node on free loopback ports, without plugins. */
export async function startRabbitmq(source: RabbitmqSource = 'system'): Promise<RabbitmqServer> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-rabbitmq-'));
  const [port, distribution, epmd] = await freePorts(3);
  const inside = source === 'trixie' ? '/mnt' : folder;
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'plugins'), '[].\n');
  // Small write-ahead files, as each test wants a broker of its own.
  await writeFile(join(folder, 'rabbitmq.conf'), 'disk_free_limit.absolute = 50MB\nraft.wal_max_size_bytes = 32000000\n');
  const environment = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: inside,
    RUNNING_UNDER_SYSTEMD: 'true', // the broker then is the process that was started, not a child of it
    RABBITMQ_NODENAME: `aios-${port}@localhost`, RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1', RABBITMQ_NODE_PORT: String(port), RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_ADDRESS: '127.0.0.1', ERL_EPMD_PORT: String(epmd), RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CTL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_MNESIA_BASE: `${inside}/data`, RABBITMQ_LOG_BASE: `${inside}/log`, RABBITMQ_LOGS: '-', RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: `${inside}/rabbitmq.conf`, RABBITMQ_ENABLED_PLUGINS_FILE: `${inside}/plugins`,
  };
  const command = (program: string, args: readonly string[] = []): [string, string[]] =>
    (source === 'trixie' ? inTrixie(folder, join(BIN, program), args) : [join(BIN, program), [...args]]);

  async function ctl(...args: string[]): Promise<string> {
    return (await run(...command('rabbitmqctl', args), { env: environment, cwd: folder })).stdout;
  }

  async function launch() {
    // The node would leave behind a name server that it started itself. In the other Debian it dies with the namespace.
    const names = source === 'system' ? spawn(...untilWeDie('epmd', ['-port', String(epmd), '-address', '127.0.0.1']), { stdio: 'ignore' }) : null;
    const broker = spawn(...untilWeDie(...command('rabbitmq-server')), { env: environment, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    // In this order, as a node whose name server is gone starts another one.
    const endAll = () => end(broker).then(() => end(names));
    await started(broker).catch((error: unknown) => endAll().then(() => { throw error; }));
    return { end: endAll };
  }

  let server: Awaited<ReturnType<typeof launch>>;
  try {
    server = await launch();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    port: port!,
    async keepQueues() {
      await ctl('eval', '[ok = dets:sync(Table) || Table <- dets:all()].');
    },
    async kill() {
      await server.end();
    },
    async start() {
      server = await launch();
    },
    ctl,
    async stop() {
      await server.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** However this process ends. */
function untilWeDie(program: string, args: readonly string[]): [string, string[]] {
  return ['setpriv', ['--pdeathsig', 'KILL', program, ...args]];
}

async function started(broker: ChildProcess): Promise<void> {
  const ready = Promise.withResolvers<void>();
  let said = '';
  const listen = (data: Buffer) => {
    said = (said + data.toString()).slice(-10_000);
    if (said.includes('Server startup complete')) ready.resolve();
  };
  broker.stdout?.on('data', listen);
  broker.stderr?.on('data', listen);
  broker.once('exit', () => ready.reject(new Error(`rabbitmq-server ended: ${said}`)));
  const timer = setTimeout(() => ready.reject(new Error(`rabbitmq-server did not start within ${STARTS_WITHIN_MS} ms: ${said}`)), STARTS_WITHIN_MS);
  await ready.promise.finally(() => clearTimeout(timer));
}

async function end(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close'); // of all that had its output, so that its ports are free
  child.kill('SIGKILL');
  await gone;
}

/** All at once, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
