import { z } from 'zod';

export const severitySchema = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof severitySchema>;

export const categorySchema = z.enum([
  'security', 'correctness', 'reliability', 'performance', 'maintainability', 'testing', 'dependency', 'documentation',
]);
export type Category = z.infer<typeof categorySchema>;

export const sideSchema = z.enum(['RIGHT', 'LEFT']).describe('RIGHT: the new file; LEFT: a deleted line of the old one');
export type Side = z.infer<typeof sideSchema>;

/** One thing wrong with a change, anchored to lines that the diff shows. */
export const findingSchema = z.object({
  id: z.string().describe('Identity that survives a reword and a line shift'),
  path: z.string(),
  startLine: z.number().int().positive(),
  endLine: z.number().int().positive(),
  side: sideSchema,
  severity: severitySchema,
  category: categorySchema,
  confidence: z.number().min(0).max(1),
  title: z.string(),
  explanation: z.string(),
  suggestedChange: z.string().nullable().describe('Text that replaces the lines startLine to endLine, or null'),
  source: z.enum(['check', 'model', 'rules']).describe('An exact check, a language model, or the offline rules'),
});
export type Finding = z.infer<typeof findingSchema>;
