import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { createCtoAgent } from './agents/cto/agent.ts';
import { createRegistry } from './agents/registry.ts';
import { createDevopsAgent } from './agents/devops/agent.ts';
import { createSystemAgent } from './agents/system/agent.ts';
import { buildApp } from './api/app.ts';
import type { App } from './api/app.ts';
import { readSecret } from './config.ts';
import type { Config } from './config.ts';
import type { GitHub } from './connectors/github/github.ts';
import { createGitHub } from './connectors/github/octokit-github.ts';
import { createKnowledge } from './knowledge/create-knowledge.ts';
import { createOfflineModel } from './providers/offline/model.ts';
import { ledgerSeed } from './router/budget/ledger-seed.ts';
import { createCatalogue } from './router/catalogue/create-catalogue.ts';
import { createRouting } from './router/create-routing.ts';
import { createDecisionLog } from './router/decision-log.ts';
import { createPriceList } from './router/prices.ts';
import { limitCalls } from './router/resilience/limited-calls.ts';
import { createKeyRing } from './router/resilience/key-ring.ts';
import { countTokens } from './router/tokens.ts';
import { tenantArtifacts } from './stores/artifacts/tenant-artifacts.ts';
import { toAiosError } from './errors.ts';
import { artifactKey } from './tasks/task-artifacts.ts';
import { createLocalWorkspaces } from './workspace/local.ts';
import type { Workspaces } from './workspace/workspace.ts';
import { createEmbeddingModel, createModel, environmentEndpoints } from './wire-models.ts';
import { openStores, type Stores } from './wire-stores.ts';
import { createSchedules } from './tasks/create-schedules.ts';
import { createTasks } from './tasks/create-tasks.ts';
import { createKnownAgents } from './tasks/known-agents.ts';
import { createTaskLimits } from './tasks/task-limits.ts';
import { createWorkerRegistry } from './tasks/worker-registry.ts';
import { createWorker } from './tasks/worker.ts';
import type { Worker } from './tasks/worker.ts';
import { createMetrics } from './telemetry/metrics.ts';
import type { Metrics } from './telemetry/metrics.ts';

/** Owner of the repositories that the local sample server has. */
const SAMPLE_OWNER = 'aios-sample';

/** As package.json has it, which stands beside `src` and `dist`. */
const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** For answers that were cut to say so. */
const LAST_WORDS_MS = 250;

export interface Runtime {
  readonly app: App;
  /** Listens, then takes work if the role has a worker. */
  start(): Promise<{ readonly port: number }>;
  /** Takes no more requests and work, lets what is under way end within the drain time, and closes the stores. */
  stop(): Promise<void>;
}

/** Puts the parts of one process together as its configuration says. Throws when a store cannot be opened. */
export async function createRuntime(config: Config, logger: Logger): Promise<Runtime> {
  const stores = await openStores(config, logger);
  const { records, queue, state, artifacts, vectors } = stores;
  const artifactsOf = (tenant: string) => tenantArtifacts(artifacts, tenant);
  const registry = createRegistry([createCtoAgent({ githubFor: githubFor(config), countTokens }), createDevopsAgent(), createSystemAgent()]);
  const { callbackOrigins, concurrency, drainMs, leaseMs, retryBaseMs, agentLimits, repositoryLimit, keepDays } = config;
  const { now } = records;
  const workers = createWorkerRegistry(state.memory);
  const agents = createKnownAgents({ registry, workers, logger });
  const tasks = createTasks({ records, queue, registry: agents, callbackOrigins, logger, now, artifacts: artifactsOf, localWorker: () => worker });
  const schedules = createSchedules({ records, queue, registry: agents, callbackOrigins, logger, now });
  const metrics = createMetrics({ statistics: () => tasks.statistics(), depth: () => queue.depth() });
  const routing = await routingOf(config, logger, stores, metrics);
  const { router, services } = routing;
  const workspaces = createLocalWorkspaces({
    folder: config.workspaceDir, protocols: config.workspaceProtocols, network: config.network, credential: gitCredential(config),
    async keep(taskId, name, content) {
      const task = await records.tasks.work(taskId);
      await artifactsOf(task?.tenant ?? '').put(artifactKey(taskId, name), content);
    },
  });
  const worker: Worker | undefined = config.role === 'api' ? undefined
    : createWorker({
      records, queue, registry, router, callbackOrigins, logger, concurrency, leaseMs, retryBaseMs, keepDays, workers, leases: state.leases, now, artifacts: artifactsOf,
      sweepArtifacts: async () => (await artifacts.sweep(now())).removed,
      workspaces, limits: createTaskLimits({ limits: state.limits, agentLimits, repositoryLimit, ttlMs: leaseMs, logger }),
      self: { host: hostname(), pid: process.pid, version: VERSION, capabilities: await capabilitiesOf(config, workspaces) },
    });
  const cut = new AbortController();
  const app = await buildApp({
    ...(config.role === 'worker' ? {} : {
      api: {
        tasks, schedules, agents, workers, router, routing: services, keys: config.apiKeys,
        knowledge: createKnowledge({ vectors, records: records.routing, router, now }),
        ...stores.links && { linkedArtifacts: { store: artifacts, links: stores.links, now } },
        ...config.rateLimit > 0 && { rateLimit: { rates: state.rates, requestsPerMinute: config.rateLimit } },
      },
    }),
    checks: [
      { name: 'records', check: () => records.ping() }, { name: 'queue', check: () => queue.ping() }, { name: 'state', check: () => state.ping() },
      { name: 'artifacts', check: () => artifacts.ping() }, { name: 'budgets', check: routing.ping },
      // Embedded, they start a thread when they are first used.
      ...config.stores.qdrant ? [{ name: 'vectors', check: () => vectors.ping() }] : [],
    ],
    metrics,
    logger,
    cut: cut.signal,
  });
  const endConnections = onceAnswered(app.server);
  return {
    app,
    async start() {
      await app.listen({ host: config.host, port: config.port });
      await worker?.start();
      const address = app.server.address();
      return { port: typeof address === 'object' && address !== null ? address.port : config.port };
    },
    async stop() {
      await Promise.all([closeWithin(app, drainMs, cut, endConnections), worker?.close({ drainMs })]);
      agents.close();
      await workspaces.close();
      await routing.close();
      await stores.close();
    },
  };
}

/** From when what it answers with is called, a connection ends with the answer that is under way on it, and does not wait for another request. */
function onceAnswered(server: Server): () => void {
  let ending = false;
  server.on('request', ({ socket }, response) => response.once('finish', () => {
    if (ending) socket.end();
  }));
  return () => { ending = true; };
}

/** The router with its stores, and what the API shows of them. */
async function routingOf(config: Config, logger: Logger, { records, state, openBudgets }: Stores, metrics: Metrics) {
  const log = (event: string, fields: Readonly<Record<string, unknown>>) => logger.warn({ event, ...fields });
  const clock = () => performance.now();
  const catalogue = await createCatalogue({
    file: config.routerFile,
    environment: environmentEndpoints(config),
    secret: (reference) => readSecret(reference),
    createModel: (spec) => {
      const { maxConcurrent, endpoint } = spec;
      const model = createModel(spec);
      return maxConcurrent === undefined ? model
        : limitCalls(model, { limits: state.limits, limit: { name: `endpoint:${endpoint}`, limit: maxConcurrent }, log });
    },
    createEmbeddingModel, offline: createOfflineModel,
    createKeyRing: (keys) => createKeyRing(keys, clock, (id, error) => log('api-key-refused', { key: id, code: error.code })),
    prices: createPriceList(),
    log: (event, fields) => (event === 'router-file-refused' ? logger.error({ event, ...fields }) : logger.info({ event, ...fields })),
  });
  const decisions = createDecisionLog({ records: records.routing, log });
  const budgetStore = openBudgets(ledgerSeed(decisions));
  const { router, rules, reports, experiments, close } = await createRouting({
    catalogue, records: records.routing, decisions, budgetStore, countTokens, log, events: state.events,
    modelTimeoutMs: config.modelTimeoutMs,
    observe: (attempt) => metrics.observeModelCall(attempt),
  });
  return {
    router,
    services: {
      rules, reports, experiments, decisions,
      access: {
        isAdmin: (tenant: string) => catalogue.current().permissions.isAdmin(tenant),
        scopeOf(tenant: string) {
          const team = catalogue.current().permissions.team(tenant);
          return team === undefined ? { tenant } : { tenant, team };
        },
        mayUse(tenant: string, modelId: string) {
          const { chat, embeddings, permissions } = catalogue.current();
          const entry = [...chat, ...embeddings].find(({ model }) => model.id === modelId);
          return entry !== undefined && permissions.model(tenant, entry) === true;
        },
      },
    },
    ping: () => budgetStore.ping(),
    async close() {
      await close();
      catalogue.close();
      await decisions.close();
      await budgetStore.close();
    },
  };
}

/** What a worker says that it can do, beside its agents. */
async function capabilitiesOf({ role }: Config, workspaces: Workspaces): Promise<Readonly<Record<string, string>>> {
  if (role === 'api') return {};
  const missing = await workspaces.sandboxMissing().catch((error: unknown) => toAiosError(error).message);
  return { sandbox: missing ?? 'bubblewrap' };
}

/** The token of GitHub is for GitHub's own host alone. */
function gitCredential({ github }: Config): (repository: URL) => { username: string; password: string } | null {
  const { token, apiUrl } = github;
  const host = new URL(apiUrl).host.replace(/^api\./, '');
  return (repository) => (token !== null && repository.host === host ? { username: 'x-access-token', password: token } : null);
}

/** Without a token, public repositories can still be read. */
function githubFor({ github, sampleGithubUrl }: Config): (owner: string) => GitHub {
  const usual = createGitHub({ apiUrl: github.apiUrl, ...(github.token === null ? {} : { token: github.token }) });
  const sample = sampleGithubUrl === null ? usual : createGitHub({ apiUrl: sampleGithubUrl });
  return (owner) => (owner.toLowerCase() === SAMPLE_OWNER ? sample : usual);
}

/** Answers that are still under way after that time are cut: first with an error, then, whoever does not read it, with the connection. */
async function closeWithin(app: App, ms: number, cut: AbortController, endConnections: () => void): Promise<void> {
  endConnections();
  const timers = [setTimeout(() => cut.abort(), ms), setTimeout(() => app.server.closeAllConnections(), ms + LAST_WORDS_MS)];
  try {
    await app.close();
  } finally {
    timers.forEach(clearTimeout);
  }
}
