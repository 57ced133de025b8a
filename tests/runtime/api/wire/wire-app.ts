import { buildApp } from '../../../../agent-runtime/src/api/app.ts';
import type { App } from '../../../../agent-runtime/src/api/app.ts';
import { NO_USAGE } from '../../../../agent-runtime/src/contract/usage.ts';
import type { ContentStreamPart, ModelRequest } from '../../../../agent-runtime/src/providers/model.ts';
import type {
  ModelDescription, RoutedCallOptions, RoutedEmbeddingResponse, RoutedModel, RoutedResponse, RoutedStreamPart,
} from '../../../../agent-runtime/src/router/routed-model.ts';
import { createLogger } from '../../../../agent-runtime/src/telemetry/logger.ts';
import { createMetrics } from '../../../../agent-runtime/src/telemetry/metrics.ts';

export const API_KEY = 'the-key-of-the-wire-tests';

export function response(more: Partial<RoutedResponse> = {}): RoutedResponse {
  return {
    text: 'Hello.', finishReason: 'stop', model: 'openai/gpt-x', offline: false, usage: { ...NO_USAGE, input: 12, output: 3 }, attempts: [],
    reason: 'It is the cheapest.', decisionId: 'decision-1', cached: false, costUsd: 0.000125, costStatus: 'known', ...more,
  };
}

export function model(more: Partial<ModelDescription> = {}): ModelDescription {
  return {
    id: 'openai/gpt-x', provider: 'openai', aliases: ['fast'], kind: 'chat', contextWindow: 128_000, maxOutputTokens: 16_384,
    abilities: { tools: true, images: true, jsonSchema: true, streaming: true }, location: 'third-party', offline: false, price: 'known', ...more,
  };
}

/** A step of a scripted answer: a part, or something to wait for first. An error is thrown. */
export type Step = ContentStreamPart | Promise<void> | Error;

/** The router's port over answers that a test writes: what an endpoint makes of them is what is looked at. */
export interface ScriptedRouter extends RoutedModel {
  /** What the endpoint asked for last. */
  readonly calls: { readonly request: ModelRequest; readonly options: RoutedCallOptions; readonly inputs?: readonly string[] }[];
  /** The next answers: all calls get the same until it is called again. */
  answer(script: { readonly steps?: readonly Step[]; readonly response?: RoutedResponse; readonly embedding?: RoutedEmbeddingResponse }): void;
  describe(models: readonly ModelDescription[]): void;
}

export function scriptedRouter(): ScriptedRouter {
  const calls: ScriptedRouter['calls'] = [];
  let script: Parameters<ScriptedRouter['answer']>[0] = {};
  let models: readonly ModelDescription[] = [model()];
  const untilGone = <Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> => {
    const { promise: gone, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    return Promise.race([promise, gone]);
  };
  async function* stream(request: ModelRequest, options: RoutedCallOptions): AsyncGenerator<RoutedStreamPart> {
    calls.push({ request, options });
    const end = script.response ?? response();
    let started = false;
    for (const step of script.steps ?? []) {
      if (step instanceof Promise) await untilGone(options.signal, step);
      else if (step instanceof Error) throw step;
      else {
        if (!started) options.onStart?.({ model: end.model, decisionId: end.decisionId });
        started = true;
        yield step;
      }
    }
    if (!started) options.onStart?.({ model: end.model, decisionId: end.decisionId });
    yield { type: 'end', response: end };
  }
  return {
    calls,
    answer: (next) => { script = next; },
    describe: (next) => { models = next; },
    stream,
    async generate(request, options) {
      for await (const part of stream(request, options)) if (part.type === 'end') return part.response;
      throw new Error('no end');
    },
    async embed(inputs, options) {
      calls.push({ request: { purpose: '', system: '', messages: [], maxOutputTokens: 1 }, options, inputs });
      return script.embedding ?? {
        vectors: inputs.map((_, i) => [i, 0.5, -0.25]), usage: { ...NO_USAGE, input: 7 }, modelId: 'e', model: 'openai/e', decisionId: 'decision-e',
        costUsd: null, costStatus: 'unknown',
      };
    },
    explain: () => Promise.reject(new Error('not asked for')),
    async countTokens(request) {
      calls.push({ request, options: { signal: new AbortController().signal, routing: {}, scope: { tenant: '' } } });
      return 42;
    },
    learn: async () => {},
    models: () => models,
  };
}

export interface WireApp {
  readonly app: App;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly log: string[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** The real app over a router, listening on a free port. */
export async function startWireApp(router: RoutedModel, options: { readonly heartbeatMs?: number; readonly level?: string } = {}): Promise<WireApp> {
  const log: string[] = [];
  const app = await buildApp({
    api: { router, knowledge: {} as never, tasks: {} as never, schedules: {} as never, routing: { access: { mayUse: () => true } } as never, agents: { describe: async () => [] }, workers: { workers: async () => [] }, keys: [{ name: 'tester', key: API_KEY }] },
    checks: [], logger: createLogger(options.level ?? 'info', { write: (line) => { log.push(line); } }),
    metrics: createMetrics({
      statistics: async () => ({ byStatus: {}, callbacksPending: 0, callbacksFailed: 0 }) as never, depth: async () => ({}) as never,
    }),
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { authorization: `Bearer ${API_KEY}` };
  return {
    app, url, log,
    post: (path, body, more = {}) => fetch(`${url}${path}`, {
      method: 'POST', headers: { ...headers, 'content-type': 'application/json', ...more }, body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
    get: (path, more = {}) => fetch(`${url}${path}`, { headers: { ...headers, ...more } }),
    close: () => app.close(),
  };
}
