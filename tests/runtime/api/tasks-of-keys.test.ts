import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startModelServer } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import { startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

const folder = mkdtempSync(join(tmpdir(), 'aios-keys-'));
let model: ModelServer;
let runtime: TestRuntime;
beforeAll(async () => {
  model = await startModelServer();
  const file = join(folder, 'router.yaml');
  writeFileSync(file, 'keys:\n  other: {}\n  boss: { admin: true }\n');
  runtime = await startTestRuntime({
    ...model.environment, AIOS_ROUTER_CONFIG: file, AIOS_API_KEYS: 'tester:the-key-of-the-test-tenant,other:the-key-of-another-tenant,boss:the-key-of-the-administrator',
  });
});
afterAll(async () => {
  await runtime.stop();
  await model.close();
  rmSync(folder, { recursive: true });
});

const OTHER = { authorization: 'Bearer the-key-of-another-tenant' };
const BOSS = { authorization: 'Bearer the-key-of-the-administrator' };
const ids = ({ body }: { readonly body: { readonly tasks: readonly { readonly id: string }[] } }) => body.tasks.map(({ id }) => id);

/** Of a question that the model declines to answer, so that the task can be tried again. */
async function failedTask(): Promise<{ readonly id: string; readonly batchId: string }> {
  model.answerWith({ content: 'No.', finish_reason: 'content_filter' });
  const { body } = await runtime.request('POST', '/v1/batches?waitMs=60000', { tasks: [{ agent: 'cto', operation: 'ask', input: { question: 'Why?' } }] });
  expect(body.tasks[0].status).toBe('failed');
  return { id: body.tasks[0].id, batchId: body.id };
}

test('a task and its batch are seen and changed by the key that submitted them and by an admin; to others they are not there', async () => {
  const { id, batchId } = await failedTask();
  const reads = [`/v1/tasks/${id}`, `/v1/tasks/${id}?waitMs=60000`, `/v1/batches/${batchId}`, `/v1/batches/${batchId}?waitMs=60000`, `/v1/tasks/${id}/events`, `/v1/tasks/${id}/artifacts`];
  for (const path of reads) {
    expect([path, (await runtime.request('GET', path)).status]).toEqual([path, 200]);
    expect([path, (await runtime.request('GET', path, undefined, BOSS)).status]).toEqual([path, 200]);
    expect(await runtime.request('GET', path, undefined, OTHER)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
  for (const path of [`/v1/tasks/${id}/cancel`, `/v1/tasks/${id}/retry`]) {
    expect(await runtime.request('POST', path, {}, OTHER)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  }
  expect((await runtime.request('GET', `/v1/tasks/${id}`)).body.status).toBe('failed');
  expect((await runtime.request('POST', `/v1/tasks/${id}/retry`, {}, BOSS)).status).toBe(200);
});

test('a list has the tasks of the key that asks, page by page; an admin sees all', async () => {
  const [first, second] = [await failedTask(), await failedTask()];
  const { body: foreign } = await runtime.request('POST', '/v1/tasks', { agent: 'cto', operation: 'ask', input: { question: 'Mine?' } }, OTHER);
  const page = await runtime.request('GET', '/v1/tasks?limit=1');
  expect([ids(page), page.body.nextCursor]).toEqual([[second.id], second.id]);
  expect(ids(await runtime.request('GET', `/v1/tasks?limit=1&cursor=${second.id}`))).toEqual([first.id]);
  expect(ids(await runtime.request('GET', '/v1/tasks', undefined, OTHER))).toEqual([foreign.id]);
  expect(ids(await runtime.request('GET', `/v1/tasks?batchId=${first.batchId}`, undefined, OTHER))).toEqual([]);
  expect(ids(await runtime.request('GET', '/v1/dead-letters', undefined, OTHER))).toEqual([]);
  expect(ids(await runtime.request('GET', '/v1/tasks?limit=3', undefined, BOSS))).toEqual([foreign.id, second.id, first.id]);
  expect(ids(await runtime.request('GET', '/v1/tasks?tenant=other', undefined, BOSS))).toEqual([foreign.id]);
  for (const path of ['/v1/tasks', '/v1/dead-letters']) {
    expect(await runtime.request('GET', `${path}?tenant=tester`, undefined, OTHER)).toMatchObject({ status: 403, body: { code: 'admin_required' } });
  }
});
