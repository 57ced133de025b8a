import { z } from 'zod';
import { budgetRuleSchema } from '../../contract/budget.ts';

export const MOST_RULES = 1_000;

/** The section `budgets` of the router file. */
export const budgetRulesSchema = z.array(budgetRuleSchema).max(MOST_RULES).superRefine((rules, context) => {
  const seen = new Set<string>();
  rules.forEach(({ id }, index) => {
    if (seen.has(id)) context.addIssue({ code: 'custom', path: [index, 'id'], message: `is used twice: ${id}` });
    seen.add(id);
  });
}).default([]);
