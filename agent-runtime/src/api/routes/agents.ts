import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AgentRegistry } from '../../agents/registry.ts';
import { agentDescriptionSchema } from '../../contract/agent-description.ts';
import { modelDescriptionSchema } from '../../contract/model-description.ts';
import type { RoutedModel } from '../../router/routed-model.ts';
import { PROBLEMS, SECURITY, answer } from './schemas.ts';

/** GET /agents and GET /models. */
export function agentRoutes(scope: FastifyInstance, agents: Pick<AgentRegistry, 'describe'>, router: Pick<RoutedModel, 'models'>): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/agents', {
    schema: {
      operationId: 'listAgents', tags: ['agents'], security: SECURITY,
      summary: 'List the agents with their operations and the JSON Schemas of inputs and results',
      response: { 200: answer('All agents', z.object({ agents: z.array(agentDescriptionSchema) })), ...PROBLEMS },
    },
  }, async () => ({ agents: [...agents.describe()] }));

  app.get('/models', {
    schema: {
      operationId: 'listModels', tags: ['models'], security: SECURITY,
      summary: 'List the configured models; the offline rules alone when none is',
      response: { 200: answer('All configured models', z.object({ models: z.array(modelDescriptionSchema) })), ...PROBLEMS },
    },
  }, async () => ({ models: [...router.models()] }));
}
