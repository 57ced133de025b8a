import { z } from 'zod';

/** Error answer of the API: an RFC 9457 problem document with our `code` and `kind`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  kind: z.enum(['user', 'operational', 'bug']),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
