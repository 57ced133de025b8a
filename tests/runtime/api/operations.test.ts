import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { agentDescriptionSchema } from '../../../agent-runtime/src/contract/agent-description.ts';
import { startModelServer } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import { startTestRuntime } from './test-runtime.ts';
import type { TestRuntime } from './test-runtime.ts';

let runtime: TestRuntime;
let model: ModelServer;
beforeAll(async () => {
  model = await startModelServer();
  runtime = await startTestRuntime(model.environment);
});
afterAll(async () => {
  await runtime.stop();
  await model.close();
});

describe('what the runtime says of itself', () => {
  test('its agents, with schemas of their inputs and results', async () => {
    const { body } = await runtime.request('GET', '/v1/agents');
    const [cto, devops, system, ...others] = body.agents.map((agent: unknown) => agentDescriptionSchema.parse(agent));
    expect(others).toEqual([]);
    expect(devops.operations.map(({ name }: { name: string }) => name)).toEqual(['run-command']);
    expect(system.operations.map(({ name }: { name: string }) => name)).toEqual(['check']);
    expect(cto.operations.map(({ name }: { name: string }) => name)).toEqual(['review-pull-request', 'ask']);
    for (const { inputSchema, outputSchema } of cto.operations) {
      expect(inputSchema).toMatchObject({ type: 'object', properties: expect.any(Object) });
      expect(outputSchema).toMatchObject({ type: 'object', properties: { model: expect.any(Object), durationMs: expect.any(Object) } });
    }
  });

  test('its models', async () => {
    const { body } = await runtime.request('GET', '/v1/models');
    expect(body.models).toEqual([expect.objectContaining({ id: 'openai-compatible/test-model', offline: false, price: 'free' })]);
  });

  test('the offline rules alone when no model is configured', async () => {
    const bare = await startTestRuntime();
    const { body } = await bare.request('GET', '/v1/models');
    expect(body.models).toEqual([expect.objectContaining({ provider: 'offline', offline: true })]);
    await bare.stop();
  });

  test('its API, as OpenAPI and as a page', async () => {
    const { body } = await runtime.request('GET', '/docs/json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/v1/batches', '/v1/tasks/{id}/events']));
    expect((await runtime.request('GET', '/docs')).text).toContain('swagger-ui');
  });

  test('that it is alive and ready', async () => {
    expect((await runtime.request('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect((await runtime.request('GET', '/readyz')).body).toEqual({ status: 'ready', checks: ['records', 'queue', 'state', 'artifacts', 'budgets'] });
  });

  test('its workers, with what they do', async () => {
    const { body } = await runtime.request('GET', '/v1/workers');
    expect(body.workers).toEqual([{
      id: expect.any(String), host: expect.any(String), pid: process.pid, version: expect.stringMatching(/^\d+\.\d+\.\d+$/), startedAt: expect.any(String),
      seenAt: expect.any(String), draining: false, concurrency: 8, running: 0, agents: expect.arrayContaining([{ name: 'cto', concurrency: 8 }]),
      capabilities: { sandbox: expect.any(String) },
    }]);
    const { body: { agents } } = await runtime.request('GET', '/v1/agents');
    expect(agents.map(({ workers }: { workers: number }) => workers)).toEqual(agents.map(() => 1));
  });

  test('metrics of tasks, models and requests', async () => {
    await runtime.request('POST', '/v1/batches?waitMs=60000', { tasks: [{ agent: 'cto', operation: 'ask', input: { question: 'How?' } }] });
    const { text } = await runtime.request('GET', '/metrics');
    for (const line of [
      'aios_tasks{status="succeeded"} 1', 'aios_tasks{status="dead"} 0',
      'aios_queue_messages{state="ready"} 0', 'aios_callbacks{status="failed"} 0',
      'aios_model_calls_total{provider="openai-compatible",model="openai-compatible/test-model",outcome="ok"} 1',
      'aios_model_tokens_total{provider="openai-compatible",model="openai-compatible/test-model",class="input"} 20',
      'aios_model_tokens_total{provider="openai-compatible",model="openai-compatible/test-model",class="output"} 5',
      'aios_model_cost_usd_total{provider="openai-compatible",model="openai-compatible/test-model"} 0',
      'aios_http_request_seconds_count{method="POST",route="/v1/batches",status="200"} 1',
    ]) expect(text).toContain(`${line}\n`);
  });
});
