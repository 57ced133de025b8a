import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { experimentSchema } from '../../../agent-runtime/src/contract/experiment.ts';
import { startModelServer } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import { startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

const ROUTER_FILE = `
experiments:
  - id: small-model
    control: usual
    metric: success
    arms:
      - { name: usual }
      - { name: small, model: openai-compatible/test-model, weight: 0 }
  - id: not-now
    enabled: false
    control: usual
    arms: [{ name: usual }, { name: small, policy: cheapest }]
keys:
  tester: { admin: true }
  other: {}
`;

let folder: string;
let model: ModelServer;
let runtime: TestRuntime;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aios-experiments-'));
  writeFileSync(join(folder, 'router.yaml'), ROUTER_FILE);
  model = await startModelServer();
  runtime = await startTestRuntime({ ...model.environment, AIOS_ROUTER_CONFIG: join(folder, 'router.yaml') });
});
afterAll(async () => {
  await runtime.stop();
  await model.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = () => runtime.request('POST', '/v1/chat/completions', { model: 'auto', messages: [{ role: 'user', content: 'Hello' }] });
const read = async () => experimentSchema.parse((await runtime.request('GET', '/v1/experiments/small-model')).body);

test('all experiments of the router file are listed with their state', async () => {
  const { status, body } = await runtime.request('GET', '/v1/experiments');
  expect(status).toBe(200);
  expect(body.experiments.map((one: unknown) => experimentSchema.parse(one)).map(({ id, status: state }: { id: string; status: string }) => [id, state]))
    .toEqual([['small-model', 'running'], ['not-now', 'disabled']]);
});

test('answers count for their arm, until the experiment is stopped, and again once it is started', async () => {
  const before = (await read()).arms[0]!.requests;
  expect((await ask()).status).toBe(200);
  const [usual, small] = (await read()).arms;
  expect(usual).toMatchObject({ role: 'control', requests: before + 1, metrics: { success: { n: before + 1, mean: 1 } } });
  expect(small).toMatchObject({ role: 'variant', model: 'openai-compatible/test-model', requests: 0 });

  expect((await runtime.request('POST', '/v1/experiments/small-model/stop')).body).toMatchObject({ status: 'stopped', reason: 'It was stopped by hand.' });
  await ask();
  expect((await read()).arms[0]!.requests).toBe(before + 1);

  expect((await runtime.request('POST', '/v1/experiments/small-model/start')).body).toMatchObject({ status: 'running', reason: null });
  await ask();
  expect(await read()).toMatchObject({ arms: [{ requests: before + 2 }, {}], verdict: expect.stringContaining('too few results') });
});

test('an experiment that there is not is 404, and says which there are', async () => {
  for (const [method, path] of [['GET', ''], ['POST', '/stop'], ['POST', '/start']] as const) {
    const { status, body } = await runtime.request(method, `/v1/experiments/small-modle${path}`);
    expect([status, body.code, body.detail]).toEqual([404, 'not_found', expect.stringContaining('small-model, not-now')]);
  }
});

test('one that the file disables cannot be started', async () => {
  const { status, body } = await runtime.request('POST', '/v1/experiments/not-now/start');
  expect([status, body.code]).toEqual([400, 'invalid_request']);
});

test('only admins stop and start', async () => {
  const headers = { authorization: 'Bearer the-key-of-another-tenant' };
  for (const verb of ['stop', 'start']) {
    expect((await runtime.request('POST', `/v1/experiments/small-model/${verb}`, undefined, headers)).body.code).toBe('admin_required');
  }
  expect((await runtime.request('GET', '/v1/experiments/small-model', undefined, headers)).status).toBe(200);
});
