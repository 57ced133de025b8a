import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildApp } from '../../../agent-runtime/src/api/app.ts';
import type { App } from '../../../agent-runtime/src/api/app.ts';
import { createEmbeddedQueue } from '../../../agent-runtime/src/stores/queue/embedded.ts';
import type { Queue } from '../../../agent-runtime/src/stores/queue/queue.ts';
import { createEmbeddedRecords } from '../../../agent-runtime/src/stores/records/embedded.ts';
import type { Records } from '../../../agent-runtime/src/stores/records/records.ts';
import { createLogger } from '../../../agent-runtime/src/telemetry/logger.ts';
import { createMetrics } from '../../../agent-runtime/src/telemetry/metrics.ts';

let folder: string;
let queue: Queue;
let records: Records;
let app: App;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aios-health-'));
  queue = createEmbeddedQueue({ folder, leaseMs: 1_000 });
  records = await createEmbeddedRecords({ folder });
  app = await buildApp({
    checks: [{ name: 'records', check: () => records.ping() }, { name: 'queue', check: () => queue.ping() }],
    metrics: createMetrics({ statistics: () => Promise.reject(new Error('not asked for')), depth: () => queue.depth() }),
    logger: createLogger('silent'),
  });
});
afterEach(async () => {
  await app.close();
  await Promise.all([queue.close(), records.close()]);
  rmSync(folder, { recursive: true });
});

describe('readiness', () => {
  test('is there when every store answers', async () => {
    const response = await app.inject('/readyz');
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ready', checks: ['records', 'queue'] }]);
  });

  test('names the store that does not answer, and no other', async () => {
    await queue.close();
    const response = await app.inject('/readyz');
    expect(response.statusCode).toBe(503);
    expect(response.headers['content-type']).toMatch('application/problem+json');
    expect(response.json()).toMatchObject({
      code: 'store_unavailable', kind: 'operational', detail: 'Not ready: queue. See issues for the reason of each.',
      issues: [{ path: 'queue', message: expect.stringContaining('closed') }],
    });
  });

  test('says of all stores which are closed, while the process is still alive', async () => {
    await Promise.all([queue.close(), records.close()]);
    expect((await app.inject('/readyz')).json().issues.map(({ path }: { path: string }) => path)).toEqual(['records', 'queue']);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
  });
});

test('metrics that cannot be read are a problem document too', async () => {
  const response = await app.inject('/metrics');
  expect(response.json()).toMatchObject({ status: 500, code: 'internal', kind: 'bug', detail: expect.stringMatching(/request id \S+\.$/) });
  expect(response.body).not.toContain('not asked for');
});
