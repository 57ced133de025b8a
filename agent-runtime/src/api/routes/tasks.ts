import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { taskRequestSchema, taskSchema, taskStatusSchema } from '../../contract/task.ts';
import { AiosError } from '../../errors.ts';
import type { Owner, Tasks } from '../../tasks/tasks.ts';
import { waitQuerySchema, whileConnected } from '../wait.ts';
import { visibleTenant, type Access } from './access.ts';
import { PROBLEMS, PROBLEM_CONFLICT, PROBLEM_NOT_FOUND, SECURITY, idParamsSchema, idempotencyHeadersSchema, answer } from './schemas.ts';

const pageQuerySchema = z.object({
  agent: z.string().max(100).optional(),
  batchId: z.string().max(200).optional(),
  tenant: z.string().max(200).optional().describe('Name of an API key; only an admin may name another one'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().describe('nextCursor of the page before'),
});
const listQuerySchema = pageQuerySchema.extend({ status: taskStatusSchema.optional() });
const taskPageSchema = z.object({ tasks: z.array(taskSchema), nextCursor: z.string().nullable() });

export interface TaskServices {
  readonly tasks: Tasks;
  readonly access: Access;
}

/** Whose tasks and batches a request sees: those of its API key, or as an admin all. */
export function ownerOf(access: Access, { tenant }: Pick<FastifyRequest, 'tenant'>): Owner {
  return { tenant: visibleTenant(access, tenant) };
}

/** The routes under /tasks but for the event stream, and /dead-letters. */
export function taskRoutes(scope: FastifyInstance, { tasks, access }: TaskServices, closing: AbortSignal): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.post('/tasks', {
    schema: {
      operationId: 'submitTask', tags: ['tasks'], security: SECURITY, summary: 'Submit one task',
      headers: idempotencyHeadersSchema, body: taskRequestSchema,
      response: { 202: answer('The task, accepted', taskSchema), ...PROBLEMS, ...PROBLEM_CONFLICT },
    },
  }, async (request, reply) => {
    const { batch } = await tasks.submit({ tasks: [request.body] }, {
      tenant: request.tenant, idempotencyKey: request.headers['idempotency-key'], single: true,
    });
    const [task] = batch.tasks;
    if (!task) throw new AiosError('internal', `The batch ${batch.id} was accepted without its task.`);
    return reply.code(202).header('location', `/v1/tasks/${task.id}`).send(task);
  });

  app.get('/tasks', {
    schema: {
      operationId: 'listTasks', tags: ['tasks'], security: SECURITY, summary: 'List tasks, newest first: those of the key, or as an admin all',
      querystring: listQuerySchema, response: { 200: answer('A page of tasks', taskPageSchema), ...PROBLEMS },
    },
  }, async (request) => {
    const page = await tasks.list({ ...request.query, tenant: visibleTenant(access, request.tenant, request.query.tenant) });
    return { tasks: [...page.tasks], nextCursor: page.nextCursor };
  });

  app.get('/dead-letters', {
    schema: {
      operationId: 'listDeadLetters', tags: ['tasks'], security: SECURITY,
      summary: 'List tasks that ran out of attempts, with the reason',
      querystring: pageQuerySchema, response: { 200: answer('A page of tasks', taskPageSchema), ...PROBLEMS },
    },
  }, async (request) => {
    const page = await tasks.list({ ...request.query, tenant: visibleTenant(access, request.tenant, request.query.tenant), status: 'dead' });
    return { tasks: [...page.tasks], nextCursor: page.nextCursor };
  });

  app.get('/tasks/:id', {
    schema: {
      operationId: 'readTask', tags: ['tasks'], security: SECURITY, summary: 'Read a task, waiting for its end if asked',
      params: idParamsSchema, querystring: waitQuerySchema,
      response: { 200: answer('The task', taskSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request, reply) => whileConnected(reply, closing, request.query.waitMs,
    (options) => tasks.task(request.params.id, { ...options, ...ownerOf(access, request) })));

  app.post('/tasks/:id/cancel', {
    schema: {
      operationId: 'cancelTask', tags: ['tasks'], security: SECURITY, summary: 'Cancel a task that has not ended',
      params: idParamsSchema, response: { 200: answer('The task', taskSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND, ...PROBLEM_CONFLICT },
    },
  }, (request) => tasks.cancel(request.params.id, ownerOf(access, request)));

  app.post('/tasks/:id/retry', {
    schema: {
      operationId: 'retryTask', tags: ['tasks'], security: SECURITY,
      summary: 'Queue a failed, dead or cancelled task again; model answers it already has are not paid again',
      params: idParamsSchema, response: { 200: answer('The task', taskSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND, ...PROBLEM_CONFLICT },
    },
  }, (request) => tasks.retry(request.params.id, ownerOf(access, request)));
}
