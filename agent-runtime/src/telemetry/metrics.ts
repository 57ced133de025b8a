import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Queue } from '../stores/queue/queue.ts';
import type { ModelAttempt } from '../router/routed-model.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { createDurationHistogram } from './duration-histogram.ts';

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
  const tallies = createTallies();
  sumOf('aios_model_calls_total', 'Upstream model calls', 'outcome', ({ outcomes }) => [...outcomes]);
  sumOf('aios_model_tokens_total', 'Tokens by usage class', 'class', ({ tokens }) => USAGE_CLASSES.map((name) => [name, tokens[name]]));
  sumOf('aios_model_cost_usd_total', 'Cost in USD of calls whose price is known', null, ({ costUsd }) => (costUsd === null ? [] : [['', costUsd]]));
  sumOf('aios_model_unpriced_calls_total', 'Calls whose price is unknown', null, ({ unpriced }) => (unpriced === 0 ? [] : [['', unpriced]]));
  const durations = createDurationHistogram({
    registry, name: 'aios_model_call_seconds', help: 'Duration of upstream model calls', labelNames: labels,
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
  });
  const requests = createDurationHistogram({
    registry, name: 'aios_http_request_seconds', help: 'Duration of HTTP requests', labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 60],
  });

  /** A sum by model, and by one more label if it has one. */
  function sumOf(name: string, help: string, label: string | null, valuesOf: (tally: Tally) => readonly (readonly [string, number])[]): void {
    new Counter({
      name, help, labelNames: label === null ? labels : [...labels, label], registers,
      collect() {
        this.reset();
        for (const tally of tallies.all()) {
          const { provider, model } = tally;
          for (const [by, value] of valuesOf(tally)) this.inc(label === null ? { provider, model } : { provider, model, [label]: by }, value);
        }
      },
    });
  }

  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observeRequest: (method, route, status, seconds) => requests.observe([method, route, String(status)], seconds),
    observeModelCall(attempt) {
      durations.observe([attempt.provider, attempt.model], attempt.durationMs / 1_000);
      tallies.count(attempt);
    },
  };
}

interface Tally {
  readonly provider: string;
  readonly model: string;
  /** Calls by `ok` or the code of their error. */
  readonly outcomes: Map<string, number>;
  readonly tokens: Record<(typeof USAGE_CLASSES)[number], number>;
  /** Null: no price was known yet. */
  costUsd: number | null;
  unpriced: number;
}

/** Sums by model, which are labelled only when somebody asks: a label costs more than a sum. */
function createTallies() {
  const byModel = new Map<string, Tally>();
  return {
    all: () => byModel.values(),
    count({ provider, model, errorCode, usage, costUsd }: ModelAttempt): void {
      const key = `${provider} ${model}`;
      let tally = byModel.get(key);
      if (!tally) {
        tally = { provider, model, outcomes: new Map(), tokens: { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 }, costUsd: null, unpriced: 0 };
        byModel.set(key, tally);
      }
      const outcome = errorCode ?? 'ok';
      tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1);
      for (const name of USAGE_CLASSES) tally.tokens[name] += usage[name];
      if (costUsd === null) tally.unpriced += 1;
      else tally.costUsd = (tally.costUsd ?? 0) + costUsd;
    },
  };
}
