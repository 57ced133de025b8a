import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AgentRegistry } from '../agents/registry.ts';
import type { RoutedModel } from '../router/routed-model.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { requireApiKey } from './plugins/auth.ts';
import type { ApiKey } from './plugins/auth.ts';
import { takeJson } from './plugins/bodies.ts';
import { LIMITS, answerClientErrors } from './plugins/limits.ts';
import { describeWithOpenApi } from './plugins/openapi.ts';
import { answerWithProblems, sendProblem } from './plugins/problems.ts';
import { agentRoutes } from './routes/agents.ts';
import { batchRoutes } from './routes/batches.ts';
import { healthRoutes } from './routes/health.ts';
import type { ReadinessCheck } from './routes/health.ts';
import { metricsRoute } from './routes/metrics.ts';
import { taskEventRoute } from './routes/task-events.ts';
import { taskRoutes } from './routes/tasks.ts';

export type App = FastifyInstance;

/** What the routes under /v1 work with. */
export interface ApiServices {
  readonly tasks: Tasks;
  readonly agents: Pick<AgentRegistry, 'describe'>;
  readonly models: Pick<RoutedModel, 'models'>;
}

export interface AppOptions {
  /** Absent in a process that has no API (a worker): only health and metrics are served. */
  readonly api?: ApiServices & { readonly keys: readonly ApiKey[] };
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: Metrics;
  readonly logger: FastifyBaseLogger;
  /** Between heartbeat comments of an event stream. */
  readonly heartbeatMs?: number;
}

/** Builds the HTTP app without listening. Waiting requests and event streams end when it is closed. */
export async function buildApp(options: AppOptions): Promise<App> {
  const app = Fastify({
    ...LIMITS,
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    frameworkErrors: (error, request, reply) => { sendProblem(error, request, reply); },
    clientErrorHandler: answerClientErrors,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  takeJson(app);
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onSend', async (request, reply) => { reply.header('x-request-id', request.id); });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern of the route, never the address: it stays finite and holds nothing of the caller's.
    const route = request.routeOptions.url ?? 'unknown';
    options.metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    if (!route.startsWith('/v1')) return;
    request.log.info({ event: 'request', method: request.method, route, status: reply.statusCode, tenant: request.tenant, ms: Math.round(reply.elapsedTime) });
  });
  answerWithProblems(app);
  const { api } = options;
  if (api) await describeWithOpenApi(app);
  await app.register(async (scope) => {
    healthRoutes(scope, options.checks, closing.signal);
    metricsRoute(scope, options.metrics);
  });
  if (!api) return app;
  await app.register(async (scope) => {
    await requireApiKey(scope, api.keys);
    batchRoutes(scope, api.tasks, closing.signal);
    taskRoutes(scope, api.tasks, closing.signal);
    taskEventRoute(scope, api.tasks, { closing: closing.signal, heartbeatMs: options.heartbeatMs ?? 15_000 });
    agentRoutes(scope, api.agents, api.models);
  }, { prefix: '/v1' });
  return app;
}
