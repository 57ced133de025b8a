import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../agent-runtime/src/config.ts';
import { createLogger } from '../../../agent-runtime/src/telemetry/logger.ts';
import { createRuntime } from '../../../agent-runtime/src/wire.ts';
import type { Contestant, Servers } from './contestant.ts';

const KEY = 'key-of-the-benchmark-0123456789';

/** What a process of the runtime is given. */
export function runtimeEnvironment({ postgres, redis, rabbitmq, model }: Servers, queue: 'rabbitmq' | 'embedded'): Record<string, string> {
  return {
    AIOS_API_KEYS: `bench:${KEY}`, AIOS_PORT: '0', AIOS_LOG_LEVEL: 'error', AIOS_CONCURRENCY: '100', AIOS_POSTGRES_URL: postgres, AIOS_REDIS_URL: redis,
    ...queue === 'rabbitmq' && { AIOS_RABBITMQ_URL: rabbitmq },
    OPENAI_BASE_URL: `${model}/v1`, OPENAI_API_KEY: 'none', OPENAI_MODELS: 'bench-model', OPENAI_MODELS_FREE: 'true',
  };
}

/** The runtime, asked by its API without the way over a socket. With the role `api`, workers are processes of their own. */
export async function openRuntime(servers: Servers, { queue, role }: { readonly queue: 'rabbitmq' | 'embedded'; readonly role: string }): Promise<Contestant> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-bench-tasks-'));
  const { config } = readConfig({ ...runtimeEnvironment(servers, queue), AIOS_DATA_DIR: folder, AIOS_ROLE: role });
  const runtime = await createRuntime(config, createLogger('error'));
  await runtime.start();
  return {
    async run(modelCalls) {
      const response = await runtime.app.inject({
        method: 'POST', url: '/v1/batches?waitMs=60000', headers: { authorization: `Bearer ${KEY}` },
        payload: { tasks: [{ agent: 'system', operation: 'check', input: { modelCalls } }] },
      });
      const { tasks } = response.json() as { readonly tasks?: readonly { readonly status: string }[] };
      if (tasks?.[0]?.status !== 'succeeded') throw new Error(`The task did not succeed: ${response.body}`);
    },
    async close() {
      await runtime.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
