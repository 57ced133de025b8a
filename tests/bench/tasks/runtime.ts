import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '../../../agent-runtime/src/agents/registry.ts';
import { createSystemAgent } from '../../../agent-runtime/src/agents/system/agent.ts';
import { readConfig, readSecret, type Config } from '../../../agent-runtime/src/config.ts';
import { createOfflineModel } from '../../../agent-runtime/src/providers/offline/model.ts';
import { ledgerSeed } from '../../../agent-runtime/src/router/budget/ledger-seed.ts';
import { createCatalogue } from '../../../agent-runtime/src/router/catalogue/create-catalogue.ts';
import { createRouting } from '../../../agent-runtime/src/router/create-routing.ts';
import { createDecisionLog } from '../../../agent-runtime/src/router/decision-log.ts';
import { createPriceList } from '../../../agent-runtime/src/router/prices.ts';
import { createKeyRing } from '../../../agent-runtime/src/router/resilience/key-ring.ts';
import { countTokens } from '../../../agent-runtime/src/router/tokens.ts';
import { tenantArtifacts } from '../../../agent-runtime/src/stores/artifacts/tenant-artifacts.ts';
import { createTasks } from '../../../agent-runtime/src/tasks/create-tasks.ts';
import { createTaskLimits } from '../../../agent-runtime/src/tasks/task-limits.ts';
import { createWorkerRegistry } from '../../../agent-runtime/src/tasks/worker-registry.ts';
import { createWorker } from '../../../agent-runtime/src/tasks/worker.ts';
import { createLogger } from '../../../agent-runtime/src/telemetry/logger.ts';
import { createEmbeddingModel, createModel, environmentEndpoints } from '../../../agent-runtime/src/wire-models.ts';
import { openStores, type Stores } from '../../../agent-runtime/src/wire-stores.ts';
import { createLocalWorkspaces } from '../../../agent-runtime/src/workspace/local.ts';
import type { Contestant, Part, Servers } from './contestant.ts';

const TENANT = 'bench';
const logger = createLogger('error');
const log = (event: string, fields: Readonly<Record<string, unknown>>) => logger.warn({ event, ...fields });

/** The task service, its worker and its router, put together as the runtime does it, without the API in front of them. */
export async function openRuntime({ postgres, redis, rabbitmq, model }: Servers, { role }: Part, queueKind: 'rabbitmq' | 'embedded'): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-bench-tasks-'));
  const { config } = readConfig({
    AIOS_API_KEYS: `${TENANT}:key-of-the-benchmark-0123456789`, AIOS_CONCURRENCY: '100', AIOS_DATA_DIR: folder, AIOS_POSTGRES_URL: postgres, AIOS_REDIS_URL: redis,
    ...queueKind === 'rabbitmq' && { AIOS_RABBITMQ_URL: rabbitmq },
    OPENAI_BASE_URL: `${model}/v1`, OPENAI_API_KEY: 'none', OPENAI_MODELS: 'bench-model', OPENAI_MODELS_FREE: 'true',
  });
  const { callbackOrigins, concurrency, leaseMs, retryBaseMs, keepDays, agentLimits, repositoryLimit } = config;
  const stores = await openStores(config, logger);
  const { records, queue, state, artifacts } = stores;
  const { now } = records;
  const registry = createRegistry([createSystemAgent()]);
  const { router, close } = await openRouting(config, stores);
  const workspaces = createLocalWorkspaces({ folder: config.workspaceDir, protocols: config.workspaceProtocols, network: config.network, credential: () => null, keep: async () => undefined });
  const artifactsOf = (tenant: string) => tenantArtifacts(artifacts, tenant);
  const worker = role === 'submitter' ? undefined : createWorker({
    records, queue, registry, router, callbackOrigins, logger, concurrency, leaseMs, retryBaseMs, keepDays, now, workspaces, artifacts: artifactsOf,
    workers: createWorkerRegistry(state.memory), leases: state.leases, sweepArtifacts: async () => 0,
    limits: createTaskLimits({ limits: state.limits, agentLimits, repositoryLimit, ttlMs: leaseMs, logger }),
    self: { host: hostname(), pid: process.pid, version: 'bench', capabilities: {} },
  });
  const tasks = createTasks({ records, queue, registry, callbackOrigins, logger, now, artifacts: artifactsOf, localWorker: () => worker });
  await worker?.start();
  return {
    async run(modelCalls) {
      const request = { tasks: [{ agent: 'system', operation: 'check', input: { modelCalls }, options: { deadlineMs: 600_000, maxAttempts: 5 } }] };
      const { batch } = await tasks.submit(request as never, { tenant: TENANT, waitMs: 60_000 });
      if (batch.tasks[0]?.status !== 'succeeded') throw new Error(`The task did not succeed: ${JSON.stringify(batch)}`);
    },
    async close() {
      await worker?.close({ drainMs: 1_000 });
      await workspaces.close();
      await close();
      await stores.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function openRouting(config: Config, { records, state, openBudgets }: Stores) {
  const catalogue = await createCatalogue({
    file: null, environment: environmentEndpoints(config), secret: (reference) => readSecret(reference), createModel, createEmbeddingModel,
    offline: createOfflineModel, createKeyRing: (keys) => createKeyRing(keys, () => performance.now(), () => undefined), prices: createPriceList(), log,
  });
  const decisions = createDecisionLog({ records: records.routing, log });
  const budgetStore = openBudgets(ledgerSeed(decisions));
  const { router, close } = await createRouting({
    catalogue, records: records.routing, decisions, budgetStore, countTokens, log, events: state.events, modelTimeoutMs: config.modelTimeoutMs, observe: () => undefined,
  });
  return {
    router,
    async close() {
      await close();
      catalogue.close();
      await decisions.close();
      await budgetStore.close();
    },
  };
}
