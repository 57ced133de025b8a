import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOpenAiStandIn } from '../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { startTestRuntime, type TestRuntime } from './test-runtime.ts';

export const OTHER = { authorization: 'Bearer the-key-of-another-tenant' };

export interface CollectionsBench {
  readonly runtime: TestRuntime;
  /** Its vectors depend on the text alone: 8 numbers, or as many as are asked for. */
  readonly model: LlmStandIn;
  /** Of the data. */
  readonly folder: string;
  request(method: Parameters<TestRuntime['request']>[0], path: string, body?: unknown, headers?: Record<string, string>): ReturnType<TestRuntime['request']>;
  stop(): Promise<void>;
}

/** A runtime with the embedding models `local/first`, also called `docs`, and `local/second`, ten cents for each token. */
export async function startCollectionsBench(environment: Record<string, string> = {}): Promise<CollectionsBench> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-collections-'));
  const model = await startOpenAiStandIn({ requiresKey: false });
  writeFileSync(join(folder, 'router.yaml'), JSON.stringify({
    endpoints: { local: { provider: 'openai-compatible', baseUrl: `${model.url}/v1`, location: 'local' } },
    models: [
      { endpoint: 'local', model: 'first', kind: 'embedding', aliases: ['docs'], price: 'free', contextWindow: 1_000 },
      { endpoint: 'local', model: 'second', kind: 'embedding', price: { inputPerMillion: 100_000, outputPerMillion: 0 } },
    ],
    keys: { other: { models: ['local/*', '!local/second'] } },
  }));
  const runtime = await startTestRuntime({ AIOS_ROUTER_CONFIG: join(folder, 'router.yaml'), AIOS_DATA_DIR: folder, ...environment });
  return {
    runtime, model, folder,
    request: (method, path, body, headers) => runtime.request(method, `/v1/collections${path}`, body, headers),
    async stop() {
      await runtime.stop();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
