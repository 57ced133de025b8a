import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { createCtoAgent } from './agents/cto/agent.ts';
import { createRegistry } from './agents/registry.ts';
import { createSystemAgent } from './agents/system/agent.ts';
import { buildApp } from './api/app.ts';
import type { App } from './api/app.ts';
import { readSecret } from './config.ts';
import type { Config } from './config.ts';
import type { GitHub } from './connectors/github/github.ts';
import { createGitHub } from './connectors/github/octokit-github.ts';
import { DEFAULT_ANTHROPIC_MODELS } from './providers/anthropic/known-models.ts';
import { createAnthropicModel } from './providers/anthropic/model.ts';
import type { ModelOverrides } from './providers/model-overrides.ts';
import type { EmbeddingModel, Model } from './providers/model.ts';
import { createOfflineModel } from './providers/offline/model.ts';
import { createOllamaEmbeddingModel } from './providers/ollama/embeddings.ts';
import { createOllamaModel } from './providers/ollama/model.ts';
import { createOpenAiCompatibleEmbeddingModel } from './providers/openai-compatible/embeddings.ts';
import { DEFAULT_OPENAI_MODELS } from './providers/openai-compatible/known-models.ts';
import { createOpenAiCompatibleModel } from './providers/openai-compatible/model.ts';
import { ledgerSeed } from './router/budget/ledger-seed.ts';
import { createCatalogue } from './router/catalogue/create-catalogue.ts';
import type { EnvironmentEndpoint, ModelSpec } from './router/catalogue/model-spec.ts';
import { createRouting } from './router/create-routing.ts';
import { createDecisionLog } from './router/decision-log.ts';
import { createPriceList } from './router/prices.ts';
import { limitCalls } from './router/resilience/limited-calls.ts';
import { createKeyRing } from './router/resilience/key-ring.ts';
import { countTokens } from './router/tokens.ts';
import { tenantArtifacts } from './stores/artifacts/tenant-artifacts.ts';
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

/** Where Ollama listens when nothing is said. */
const OLLAMA_HOST = 'http://127.0.0.1:11434';

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
  const { records, queue, state, artifacts } = stores;
  const artifactsOf = (tenant: string) => tenantArtifacts(artifacts, tenant);
  const registry = createRegistry([createCtoAgent({ githubFor: githubFor(config), countTokens }), createSystemAgent()]);
  const { callbackOrigins, concurrency, drainMs, leaseMs, retryBaseMs, agentLimits, repositoryLimit, keepDays } = config;
  const { now } = records;
  const workers = createWorkerRegistry(state.memory);
  const agents = createKnownAgents({ registry, workers, logger });
  const tasks = createTasks({ records, queue, registry: agents, callbackOrigins, logger, now, artifacts: artifactsOf, localWorker: () => worker });
  const schedules = createSchedules({ records, queue, registry: agents, callbackOrigins, logger, now });
  const metrics = createMetrics({ statistics: () => tasks.statistics(), depth: () => queue.depth() });
  const routing = await routingOf(config, logger, stores, metrics);
  const { router, services } = routing;
  const worker: Worker | undefined = config.role === 'api' ? undefined
    : createWorker({
      records, queue, registry, router, callbackOrigins, logger, concurrency, leaseMs, retryBaseMs, keepDays, workers, leases: state.leases, now, artifacts: artifactsOf,
      sweepArtifacts: async () => (await artifacts.sweep(now())).removed,
      limits: createTaskLimits({ limits: state.limits, agentLimits, repositoryLimit, ttlMs: leaseMs, logger }),
      self: { host: hostname(), pid: process.pid, version: VERSION, capabilities: {} },
    });
  const cut = new AbortController();
  const app = await buildApp({
    ...(config.role === 'worker' ? {} : {
      api: {
        tasks, schedules, agents, workers, router, routing: services, keys: config.apiKeys,
        ...stores.links && { linkedArtifacts: { store: artifacts, links: stores.links, now } },
        ...config.rateLimit > 0 && { rateLimit: { rates: state.rates, requestsPerMinute: config.rateLimit } },
      },
    }),
    checks: [
      { name: 'records', check: () => records.ping() }, { name: 'queue', check: () => queue.ping() }, { name: 'state', check: () => state.ping() },
      { name: 'artifacts', check: () => artifacts.ping() }, { name: 'budgets', check: routing.ping },
    ],
    metrics,
    logger,
    cut: cut.signal,
  });
  return {
    app,
    async start() {
      await app.listen({ host: config.host, port: config.port });
      await worker?.start();
      const address = app.server.address();
      return { port: typeof address === 'object' && address !== null ? address.port : config.port };
    },
    async stop() {
      await Promise.all([closeWithin(app, drainMs, cut), worker?.close({ drainMs })]);
      agents.close();
      await routing.close();
      await stores.close();
    },
  };
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
  const decisions = createDecisionLog({ records: records.routing, log, keepForMs: null });
  const budgetStore = openBudgets(ledgerSeed(decisions));
  const { router, rules, reports, experiments, close } = await createRouting({
    catalogue, records: records.routing, decisions, budgetStore, countTokens, log,
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

function createModel(spec: ModelSpec): Model {
  const { provider, baseUrl, apiKey } = spec;
  if (provider === 'ollama') return createOllamaModel({ ...sharedOptions(spec), host: baseUrl ?? OLLAMA_HOST, countTokens });
  const options = { ...sharedOptions(spec), ...(baseUrl === null ? {} : { baseUrl }) };
  return provider === 'anthropic' ? createAnthropicModel({ ...options, apiKey: apiKey ?? '' }) : createOpenAiCompatibleModel(options);
}

function createEmbeddingModel(spec: ModelSpec): EmbeddingModel {
  const { provider, baseUrl } = spec;
  if (provider === 'ollama') return createOllamaEmbeddingModel({ ...sharedOptions(spec), host: baseUrl ?? OLLAMA_HOST });
  return createOpenAiCompatibleEmbeddingModel({ ...sharedOptions(spec), ...(baseUrl === null ? {} : { baseUrl }) });
}

/** What the factories of all providers take. */
function sharedOptions(
  { id, modelId, endpoint, apiKey, settings, abilities, contextWindow, maxOutputTokens }: ModelSpec,
): ModelOverrides & { readonly modelId: string; readonly apiKey?: string } {
  return {
    id, modelId, provider: endpoint, abilities,
    ...(apiKey === null ? {} : { apiKey }), ...(settings === null ? {} : { settings }),
    ...(contextWindow === undefined ? {} : { contextWindow }), ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

/** What the variables of the environment configure, as endpoints with the providers' own names. */
function environmentEndpoints({ anthropic, ollama, openai }: Config): readonly EnvironmentEndpoint[] {
  const endpoint = (name: EnvironmentEndpoint['provider'], baseUrl: string | null, apiKey: string | null, models: readonly string[], free: boolean): EnvironmentEndpoint => ({
    name, provider: name, baseUrl, keys: apiKey === null ? [] : [{ id: `${name}-1`, key: apiKey }], location: null, free, models,
  });
  return [
    ...anthropic ? [endpoint('anthropic', anthropic.baseUrl, anthropic.apiKey, named(anthropic.models, DEFAULT_ANTHROPIC_MODELS), false)] : [],
    ...openai ? [endpoint('openai-compatible', openai.baseUrl, openai.apiKey, named(openai.models, DEFAULT_OPENAI_MODELS), openai.free)] : [],
    ...ollama ? [endpoint('ollama', ollama.host, null, ollama.models, true)] : [],
  ];
}

function named(configured: readonly string[], defaults: readonly string[]): readonly string[] {
  return configured.length > 0 ? configured : defaults;
}

/** Without a token, public repositories can still be read. */
function githubFor({ github, sampleGithubUrl }: Config): (owner: string) => GitHub {
  const usual = createGitHub({ apiUrl: github.apiUrl, ...(github.token === null ? {} : { token: github.token }) });
  const sample = sampleGithubUrl === null ? usual : createGitHub({ apiUrl: sampleGithubUrl });
  return (owner) => (owner.toLowerCase() === SAMPLE_OWNER ? sample : usual);
}

/** Answers that are still under way after that time are cut: first with an error, then, whoever does not read it, with the connection. */
async function closeWithin(app: App, ms: number, cut: AbortController): Promise<void> {
  const timers = [setTimeout(() => cut.abort(), ms), setTimeout(() => app.server.closeAllConnections(), ms + LAST_WORDS_MS)];
  await app.close();
  timers.forEach(clearTimeout);
}
