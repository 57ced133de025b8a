import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { decisionSchema, type Decision } from '../../contract/decision.ts';
import { decisionWithFeedbackSchema, feedbackRequestSchema } from '../../contract/explain.ts';
import { AiosError } from '../../errors.ts';
import type { DecisionLog } from '../../router/decision-log.ts';
import type { RoutedModel } from '../../router/routed-model.ts';
import { visibleTenant, type Access } from './access.ts';
import { PROBLEMS, PROBLEM_NOT_FOUND, SECURITY, answer, idParamsSchema } from './schemas.ts';

const listQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional().describe('nextCursor of the page before'),
  task: z.string().max(200).optional(),
  model: z.string().max(200).optional().describe('provider/model that answered'),
  tenant: z.string().max(200).optional().describe('Name of an API key; only an admin may name another one'),
});

export interface DecisionServices {
  readonly decisions: Pick<DecisionLog, 'find' | 'list' | 'feedback' | 'saveFeedback'>;
  readonly router: Pick<RoutedModel, 'learn'>;
  readonly access: Access;
  readonly now: () => number;
}

/** GET /router/decisions, GET /router/decisions/{id} and POST /router/decisions/{id}/feedback. */
export function decisionRoutes(scope: FastifyInstance, services: DecisionServices): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  /** Another key's decision is as if it were not there. */
  async function visibleDecision(id: string, tenant: string): Promise<Decision> {
    const decision = await services.decisions.find(id);
    if (decision && (decision.scope.tenant === tenant || services.access.isAdmin(tenant))) return decision;
    throw unknownDecision(id);
  }

  app.get('/router/decisions', {
    schema: {
      operationId: 'listDecisions', tags: ['router'], security: SECURITY,
      summary: 'List what the router decided, newest first',
      querystring: listQuerySchema,
      response: {
        200: answer('A page of decisions', z.object({ decisions: z.array(decisionSchema), nextCursor: z.string().nullable() })), ...PROBLEMS,
      },
    },
  }, async (request) => {
    const { limit, cursor: after, task, model, tenant } = request.query;
    const found = await services.decisions.list({
      limit: limit + 1, after, task, model, tenant: visibleTenant(services.access, request.tenant, tenant),
    });
    const decisions = found.slice(0, limit);
    return { decisions, nextCursor: found.length > limit ? decisions.at(-1)?.id ?? null : null };
  });

  app.get('/router/decisions/:id', {
    schema: {
      operationId: 'readDecision', tags: ['router'], security: SECURITY, summary: 'Read one decision: why the call went where it went',
      params: idParamsSchema, response: { 200: answer('The decision', decisionWithFeedbackSchema), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request) => {
    const decision = await visibleDecision(request.params.id, request.tenant);
    const feedback = await services.decisions.feedback(decision.id);
    return { ...decision, feedback: feedback && { ...feedback, at: new Date(feedback.at).toISOString() } };
  });

  app.post('/router/decisions/:id/feedback', {
    schema: {
      operationId: 'rateDecision', tags: ['router'], security: SECURITY,
      summary: 'Say how good the answer was: the router learns from it',
      params: idParamsSchema, body: feedbackRequestSchema,
      response: { 204: z.null().describe('It is learnt'), ...PROBLEMS, ...PROBLEM_NOT_FOUND },
    },
  }, async (request, reply) => {
    const decision = await visibleDecision(request.params.id, request.tenant);
    const { id, model, outcome } = decision;
    if (model === null) throw new AiosError('invalid_request', `No model answered this call (its outcome is "${outcome}"), so there is no answer to rate.`);
    const { score, comment = null } = request.body;
    const kept = await services.decisions.saveFeedback(id, { score, comment, at: services.now() });
    if (kept === 'nowhere') throw unknownDecision(id);
    // Learnt once: a request that is repeated, or a mind that is changed, is no second answer.
    if (kept === 'first') await services.router.learn({ decisionId: id, decision, success: score, source: 'human' });
    return reply.code(204).send(null);
  });
}

function unknownDecision(id: string): AiosError {
  return new AiosError('not_found', `There is no decision ${id} of this API key. GET /v1/router/decisions lists them; old ones are forgotten.`);
}
