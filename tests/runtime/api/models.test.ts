import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

let folder: string;
let runtime: TestRuntime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aios-models-'));
  const key = join(folder, 'key');
  writeFileSync(key, 'sk-test');
  const example = readFileSync(new URL('../../../docs/router.example.yaml', import.meta.url), 'utf8');
  const file = join(folder, 'router.yaml');
  // The example's keys lie in places that a test does not have.
  writeFileSync(file, example.replace(/apiKeys: \[.*\]/g, `apiKeys: ["file:${key}"]`));
  runtime = await startTestRuntime({ AIOS_ROUTER_CONFIG: file, AIOS_API_KEYS: 'n8n:key-of-n8n,ci:key-of-ci,guest:key-of-a-guest' });
});
afterAll(async () => {
  await runtime.stop();
  rmSync(folder, { recursive: true, force: true });
});

const get = (key: string, path = '', headers = {}) => runtime.request('GET', `/v1/models${path}`, undefined, { authorization: `Bearer ${key}`, ...headers });
const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
const named = (list: readonly { readonly id: string }[]) => ids(list).filter((id) => !id.startsWith('auto'));

test('the models of the example are listed, the one for embeddings too', async () => {
  const { status, body } = await get('key-of-n8n');
  expect([status, ids(body.models)]).toEqual([200, [
    'anthropic/claude-opus-5-5', 'anthropic/claude-haiku-4-5', 'vllm/qwen3', 'mistral/mistral-small-latest', 'ollama/qwen3:8b', 'mistral/mistral-embed',
  ]]);
  expect(body.models.at(-1)).toMatchObject({ kind: 'embedding', maxOutputTokens: 0 });
  expect(named(body.data)).toEqual(ids(body.models));
});

test('a key sees the models that it may use, in every list', async () => {
  const ci = ['anthropic/claude-haiku-4-5', 'vllm/qwen3'];
  const { body } = await get('key-of-ci');
  expect([ids(body.models), named(body.data)]).toEqual([ci, ci]);
  expect(named((await get('key-of-ci', '', { 'anthropic-version': '2023-06-01' })).body.data)).toEqual(ci);
  expect(ids((await get('key-of-a-guest')).body.models)).toEqual(['ollama/qwen3:8b']);
  expect((await get('key-of-ci', '/vllm/qwen3')).status).toBe(200);
  expect((await get('key-of-ci', '/strong')).status).toBe(404);
  expect((await get('key-of-n8n', '/strong')).body.id).toBe('anthropic/claude-opus-5-5');
});

test('the offline rules are listed for everybody', async () => {
  const file = join(folder, 'offline.yaml');
  writeFileSync(file, 'environment: false\nkeys: { "*": { models: ["ollama/*"] } }\n');
  const offline = await startTestRuntime({ AIOS_ROUTER_CONFIG: file });
  const { body } = await offline.request('GET', '/v1/models');
  await offline.stop();
  expect(body.models).toMatchObject([{ offline: true }]);
});
