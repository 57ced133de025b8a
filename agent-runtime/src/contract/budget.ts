import { z } from 'zod';

/** Who shares one pot of money: all together, or each team, API key, agent, workflow or task. */
export const budgetSubjectSchema = z.enum(['organisation', 'team', 'key', 'agent', 'workflow', 'task']);
export type BudgetSubject = z.infer<typeof budgetSubjectSchema>;

export const budgetPeriodSchema = z.enum(['day', 'month', 'total']);
export type BudgetPeriod = z.infer<typeof budgetPeriodSchema>;

const ID = /^[A-Za-z0-9][\w.-]{0,63}$/;

const termsSchema = z.strictObject({
  subject: budgetSubjectSchema,
  name: z.string().min(1).max(200).optional().describe('One team, key, agent, workflow or task. Absent: each of them has this much on its own'),
  period: budgetPeriodSchema,
  limitUsd: z.number().nonnegative().max(1_000_000),
  mode: z.enum(['hard', 'soft']).describe('hard: a call that could pass the limit is refused. soft: it goes to cheaper models, with a warning'),
  cheapenAt: z.number().min(0).max(1).optional().describe('Share of a soft budget from which calls go to cheaper models. Default: 0.8'),
  timeZone: z.string().max(64).refine(isTimeZone, 'must be an IANA time zone, such as Europe/Berlin').default('UTC')
    .describe('Where the day or month begins, as an IANA name'),
});

/** What a budget allows, without its id. */
export const budgetTermsSchema = termsSchema.superRefine(checkTerms);
export type BudgetTerms = z.infer<typeof budgetTermsSchema>;

/** One budget as the router file and the API have it. */
export const budgetRuleSchema = termsSchema.extend({
  id: z.string().regex(ID, 'must begin with a letter or digit and have only letters, digits, ".", "_" and "-", at most 64'),
}).superRefine(checkTerms);
export type BudgetRule = z.infer<typeof budgetRuleSchema>;

/** A budget's state for one subject in the period under way. */
export const budgetAccountSchema = z.object({
  name: z.string().nullable().describe('Of the team, key, agent, workflow or task; null: the organisation'),
  spentUsd: z.number(),
  reservedUsd: z.number().describe('Kept for calls under way, at the most that they can cost'),
  remainingUsd: z.number().nonnegative(),
  cheapening: z.boolean().describe('A soft budget whose threshold is passed'),
});

export const budgetReportSchema = z.object({
  id: z.string(),
  subject: budgetSubjectSchema,
  name: z.string().nullable().describe('Null: each on its own, or the organisation'),
  mode: z.enum(['hard', 'soft']),
  limitUsd: z.number(),
  cheapenAt: z.number().nullable(),
  timeZone: z.string(),
  source: z.enum(['file', 'api']).describe('Where it was set: the router file, which alone can change it, or the API'),
  period: z.object({
    kind: budgetPeriodSchema,
    label: z.string().describe('2026-11-22, 2026-11, or total'),
    startsAt: z.string().nullable(),
    endsAt: z.string().nullable().describe('When it starts anew; null: never'),
  }),
  accounts: z.array(budgetAccountSchema).describe('Those that have spent in this period, the biggest first, at most 100'),
});
export type BudgetReport = z.infer<typeof budgetReportSchema>;

function checkTerms(terms: z.infer<typeof termsSchema>, context: z.RefinementCtx): void {
  if (terms.subject === 'organisation' && terms.name !== undefined) {
    context.addIssue({ code: 'custom', path: ['name'], message: 'must be left out: there is one organisation' });
  }
  if (terms.mode === 'hard' && terms.cheapenAt !== undefined) {
    context.addIssue({ code: 'custom', path: ['cheapenAt'], message: 'is for a soft budget; a hard one refuses' });
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
