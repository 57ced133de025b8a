import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../agent-runtime/src/config.ts';
import { createLogger } from '../../../agent-runtime/src/telemetry/logger.ts';
import { createRuntime } from '../../../agent-runtime/src/wire.ts';
import type { Runtime } from '../../../agent-runtime/src/wire.ts';

export const API_KEY = 'the-key-of-the-test-tenant';

export interface TestRuntime extends Runtime {
  /** `http://127.0.0.1:PORT`, once started. */
  readonly url: string;
  /** All that was logged so far, at every level. */
  readonly log: string[];
  /** A request with the API key, as JSON. */
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, headers?: Record<string, string>): Promise<TestResponse>;
}

export interface TestResponse {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks at what is there
  readonly body: any;
}

/** The real runtime on a free port, with embedded stores in a folder of its own that `stop` removes. */
export async function startTestRuntime(environment: Record<string, string> = {}): Promise<TestRuntime> {
  const folder = mkdtempSync(join(tmpdir(), 'aios-api-'));
  const { config } = readConfig({
    AIOS_API_KEYS: `tester:${API_KEY},other:the-key-of-another-tenant`, AIOS_PORT: '0', AIOS_DATA_DIR: folder, AIOS_LOG_LEVEL: 'trace',
    AIOS_RETRY_BASE_MS: '1', ...environment,
  });
  const log: string[] = [];
  const runtime = await createRuntime(config, createLogger('trace', { write: (line) => { log.push(line); } }));
  const { port } = await runtime.start();
  return {
    app: runtime.app,
    start: () => runtime.start(),
    url: `http://127.0.0.1:${port}`,
    log,
    async stop() {
      await runtime.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    async request(method, path, body, headers = {}) {
      const response = await runtime.app.inject({
        method, url: path, headers: { authorization: `Bearer ${API_KEY}`, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const json = /json/.test(String(response.headers['content-type']));
      return { status: response.statusCode, headers: response.headers, text: response.body, body: json ? JSON.parse(response.body) : null };
    },
  };
}
