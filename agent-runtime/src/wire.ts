import type { Logger } from 'pino';
import { createCtoAgent } from './agents/cto/agent.ts';
import { createRegistry } from './agents/registry.ts';
import { buildApp } from './api/app.ts';
import type { App } from './api/app.ts';
import type { Config } from './config.ts';
import type { GitHub } from './connectors/github/github.ts';
import { createGitHub } from './connectors/github/octokit-github.ts';
import { DEFAULT_ANTHROPIC_MODELS } from './providers/anthropic/known-models.ts';
import { createAnthropicModel } from './providers/anthropic/model.ts';
import type { Model } from './providers/model.ts';
import { createOfflineModel } from './providers/offline/model.ts';
import { createOllamaModel } from './providers/ollama/model.ts';
import { DEFAULT_OPENAI_MODELS } from './providers/openai-compatible/known-models.ts';
import { createOpenAiCompatibleModel } from './providers/openai-compatible/model.ts';
import { loadPriceList } from './router/prices.ts';
import type { RoutedModel } from './router/routed-model.ts';
import { createRouter } from './router/router.ts';
import { countTokens } from './router/tokens.ts';
import { createEmbeddedQueue } from './stores/queue/embedded.ts';
import { createEmbeddedRecords } from './stores/records/embedded.ts';
import { createTasks } from './tasks/create-tasks.ts';
import { createWorker } from './tasks/worker.ts';
import { measuredModel } from './telemetry/measured-model.ts';
import { createMetrics } from './telemetry/metrics.ts';

/** Owner of the repositories that the local sample server has. */
const SAMPLE_OWNER = 'aios-sample';

export interface Runtime {
  readonly app: App;
  /** Listens, then takes work if the role has a worker. */
  start(): Promise<{ readonly port: number }>;
  /** Takes no more requests and work, lets what is under way end within the drain time, and closes the stores. */
  stop(): Promise<void>;
}

/** Puts the parts of one process together as its configuration says. Throws when a store cannot be opened. */
export async function createRuntime(config: Config, logger: Logger): Promise<Runtime> {
  const records = await createEmbeddedRecords({ folder: config.dataDir });
  const queue = createEmbeddedQueue({ folder: config.dataDir, leaseMs: config.leaseMs });
  const registry = createRegistry([createCtoAgent({ githubFor: githubFor(config), countTokens })]);
  const { callbackOrigins, concurrency, drainMs, leaseMs, retryBaseMs } = config;
  const tasks = createTasks({ records, queue, registry, callbackOrigins, logger });
  const metrics = createMetrics({ statistics: () => tasks.statistics(), depth: () => queue.depth() });
  const router = measuredModel(await routerFor(config, logger), (attempt) => metrics.observeModelCall(attempt));
  const worker = config.role === 'api' ? null
    : createWorker({ records, queue, registry, router, callbackOrigins, logger, concurrency, leaseMs, retryBaseMs });
  const app = await buildApp({
    ...(config.role === 'worker' ? {} : { api: { tasks, agents: registry, models: router, keys: config.apiKeys } }),
    checks: [{ name: 'records', check: () => records.ping() }, { name: 'queue', check: () => queue.ping() }],
    metrics,
    logger,
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
      await Promise.all([closeWithin(app, drainMs), worker?.close({ drainMs })]);
      await Promise.all([queue.close(), records.close()]);
    },
  };
}

async function routerFor(config: Config, logger: Logger): Promise<RoutedModel> {
  const models = configuredModels(config);
  return createRouter({
    models,
    prices: await loadPriceList({
      models,
      free: config.openai?.free ? ['openai-compatible'] : [],
      ...(config.openai?.baseUrl ? { openAiBaseUrl: config.openai.baseUrl } : {}),
    }),
    modelTimeoutMs: config.modelTimeoutMs,
    countTokens,
    log: (event, fields) => logger.warn({ event, ...fields }),
  });
}

function configuredModels({ anthropic, ollama, openai }: Config): Model[] {
  const models = [
    ...(anthropic ? named(anthropic.models, DEFAULT_ANTHROPIC_MODELS).map((modelId) => createAnthropicModel({
      modelId, apiKey: anthropic.apiKey, ...(anthropic.baseUrl === null ? {} : { baseUrl: anthropic.baseUrl }),
    })) : []),
    ...(openai ? named(openai.models, DEFAULT_OPENAI_MODELS).map((modelId) => createOpenAiCompatibleModel({
      modelId,
      ...(openai.apiKey === null ? {} : { apiKey: openai.apiKey }),
      ...(openai.baseUrl === null ? {} : { baseUrl: openai.baseUrl }),
    })) : []),
    ...(ollama ? ollama.models.map((modelId) => createOllamaModel({ modelId, host: ollama.host, countTokens })) : []),
  ];
  return models.length > 0 ? models : [createOfflineModel()];
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

/** Requests that are still under way after that time are cut. */
async function closeWithin(app: App, ms: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), ms);
  await app.close();
  clearTimeout(timer);
}
