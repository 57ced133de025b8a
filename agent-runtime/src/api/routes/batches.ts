import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { batchRequestSchema, batchSchema } from '../../contract/batch.ts';
import { waitQuerySchema, whileConnected } from '../wait.ts';
import { PROBLEMS, PROBLEM_CONFLICT, PROBLEM_NOT_FOUND, SECURITY, idParamsSchema, idempotencyHeadersSchema, answer } from './schemas.ts';
import { ownerOf, type TaskServices } from './tasks.ts';

/** POST /batches and GET /batches/{id}. */
export function batchRoutes(scope: FastifyInstance, { tasks, access }: TaskServices, closing: AbortSignal): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.post('/batches', {
    schema: {
      operationId: 'submitBatch', tags: ['batches'], security: SECURITY,
      summary: 'Submit tasks that end together',
      description: 'Answers 202 once the batch is durable, 200 if it has ended within waitMs or an earlier request with the same '
        + 'idempotency key had submitted it.',
      headers: idempotencyHeadersSchema, querystring: waitQuerySchema, body: batchRequestSchema,
      response: {
        200: answer('The batch, ended or known before', batchSchema), 202: answer('The batch, accepted', batchSchema),
        ...PROBLEMS, ...PROBLEM_CONFLICT,
      },
    },
  }, async (request, reply) => {
    const idempotencyKey = request.headers['idempotency-key'];
    const { waitMs } = request.query;
    const { batch, created } = await whileConnected(reply, closing, waitMs,
      (options) => tasks.submit(request.body, { tenant: request.tenant, idempotencyKey, ...options }));
    return reply.code((waitMs > 0 && batch.status === 'ended') || !created ? 200 : 202).header('location', `/v1/batches/${batch.id}`).send(batch);
  });

  app.get('/batches/:id', {
    schema: {
      operationId: 'readBatch', tags: ['batches'], security: SECURITY, summary: 'Read a batch, waiting for its end if asked',
      params: idParamsSchema, querystring: waitQuerySchema,
      response: { 200: answer('The batch', batchSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, (request, reply) => whileConnected(reply, closing, request.query.waitMs,
    (options) => tasks.batch(request.params.id, { ...options, ...ownerOf(access, request) })));
}
