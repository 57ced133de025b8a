import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { workerSchema } from '../../contract/worker.ts';
import type { WorkerRegistry } from '../../tasks/worker-registry.ts';
import { PROBLEMS, SECURITY, answer } from './schemas.ts';

/** GET /workers. */
export function workerRoutes(scope: FastifyInstance, registry: Pick<WorkerRegistry, 'workers'>): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/workers', {
    schema: {
      operationId: 'listWorkers', tags: ['workers'], security: SECURITY,
      summary: 'List the workers that live, with what they can do and how busy they are',
      description: 'A worker is listed until 15 s after its last heartbeat.',
      response: { 200: answer('All live workers', z.object({ workers: z.array(workerSchema) })), ...PROBLEMS },
    },
  }, async () => ({ workers: [...await registry.workers()] }));
}
