import { z } from 'zod';
import { usageSchema } from './usage.ts';

/** What a spend report can be grouped by. `day` is a day of UTC, `key` is named `tenant`. */
export const spendDimensionSchema = z.enum(['day', 'model', 'provider', 'tenant', 'team', 'agent', 'workflow', 'task']);

export const spendFiguresSchema = z.object({
  calls: z.number().int().nonnegative().describe('Upstream calls, failed ones included'),
  failedCalls: z.number().int().nonnegative(),
  usage: usageSchema,
  costUsd: z.number().nonnegative().nullable().describe('Of the calls whose cost is known; null when it is known of none'),
  unknownCostCalls: z.number().int().nonnegative().describe('Calls whose cost is not known: costUsd does not have them'),
  worstCaseUsd: z.number().nonnegative().describe('The most that the calls of unknown cost can have cost, as far as that is known'),
  durationMs: z.number().nonnegative(),
});

const name = z.string().nullable().optional();

/** A group with what its calls took. Of the dimensions it has those that were asked for; null: the calls had none. */
export const spendRowSchema = spendFiguresSchema.extend({
  day: z.string().optional(), model: name, provider: name, tenant: name, team: name, agent: name, workflow: name, task: name,
});

export const spendReportSchema = z.object({
  from: z.string().describe('ISO 8601 in UTC'),
  to: z.string().describe('ISO 8601 in UTC; not included'),
  groupBy: z.array(spendDimensionSchema),
  rows: z.array(spendRowSchema),
  totals: spendFiguresSchema,
});
export type SpendReport = z.infer<typeof spendReportSchema>;
export type SpendFigures = z.infer<typeof spendFiguresSchema>;
