import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Queue } from '../stores/queue/queue.ts';
import type { ModelAttempt } from '../router/routed-model.ts';
import type { Tasks } from '../tasks/tasks.ts';

/** What the metrics are read from when somebody asks for them. */
export interface MetricSources {
  readonly statistics: Tasks['statistics'];
  readonly depth: Queue['depth'];
}

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** `route` is the pattern, never the address. */
  observeRequest(method: string, route: string, status: number, seconds: number): void;
  observeModelCall(attempt: ModelAttempt): void;
}

const USAGE_CLASSES = ['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'output'] as const;

/** All metrics of one runtime, in a registry of their own. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'aios_tasks', help: 'Tasks by status', labelNames: ['status'], registers,
    async collect() {
      for (const [status, count] of Object.entries((await sources.statistics()).byStatus)) this.set({ status }, count);
    },
  });
  new Gauge({
    name: 'aios_callbacks', help: 'Callbacks that are not delivered, by status', labelNames: ['status'], registers,
    async collect() {
      const { callbacksPending, callbacksFailed } = await sources.statistics();
      this.set({ status: 'pending' }, callbacksPending);
      this.set({ status: 'failed' }, callbacksFailed);
    },
  });
  new Gauge({
    name: 'aios_queue_messages', help: 'Messages in the task queue, by state', labelNames: ['state'], registers,
    async collect() {
      for (const [state, count] of Object.entries(await sources.depth())) this.set({ state }, count);
    },
  });
  const labels = ['provider', 'model'] as const;
  const calls = new Counter({ name: 'aios_model_calls_total', help: 'Upstream model calls', labelNames: [...labels, 'outcome'], registers });
  const tokens = new Counter({ name: 'aios_model_tokens_total', help: 'Tokens by usage class', labelNames: [...labels, 'class'], registers });
  const cost = new Counter({ name: 'aios_model_cost_usd_total', help: 'Cost in USD of calls whose price is known', labelNames: labels, registers });
  const unpriced = new Counter({
    name: 'aios_model_unpriced_calls_total', help: 'Calls whose price is unknown', labelNames: labels, registers,
  });
  const durations = new Histogram({
    name: 'aios_model_call_seconds', help: 'Duration of upstream model calls', labelNames: labels, registers,
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
  });
  const requests = new Histogram({
    name: 'aios_http_request_seconds', help: 'Duration of HTTP requests', labelNames: ['method', 'route', 'status'], registers,
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60],
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observeRequest: (method, route, status, seconds) => requests.observe({ method, route, status: String(status) }, seconds),
    observeModelCall(attempt) {
      const { provider, model } = attempt;
      calls.inc({ provider, model, outcome: attempt.errorCode ?? 'ok' });
      durations.observe({ provider, model }, attempt.durationMs / 1_000);
      for (const usageClass of USAGE_CLASSES) tokens.inc({ provider, model, class: usageClass }, attempt.usage[usageClass]);
      if (attempt.costUsd === null) unpriced.inc({ provider, model });
      else cost.inc({ provider, model }, attempt.costUsd);
    },
  };
}
