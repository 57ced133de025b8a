import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AgentRegistry } from '../../agents/registry.ts';
import { agentDescriptionSchema } from '../../contract/agent-description.ts';
import { PROBLEMS, SECURITY, answer } from './schemas.ts';

/** GET /agents. */
export function agentRoutes(scope: FastifyInstance, agents: Pick<AgentRegistry, 'describe'>): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/agents', {
    schema: {
      operationId: 'listAgents', tags: ['agents'], security: SECURITY,
      summary: 'List the agents with their operations and the JSON Schemas of inputs and results',
      response: { 200: answer('All agents', z.object({ agents: z.array(agentDescriptionSchema) })), ...PROBLEMS },
    },
  }, async () => ({ agents: [...agents.describe()] }));
}
