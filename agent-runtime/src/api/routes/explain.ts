import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { decisionSchema } from '../../contract/decision.ts';
import { explainRequestSchema, type ExplainRequest } from '../../contract/explain.ts';
import type { RoutedModel } from '../../router/routed-model.ts';
import type { Access } from './access.ts';
import { PROBLEMS, SECURITY, answer } from './schemas.ts';

type ModelRequest = Parameters<RoutedModel['explain']>[0];
type Routing = Parameters<RoutedModel['explain']>[1]['routing'];

export interface ExplainServices {
  readonly router: Pick<RoutedModel, 'explain'>;
  readonly access: Access;
}

/** POST /router/explain. */
export function explainRoute(scope: FastifyInstance, services: ExplainServices): void {
  scope.withTypeProvider<ZodTypeProvider>().post('/router/explain', {
    schema: {
      operationId: 'explainRouting', tags: ['router'], security: SECURITY,
      summary: 'Say which model a call would go to and why, without calling one, spending or keeping anything',
      body: explainRequestSchema, response: { 200: answer('The decision as it would be', decisionSchema), ...PROBLEMS },
    },
  }, (request) => {
    const { agent, workflow, task, stream: streaming } = request.body;
    return services.router.explain(toModelRequest(request.body), {
      routing: toRouting(request.body), scope: { ...services.access.scopeOf(request.tenant), agent, workflow, task }, streaming,
    });
  });
}

function toModelRequest({ operation, prompt = '', messages, system, tools, outputSchema, maxOutputTokens }: ExplainRequest): ModelRequest {
  return {
    purpose: operation, system, maxOutputTokens, tools,
    messages: messages ? messages.map(({ role, content }) => ({
      role,
      content: typeof content === 'string' ? content
        : content.map((part) => (part.type === 'text' ? part : { type: 'image', source: { kind: 'url', url: part.url } })),
    })) : [{ role: 'user', content: prompt }],
    ...outputSchema && { outputSchema: { name: 'answer', jsonSchema: outputSchema } },
  };
}

function toRouting({ policy, model, privacy, session, experimentKey, costLimitUsd }: ExplainRequest): Routing {
  return { policy, model, privacy, session, experimentKey, costRemainingUsd: costLimitUsd };
}
