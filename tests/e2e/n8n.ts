import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildPackage, installPackage, packPackage } from '../../local/build-package.mjs';
import { createApi } from './n8n-api.ts';
import type { N8nApi } from './n8n-api.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const N8N = join(ROOT, 'local', 'node_modules', 'n8n', 'bin', 'n8n');
/** Time that a cold n8n on a slow, busy machine may take. */
const START_LIMIT_MS = 180_000;

export const OWNER = { email: 'owner@example.com', password: 'Owner-of-tests-1' };
const OWNER_PASSWORD_HASH = '$2a$06$51kQ9ARRsM/eKk2XReL52e..S2oPGhpxPjISCcaUWyO6vj2mmvJ9G';

/** A credential to import. `id` is what workflows name it by. */
export interface SeededCredential {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A workflow as n8n exports it. */
export interface Workflow {
  id: string;
  name: string;
  nodes: WorkflowNode[];
  connections: Record<string, unknown>;
  settings?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface WorkflowNode {
  id: string;
  name: string;
  type: string;
  parameters: Record<string, unknown>;
  credentials?: Record<string, { id: string | null; name: string }>;
  [field: string]: unknown;
}

export interface N8nOptions {
  /** Default: any free port. */
  readonly port?: number;
  readonly credentials?: readonly SeededCredential[];
  /** Imported; a workflow's credentials are linked to the seeded ones of the same type. */
  readonly workflows?: readonly Workflow[];
  /** Ids of the workflows to publish before n8n starts. Default: all. */
  readonly publish?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface N8n {
  readonly baseUrl: string;
  readonly api: N8nApi;
  /** What n8n wrote to its output. */
  log(): string;
  close(): Promise<void>;
}

let built: Promise<void> | undefined;

export async function readWorkflow(name: string): Promise<Workflow> {
  return JSON.parse(await readFile(join(ROOT, 'workflows', `${name}.json`), 'utf8')) as Workflow;
}

/** A real n8n of our version on free ports in a folder of its own, with our package from its tarball, seeded and ready. */
export async function startN8n(options: N8nOptions = {}): Promise<N8n> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-n8n-'));
  const [freePort, brokerPort] = await freePorts(2);
  const port = options.port ?? freePort;
  const baseUrl = `http://127.0.0.1:${port}`;
  const environment = n8nEnvironment(folder, port!, brokerPort!, options.environment ?? {});
  let output = '';
  let program: ChildProcess | undefined;
  const close = async () => {
    if (program) await stop(program);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await (built ??= buildPackage());
    await installPackage(await packPackage(folder), folder);
    await seed(folder, environment, options);
    program = spawn(process.execPath, [N8N, 'start'], { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [program.stdout, program.stderr]) stream?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    await untilReady(baseUrl, program);
    const api = await createApi(baseUrl, OWNER);
    for (const id of published(options)) await untilPublished(api, id);
    return { baseUrl, api, log: () => output, close };
  } catch (error) {
    await close();
    throw new Error(`n8n did not start: ${(error as Error).message}\n${output.slice(-4_000)}`, { cause: error });
  }
}

function n8nEnvironment(folder: string, port: number, brokerPort: number, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  return {
    ...inherited,
    NODE_ENV: 'production',
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    N8N_USER_FOLDER: folder,
    N8N_PORT: String(port),
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}/`,
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_ENCRYPTION_KEY: 'key-of-the-end-to-end-tests',
    N8N_SECURE_COOKIE: 'false',
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_VERIFIED_PACKAGES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    N8N_DISABLED_MODULES: 'mcp-registry,instance-ai',
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
    N8N_INSTANCE_OWNER_EMAIL: OWNER.email,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: OWNER_PASSWORD_HASH,
    N8N_INSTANCE_OWNER_FIRST_NAME: 'Test',
    N8N_INSTANCE_OWNER_LAST_NAME: 'Owner',
    ...more,
  };
}

async function seed(folder: string, env: NodeJS.ProcessEnv, options: N8nOptions): Promise<void> {
  const { credentials = [], workflows = [] } = options;
  const n8n = (...parameters: string[]) => run(process.execPath, [N8N, ...parameters], { cwd: folder, env, maxBuffer: 64e6 });
  if (credentials.length > 0) {
    const file = join(folder, 'credentials.json');
    await writeFile(file, JSON.stringify(credentials));
    await n8n('import:credentials', `--input=${file}`);
  }
  if (workflows.length === 0) return;
  const imports = join(folder, 'workflows');
  await mkdir(imports);
  for (const workflow of workflows) {
    await writeFile(join(imports, `${workflow.id}.json`), JSON.stringify(linkCredentials(workflow, credentials)));
  }
  await n8n('import:workflow', '--separate', `--input=${imports}/`);
  for (const id of published(options)) await n8n('publish:workflow', `--id=${id}`);
}

function linkCredentials(workflow: Workflow, credentials: readonly SeededCredential[]): Workflow {
  const link = (type: string, reference: { id: string | null; name: string }) => {
    if (reference.id !== null) return reference;
    const credential = credentials.find((candidate) => candidate.type === type);
    return credential ? { id: credential.id, name: credential.name } : reference;
  };
  return {
    ...workflow,
    nodes: workflow.nodes.map((node) => (node.credentials === undefined ? node : {
      ...node,
      credentials: Object.fromEntries(Object.entries(node.credentials).map(([type, reference]) => [type, link(type, reference)])),
    })),
  };
}

const published = ({ publish, workflows = [] }: N8nOptions): readonly string[] => publish ?? workflows.map((workflow) => workflow.id);

/** Publishing goes on after n8n has started: the triggers are registered one by one. */
async function untilPublished(api: N8nApi, workflowId: string): Promise<void> {
  for (;;) {
    const { status, triggers } = await api.rest('GET', `/workflows/${workflowId}/publication-status`) as PublicationStatus;
    const failed = triggers.find((trigger) => trigger.errorMessage !== null);
    if (failed) throw new Error(`the workflow ${workflowId} was not published: ${failed.errorMessage}`);
    if (status === 'published' && triggers.every((trigger) => trigger.status === 'activated')) return;
    await pause(50);
  }
}

interface PublicationStatus {
  readonly status: string;
  readonly triggers: ReadonlyArray<{ readonly status: string; readonly errorMessage: string | null }>;
}

async function untilReady(baseUrl: string, program: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_LIMIT_MS;
  while (Date.now() < deadline) {
    if (program.exitCode !== null) throw new Error(`it ended with ${program.exitCode}`);
    const answer = await fetch(`${baseUrl}/healthz/readiness`).catch(() => undefined);
    if (answer?.ok) return;
    await pause(100);
  }
  throw new Error('it was not ready in time');
}

async function stop(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const exited = once(program, 'exit');
  program.kill('SIGTERM');
  const timer = setTimeout(() => program.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(timer);
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => { server.close(); await once(server, 'close'); }));
  return ports;
}
