import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const USER = 'aios';
const PASSWORD = 'correct-horse';
/** Debian's place, newest first; then the PATH. */
const PLACE = '/usr/lib/postgresql';
const INITDB = 'initdb';

export interface PostgresServer {
  /** Of a database that is empty at first. */
  readonly url: string;
  readonly port: number;
  /** The database's folder, which is a WAL file's too. */
  readonly folder: string;
  /** SIGKILL to the server and all its processes. */
  kill(): Promise<void>;
  /** Again, with its data, at the same address. */
  start(): Promise<void>;
  /** Stops all its processes where they are, so that nobody gets an answer, until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** A new empty database; answers its URL. */
  createDatabase(): Promise<string>;
  /** A new empty schema of the first database, which takes much less time; answers a URL that uses no other. */
  createSchema(): Promise<string>;
  /** One of Postgres' own programs, such as pg_dump. Answers what it printed. */
  program(name: string, args: readonly string[]): Promise<string>;
}

/** Null: it can be started. Else why not. In CI its absence is a failure, not a reason to skip. */
export function postgresMissing(): string | null {
  if (binaries() !== null) return null;
  if (process.env['CI'] === 'true') throw new Error('postgres is not installed: CI may not skip its tests.');
  return 'postgres is not installed (Debian: apt-get install postgresql)';
}

/** A real server on a free loopback port that syncs its commits to the disk. `settings`: as in postgresql.conf. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-postgres-'));
  const data = join(folder, 'data');
  await copyTemplate(folder, data);
  const port = await freePort();
  const url = (database: string) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;
  let server = await launch(data, port, settings);

  async function kill(): Promise<void> {
    const closed = once(server, 'close');
    const children = childrenOf(server.pid!);
    server.kill('SIGKILL');
    for (const pid of children) signal(pid, 'SIGKILL');
    await closed;
    while (children.some(runs)) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  function signalAll(name: NodeJS.Signals): void {
    for (const pid of [server.pid!, ...childrenOf(server.pid!)]) signal(pid, name);
  }

  async function create(what: 'DATABASE' | 'SCHEMA'): Promise<string> {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const client = new pg.Client({ connectionString: url('postgres') });
    await client.connect();
    await client.query(`CREATE ${what} ${name}`);
    await client.end();
    return name;
  }

  return {
    url: url('postgres'),
    port,
    folder: data,
    kill,
    async start() {
      server = await launch(data, port, settings);
    },
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    async stop() {
      if (server.exitCode === null && server.signalCode === null) await kill();
      await rm(folder, { recursive: true, force: true });
    },
    createDatabase: async () => url(await create('DATABASE')),
    createSchema: async () => `${url('postgres')}?options=${encodeURIComponent(`-c search_path=${await create('SCHEMA')}`)}`,
    async program(name, args) {
      const { stdout } = await run(join(binaries() ?? '', name), args, { maxBuffer: 2 ** 28 });
      return stdout;
    },
  };
}

async function launch(data: string, port: number, settings: Readonly<Record<string, string>>) {
  const options = Object.entries({ listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings })
    .flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, ...args] = asUser(join(binaries() ?? '', 'postgres'), '-D', data, ...options);
  const child = spawn(command!, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: data });
  const ready = Promise.withResolvers<void>();
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-10_000);
    if (said.includes('ready to accept connections')) ready.resolve();
  });
  child.once('close', () => ready.reject(new Error(`postgres ended: ${said}`)));
  await ready.promise;
  return child;
}

/** Made once on this machine: initdb takes longer than the whole rest of a start. */
async function copyTemplate(folder: string, data: string): Promise<void> {
  const bin = binaries() ?? '';
  const template = join(tmpdir(), `aios-postgres-template-${bin.replaceAll('/', '-')}-${process.getuid?.() ?? 0}`);
  if (!existsSync(template)) {
    const made = await mkdtemp(join(tmpdir(), 'aios-postgres-init-'));
    const password = join(made, 'password');
    await writeFile(password, PASSWORD);
    await giveAway(made, password);
    const [command, ...args] = asUser(join(bin, INITDB), '-D', join(made, 'data'), '-U', USER, '--auth=scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8');
    await run(command!, args, { cwd: made });
    await rename(join(made, 'data'), template).catch((error: unknown) => {
      if (!existsSync(template)) throw error; // another process was quicker
    });
    await rm(made, { recursive: true, force: true });
  }
  await giveAway(folder);
  if (process.platform === 'linux') await run('cp', ['-a', template, data]);
  else await cp(template, data, { recursive: true });
}

/** Postgres refuses to run as root. The signal: whoever started it may be killed. */
function asUser(...command: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return command;
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--pdeathsig=INT', ...command];
}

async function giveAway(...paths: readonly string[]): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const id = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString());
  for (const path of paths) {
    await chown(path, id('-u'), id('-g'));
    await chmod(path, 0o700);
  }
}

function binaries(): string | null {
  const versions = existsSync(PLACE) ? readdirSync(PLACE).map(Number).filter((version) => version >= 15).sort((a, b) => b - a) : [];
  const found = versions.map((version) => join(PLACE, String(version), 'bin')).find((bin) => existsSync(join(bin, INITDB)));
  if (found !== undefined) return found;
  return spawnSync(INITDB, ['--version']).status === 0 ? '' : null;
}

/** The server's own processes have sessions of their own, so that no group signal reaches them. */
function childrenOf(pid: number): readonly number[] {
  const tasks = `/proc/${pid}/task/${pid}/children`;
  return existsSync(tasks) ? readFileSync(tasks, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

/** One that waits for its parent to notice (Z) does not. */
function runs(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
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
