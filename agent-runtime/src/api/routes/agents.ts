import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { agentDescriptionSchema } from '../../contract/agent-description.ts';
import type { KnownAgents } from '../../tasks/known-agents.ts';
import { PROBLEMS, SECURITY, answer } from './schemas.ts';

const knownAgentSchema = agentDescriptionSchema.extend({
  workers: z.number().int().nullable().describe('Live workers that take its tasks; null: not known now'),
});

/** GET /agents. */
export function agentRoutes(scope: FastifyInstance, agents: Pick<KnownAgents, 'describe'>): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/agents', {
    schema: {
      operationId: 'listAgents', tags: ['agents'], security: SECURITY,
      summary: 'List the agents with their operations and the JSON Schemas of inputs and results',
      response: { 200: answer('All agents', z.object({ agents: z.array(knownAgentSchema) })), ...PROBLEMS },
    },
  }, async () => ({ agents: [...await agents.describe()] }));
}
