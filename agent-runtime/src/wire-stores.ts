import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createAllotments } from './router/budget/allotments.ts';
import { artifactLinks, type ArtifactLinks } from './stores/artifacts/artifact-links.ts';
import type { Artifacts } from './stores/artifacts/artifacts.ts';
import { createEmbeddedArtifacts } from './stores/artifacts/embedded.ts';
import { linkSecret } from './stores/artifacts/link-secret.ts';
import { createS3Artifacts } from './stores/artifacts/s3.ts';
import { createEmbeddedQueue } from './stores/queue/embedded.ts';
import { createRabbitmqQueue } from './stores/queue/rabbitmq.ts';
import type { Queue, QueueLog } from './stores/queue/queue.ts';
import { createEmbeddedRecords } from './stores/records/embedded.ts';
import { createPostgresRecords } from './stores/records/postgres.ts';
import type { Records } from './stores/records/records.ts';
import type { BudgetStore } from './stores/state/budget-store.ts';
import { createEmbeddedBudgetStore, createEmbeddedState } from './stores/state/embedded.ts';
import { createRedisBudgetStore, createRedisConnection, createRedisState } from './stores/state/redis.ts';
import type { Seed } from './stores/state/seed.ts';
import type { State } from './stores/state/state.ts';
import { createEmbeddedVectors } from './stores/vectors/embedded.ts';
import { createQdrantVectors } from './stores/vectors/qdrant.ts';
import type { Vectors } from './stores/vectors/vectors.ts';

/** Where the API serves embedded artifacts. */
const LINKS = '/v1/artifacts';
/** Versions of an artifact that a newer one has replaced. */
const REPLACED_AFTER_DAYS = 7;

/** The stores of one process, each on the server that is configured for it or in the data folder. */
export interface Stores {
  readonly records: Records;
  readonly queue: Queue;
  readonly state: State;
  readonly artifacts: Artifacts;
  readonly vectors: Vectors;
  /** Of the embedded artifacts, which the API serves; null: the server serves its own. */
  readonly links: ArtifactLinks | null;
  /** To be closed by whoever opens it, before the stores. `seed`: what accounts have spent that the store does not know. */
  openBudgets(seed: Seed): BudgetStore;
  close(): Promise<void>;
}

/** Throws `store_unavailable` when the records cannot be opened; the other servers may come later. */
export async function openStores(config: Config, logger: Logger): Promise<Stores> {
  const { dataDir: folder, leaseMs, stores: { postgresUrl, rabbitmq, redis: redisServer, s3, qdrant } } = config;
  const log = (event: string, fields: Readonly<Record<string, unknown>>) => logger.warn({ event, ...fields });
  const redis = redisServer && { connection: createRedisConnection({ url: redisServer.url }), keyPrefix: redisServer.prefix };
  const state = redis === null ? createEmbeddedState({ folder }) : createRedisState(redis);
  const queueLog: QueueLog = (level, event, fields) => logger[level]({ event, ...fields });
  const queue = rabbitmq === null ? createEmbeddedQueue({ folder, leaseMs, log: queueLog }) : createRabbitmqQueue({ ...rabbitmq, log: queueLog });
  const links = s3 === null ? artifactLinks({ secret: linkSecret(folder), basePath: LINKS }) : null;
  const expiry = { rules: config.keepDays.tasks === 0 ? [] : [{ prefix: '', afterDays: config.keepDays.tasks }], replacedAfterDays: REPLACED_AFTER_DAYS };
  const artifacts = s3 === null ? createEmbeddedArtifacts({ folder, expiry, links }) : createS3Artifacts({ ...s3, expiry });
  const vectors = qdrant === null ? createEmbeddedVectors({ folder, warn: (message) => log('vectors-slow', { message }) })
    : createQdrantVectors({ url: qdrant.url, ...qdrant.apiKey !== null && { apiKey: qdrant.apiKey }, collectionPrefix: `${qdrant.prefix}-` });
  const closeOthers = async () => {
    await Promise.all([queue.close(), state.close(), artifacts.close(), vectors.close()]);
    await redis?.connection.close();
  };
  try {
    const records = postgresUrl === null ? await createEmbeddedRecords({ folder }) : await createPostgresRecords({ url: postgresUrl });
    return {
      records, queue, state, artifacts, vectors, links,
      openBudgets: (seed) => createAllotments({
        store: redis === null ? createEmbeddedBudgetStore({ folder, seed }) : createRedisBudgetStore({ ...redis, seed }),
        log,
      }),
      close: async () => void await Promise.all([closeOthers(), records.close()]),
    };
  } catch (error) {
    await closeOthers();
    throw error;
  }
}
