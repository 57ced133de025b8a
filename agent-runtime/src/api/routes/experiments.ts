import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { experimentSchema } from '../../contract/experiment.ts';
import type { ExperimentControl } from '../../router/experiments/experiments.ts';
import { requireAdmin, type Access } from './access.ts';
import { PROBLEMS, PROBLEM_NOT_FOUND, SECURITY, answer, idParamsSchema } from './schemas.ts';

export interface ExperimentServices {
  readonly experiments: ExperimentControl;
  readonly access: Access;
}

/** The routes under /experiments. */
export function experimentRoutes(scope: FastifyInstance, { experiments, access }: ExperimentServices): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();
  const response = { 200: answer('The experiment with its results', experimentSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND };

  app.get('/experiments', {
    schema: {
      operationId: 'listExperiments', tags: ['router'], security: SECURITY, summary: 'List the experiments of the router file with their results',
      response: { 200: answer('All experiments', z.object({ experiments: z.array(experimentSchema) })), ...PROBLEMS },
    },
  }, async () => ({ experiments: [...await experiments.list()] }));

  app.get('/experiments/:id', {
    schema: {
      operationId: 'readExperiment', tags: ['router'], security: SECURITY,
      summary: 'Read an experiment: its arms with intervals that hold however often one looks', params: idParamsSchema, response,
    },
  }, (request) => experiments.find(request.params.id));

  app.post('/experiments/:id/stop', {
    schema: {
      operationId: 'stopExperiment', tags: ['router'], security: SECURITY,
      summary: 'Stop an experiment: its requests are routed as if there were none', description: 'For admin keys.', params: idParamsSchema, response,
    },
  }, (request) => {
    requireAdmin(access, request.tenant);
    return experiments.stop(request.params.id);
  });

  app.post('/experiments/:id/start', {
    schema: {
      operationId: 'startExperiment', tags: ['router'], security: SECURITY,
      summary: 'Start a stopped experiment again, with its stopped arms', description: 'For admin keys.', params: idParamsSchema, response,
    },
  }, (request) => {
    requireAdmin(access, request.tenant);
    return experiments.start(request.params.id);
  });
}
