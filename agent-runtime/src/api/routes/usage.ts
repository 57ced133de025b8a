import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { spendDimensionSchema, spendReportSchema } from '../../contract/spend.ts';
import type { DecisionLog } from '../../router/decision-log.ts';
import { spendReport } from '../spend-report.ts';
import { spendTable } from '../spend-table.ts';
import { visibleTenant, type Access } from './access.ts';
import { PROBLEMS, SECURITY } from './schemas.ts';

const name = z.string().min(1).max(200).optional();
const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date such as 2026-11-22, or a time such as 2026-11-22T10:00:00Z')
  .transform((text) => Date.parse(text));

const querySchema = z.object({
  from: time.optional().describe('The first day or moment, in UTC. Default: the beginning of the month'),
  to: time.optional().describe('The first day or moment that is not included, in UTC. Default: now'),
  groupBy: z.string().max(200).default('day').transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== ''))
    .pipe(z.array(spendDimensionSchema).max(8)).transform((dimensions) => [...new Set(dimensions)])
    .describe('Comma-separated: day, model, provider, tenant, team, agent, workflow, task. Empty: the totals alone'),
  model: name, provider: name, tenant: name, team: name, agent: name, workflow: name, task: name,
  format: z.enum(['json', 'csv']).default('json'),
});

export interface UsageServices {
  readonly decisions: Pick<DecisionLog, 'spend'>;
  readonly access: Access;
  readonly now: () => number;
}

/** GET /usage: the spend report. */
export function usageRoutes(scope: FastifyInstance, services: UsageServices): void {
  scope.withTypeProvider<ZodTypeProvider>().get('/usage', {
    schema: {
      operationId: 'reportUsage', tags: ['budgets'], security: SECURITY,
      summary: 'Report what was spent, by day, model, agent, workflow and more',
      description: "From the ledger of all upstream calls. An admin's key sees those of all keys, any other key its own.",
      querystring: querySchema,
      response: {
        200: {
          description: 'The report',
          content: { 'application/json': { schema: spendReportSchema }, 'text/csv': { schema: z.string() } },
        },
        ...PROBLEMS,
      },
    },
  }, async (request, reply) => {
    const { from, to, groupBy, format, ...where } = request.query;
    const tenant = visibleTenant(services.access, request.tenant, where.tenant);
    const now = new Date(services.now());
    const report = await spendReport(services.decisions, {
      from: from ?? Date.UTC(now.getUTCFullYear(), now.getUTCMonth()), to: to ?? now.getTime() + 1, groupBy, where: { ...where, tenant },
    });
    if (format === 'json') return report;
    reply.header('content-type', 'text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="usage.csv"');
    return reply.send(spendTable(report) as never); // the schema of this type documents it; text is not serialized
  });
}
