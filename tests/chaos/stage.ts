import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCallbackReceiver } from '../crash/callback-receiver.ts';
import { lookAt } from '../crash/look.ts';
import { startServers } from '../crash/start-servers.ts';
import { makeRepository } from '../runtime/workspace/test-repository.ts';
import { startGitHubStandIn } from '../stand-ins/github/start-github-stand-in.ts';
import type { Budget } from './check-budgets.ts';
import { API_KEYS } from './client.ts';
import { MODEL, MOST_OUTPUT_TOKENS, PRICE, startModel } from './model-calls.ts';
import type { Options } from './options.ts';
import type { Destination } from './plan.ts';
import { supervise } from './supervise.ts';
import { openWays } from './ways.ts';

const APIS = 2;
const WORKERS = 3;
/** Tasks that one worker runs at once. */
export const CONCURRENCY = 8;
const LEASE_MS = 3_000;

export type Stage = Awaited<ReturnType<typeof setStage>>;

/** Servers, stand-ins, the ways between, and two processes of the API with three workers, all running. */
export async function setStage({ seed, servers: wanted, newRabbitmq }: Options, budgets: readonly Budget[]) {
  const folder = await mkdtemp(join(tmpdir(), 'aios-chaos-'));
  await chmod(folder, 0o755); // programs in the sandbox run as another user
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  const opened = async <Thing>(thing: Promise<Thing>, close: (thing: Thing) => Promise<unknown>): Promise<Thing> => {
    const made = await thing;
    closing.push(() => close(made));
    return made;
  };

  try {
    const [servers, github, model, receiver] = [
      await opened(startServers({ only: wanted, rabbitmq: newRabbitmq ? 'trixie' : 'system' }), (made) => made.stop()),
      await opened(startGitHubStandIn(), (made) => made.close()),
      await opened(startModel(seed), (made) => made.close()),
      await opened(startCallbackReceiver(), (made) => made.close()),
    ];
    const repository = makeRepository({ 'a.txt': 'one\n' });
    closing.push(async () => repository.remove());
    const destinations = new Map<Destination, number>([
      ...[...servers.running.values()].map(({ name, port }): [Destination, number] => [name, port]),
      ['github', Number(new URL(github.url).port)], ['llm', model.port],
    ]);
    const ways = await opened(
      openWays({ seed, processes: APIS + WORKERS, apis: APIS, destinations, callbackPort: receiver.port }), (made) => made.close());

    const processes = Array.from({ length: APIS + WORKERS }, (_, index) => {
      const isApi = index < APIS;
      const name = isApi ? `api-${index + 1}` : `worker-${index - APIS + 1}`;
      const routerFile = join(folder, `${name}.json`);
      writeFileSync(routerFile, JSON.stringify(routerSettings(ways.way(index, 'llm').port, budgets)));
      const log = createWriteStream(join(logs, `${name}.log`));
      return supervise({
        name,
        environment: (life) => ({
          AIOS_ROLE: isApi ? 'api' : 'worker', AIOS_PORT: '0', AIOS_DATA_DIR: join(folder, 'data'), AIOS_API_KEYS: API_KEYS,
          AIOS_LEASE_MS: String(LEASE_MS), AIOS_RETRY_BASE_MS: '100', AIOS_CONCURRENCY: String(CONCURRENCY), AIOS_DRAIN_MS: '10000',
          AIOS_WORKSPACE_PROTOCOLS: 'file', AIOS_WORKSPACE_DIR: join(folder, 'workspaces'),
          AIOS_AGENT_LIMITS: `cto=${CONCURRENCY * WORKERS - 4}`, AIOS_MODEL_TIMEOUT_MS: '5000',
          AIOS_CALLBACK_ORIGINS: `http://127.0.0.1:${ways.callbacks.port}`, AIOS_ROUTER_CONFIG: routerFile, CHAOS_MODEL_KEY: life,
          GITHUB_TOKEN: github.token, GITHUB_API_URL: `http://127.0.0.1:${ways.way(index, 'github').port}`,
          ...Object.assign({}, ...[...servers.running.values()].map((server) => server.settings(ways.way(index, server.name).port))) as Record<string, string>,
        }),
        onReady: (port) => { if (isApi) ways.front(index).aim(port); },
        onLine: (line) => log.write(`${line}\n`),
      });
    });
    closing.push(() => Promise.all(processes.map((process) => process.kill())));
    await Promise.all(processes.map((process) => process.start()));
    await Promise.all([...servers.running.values()].map((server) => server.settled()));
    return {
      servers, github, model, receiver, repository, ways, processes, logs, workspaces: join(folder, 'workspaces'),
      apis: processes.slice(0, APIS), workers: processes.slice(APIS),
      look: lookAt(servers.running.get('postgres')?.url ?? null, join(folder, 'data')),
      /** Ends everything, whatever state it is in. `keepLogs`: leaves what the processes said. */
      async close({ keepLogs }: { readonly keepLogs: boolean }) {
        await closeAll();
        if (!keepLogs) await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function routerSettings(modelPort: number, budgets: readonly Budget[]) {
  return {
    environment: false,
    endpoints: { llm: { provider: 'openai-compatible', baseUrl: `http://127.0.0.1:${modelPort}/v1`, apiKeys: ['env:CHAOS_MODEL_KEY'] } },
    models: [{ endpoint: 'llm', model: MODEL, contextWindow: 32_000, maxOutputTokens: MOST_OUTPUT_TOKENS, price: PRICE }],
    budgets: budgets.map(({ id, workflow, limitUsd }) => ({
      id, ...workflow === null ? { subject: 'organisation' } : { subject: 'workflow', name: workflow }, period: 'total', limitUsd, mode: 'hard',
    })),
  };
}
