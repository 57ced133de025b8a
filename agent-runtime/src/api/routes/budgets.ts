import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { budgetReportSchema, budgetRuleSchema, budgetTermsSchema } from '../../contract/budget.ts';
import { AiosError } from '../../errors.ts';
import type { BudgetReports } from '../../router/budget/budget-reports.ts';
import type { RuleBook } from '../../router/budget/rule-book.ts';
import { requireAdmin, type Access } from './access.ts';
import { PROBLEMS, PROBLEM_CONFLICT, PROBLEM_NOT_FOUND, SECURITY, answer, idParamsSchema } from './schemas.ts';

export interface BudgetServices {
  readonly reports: BudgetReports;
  readonly rules: Pick<RuleBook, 'put' | 'remove'>;
  readonly access: Access;
}

/** GET /budgets, PUT and DELETE /budgets/{id}. */
export function budgetRoutes(scope: FastifyInstance, services: BudgetServices): void {
  const app = scope.withTypeProvider<ZodTypeProvider>();

  app.get('/budgets', {
    schema: {
      operationId: 'listBudgets', tags: ['budgets'], security: SECURITY,
      summary: 'List the budgets and how each stands in its period',
      description: "An admin's key sees all of them, any other key those that its own calls count on.",
      response: { 200: answer('The budgets', z.object({ budgets: z.array(budgetReportSchema) })), ...PROBLEMS },
    },
  }, async (request) => {
    const { access, reports } = services;
    return { budgets: [...await reports(access.isAdmin(request.tenant) ? undefined : access.scopeOf(request.tenant))] };
  });

  app.put('/budgets/:id', {
    schema: {
      operationId: 'putBudget', tags: ['budgets'], security: SECURITY,
      summary: 'Make or change a budget; what its period has cost so far counts',
      description: 'For admin keys. A budget of the router file can only be changed there.',
      params: idParamsSchema, body: budgetTermsSchema,
      response: { 200: answer('The budget, changed', budgetRuleSchema), 201: answer('The budget, made', budgetRuleSchema), ...PROBLEMS, ...PROBLEM_CONFLICT },
    },
  }, async (request, reply) => {
    requireAdmin(services.access, request.tenant);
    const { id } = request.params;
    const checked = budgetRuleSchema.shape.id.safeParse(id);
    if (!checked.success) {
      const message = checked.error.issues[0]?.message ?? 'is not valid';
      throw new AiosError('invalid_request', `The id of a budget ${message}.`, { issues: [{ path: 'params.id', message }] });
    }
    const { rule, created } = await services.rules.put(id, request.body);
    return reply.code(created ? 201 : 200).send(rule);
  });

  app.delete('/budgets/:id', {
    schema: {
      operationId: 'deleteBudget', tags: ['budgets'], security: SECURITY, summary: 'Delete a budget that was made through the API',
      params: idParamsSchema,
      response: { 204: z.null().describe('It is deleted'), ...PROBLEMS, ...PROBLEM_NOT_FOUND, ...PROBLEM_CONFLICT },
    },
  }, async (request, reply) => {
    requireAdmin(services.access, request.tenant);
    await services.rules.remove(request.params.id);
    return reply.code(204).send(null);
  });
}
