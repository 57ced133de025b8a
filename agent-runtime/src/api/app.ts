import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { ExperimentControl } from '../router/experiments/experiments.ts';
import type { RoutedModel } from '../router/routed-model.ts';
import type { Schedules } from '../tasks/schedules.ts';
import type { KnownAgents } from '../tasks/known-agents.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { WorkerRegistry } from '../tasks/worker-registry.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { requireApiKey } from './plugins/auth.ts';
import type { ApiKey } from './plugins/auth.ts';
import { takeJson } from './plugins/bodies.ts';
import { LIMITS, answerClientErrors } from './plugins/limits.ts';
import { limitRates, type RateLimitOptions } from './plugins/rate-limit.ts';
import { observeRequests } from './plugins/observe-requests.ts';
import { describeWithOpenApi } from './plugins/openapi.ts';
import { answerWithProblems, sendProblem } from './plugins/problems.ts';
import { agentRoutes } from './routes/agents.ts';
import type { Access } from './routes/access.ts';
import { artifactLinkRoute, taskArtifactRoutes, type LinkedArtifacts } from './routes/artifacts.ts';
import { batchRoutes } from './routes/batches.ts';
import { budgetRoutes } from './routes/budgets.ts';
import type { BudgetServices } from './routes/budgets.ts';
import { chatCompletionsRoute } from './routes/chat-completions.ts';
import { collectionRoutes } from './routes/collections.ts';
import { decisionRoutes } from './routes/decisions.ts';
import type { DecisionServices } from './routes/decisions.ts';
import { countTokensRoute } from './routes/count-tokens.ts';
import { embeddingsRoute } from './routes/embeddings.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { explainRoute } from './routes/explain.ts';
import { healthRoutes } from './routes/health.ts';
import type { ReadinessCheck } from './routes/health.ts';
import { messagesRoute } from './routes/messages.ts';
import { metricsRoute } from './routes/metrics.ts';
import { modelRoutes } from './routes/models.ts';
import { scheduleRoutes } from './routes/schedules.ts';
import { taskEventRoute } from './routes/task-events.ts';
import { taskRoutes } from './routes/tasks.ts';
import { workerRoutes } from './routes/workers.ts';
import { usageRoutes } from './routes/usage.ts';
import type { UsageServices } from './routes/usage.ts';
import { ANTHROPIC_ERRORS } from './wire/anthropic/errors.ts';
import { createEventStreams } from './wire/event-streams.ts';
import { OPENAI_ERRORS } from './wire/openai/errors.ts';
import { registerWire } from './wire/register-wire.ts';
import { createWhileHere } from './wire/while-here.ts';

export type App = FastifyInstance;

/** What the routes under /v1 work with. */
export interface ApiServices {
  readonly tasks: Tasks;
  readonly schedules: Schedules;
  readonly agents: Pick<KnownAgents, 'describe'>;
  readonly workers: Pick<WorkerRegistry, 'workers'>;
  readonly router: RoutedModel;
  readonly knowledge: Knowledge;
  readonly routing: RoutingServices;
}

/** What the router has beside itself. */
export interface RoutingServices {
  readonly access: Access;
  readonly reports: BudgetServices['reports'];
  readonly rules: BudgetServices['rules'];
  readonly decisions: DecisionServices['decisions'] & UsageServices['decisions'];
  readonly experiments: ExperimentControl;
}

export interface AppOptions {
  /** Absent in a process that has no API (a worker): only health and metrics are served. */
  readonly api?: ApiServices & {
    readonly keys: readonly ApiKey[];
    /** Absent: links lead to a server of their own. */
    readonly linkedArtifacts?: LinkedArtifacts;
    /** Absent: an API key may make any number of requests. */
    readonly rateLimit?: RateLimitOptions;
  };
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: Metrics;
  readonly logger: FastifyBaseLogger;
  /** Aborted when answers of models that are still under way are to end: they fail with `shutting_down`. Default: they are let end. */
  readonly cut?: AbortSignal;
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
    // A logger for each request would take longer than the line it writes, if it writes one: our lines name their request.
    childLoggerFactory: (logger) => logger,
    frameworkErrors: (error, request, reply) => { sendProblem(error, request, reply); },
    clientErrorHandler: answerClientErrors,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  takeJson(app);
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  observeRequests(app, options);
  answerWithProblems(app);
  const { api } = options;
  if (api) await describeWithOpenApi(app);
  await app.register(async (scope) => {
    healthRoutes(scope, options.checks, closing.signal);
    metricsRoute(scope, options.metrics);
  });
  if (!api) return app;
  const { linkedArtifacts } = api;
  if (linkedArtifacts) await app.register(async (scope) => artifactLinkRoute(scope, linkedArtifacts), { prefix: '/v1' });
  const heartbeatMs = options.heartbeatMs ?? 15_000;
  const streams = createEventStreams({ heartbeatMs });
  app.addHook('onClose', async () => streams.close());
  await app.register(async (scope) => {
    requireApiKey(scope, api.keys);
    if (api.rateLimit) limitRates(scope, api.rateLimit);
    const { access, reports, rules, decisions, experiments } = api.routing;
    const ofTasks = { tasks: api.tasks, access };
    batchRoutes(scope, ofTasks, closing.signal);
    taskRoutes(scope, ofTasks, closing.signal);
    taskArtifactRoutes(scope, ofTasks);
    taskEventRoute(scope, ofTasks, { closing: closing.signal, heartbeatMs });
    agentRoutes(scope, api.agents);
    workerRoutes(scope, api.workers);
    scheduleRoutes(scope, { schedules: api.schedules, access });
    modelRoutes(scope, { router: api.router, access });
    budgetRoutes(scope, { reports, rules, access });
    usageRoutes(scope, { decisions, access, now: Date.now });
    decisionRoutes(scope, { decisions, router: api.router, access, now: Date.now });
    explainRoute(scope, { router: api.router, access });
    experimentRoutes(scope, { experiments, access });
    // Answers of models are let end when the app closes: whoever closes it cuts them once that took long enough.
    const whileHere = createWhileHere(options.cut ?? new AbortController().signal);
    const services = { router: api.router, streams, whileHere };
    collectionRoutes(scope, { knowledge: api.knowledge, whileHere });
    registerWire(scope, OPENAI_ERRORS, (wire) => {
      chatCompletionsRoute(wire, services);
      embeddingsRoute(wire, services);
    });
    registerWire(scope, ANTHROPIC_ERRORS, (wire) => {
      messagesRoute(wire, services);
      countTokensRoute(wire, services);
    });
  }, { prefix: '/v1' });
  return app;
}
