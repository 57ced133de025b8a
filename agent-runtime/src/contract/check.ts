import { z } from 'zod';
import { modelReportSchema } from './usage.ts';

/** Input of the operation `check`. */
export const checkInputSchema = z.strictObject({
  modelCalls: z.number().int().min(0).max(10).default(0).describe('Short calls to a model, one after the other'),
});
export type CheckInput = z.infer<typeof checkInputSchema>;

/** Output of the operation `check`. */
export const checkResultSchema = z.object({
  attempt: z.number().int().describe('Attempts that it took'),
  model: modelReportSchema,
});
export type CheckResult = z.infer<typeof checkResultSchema>;
