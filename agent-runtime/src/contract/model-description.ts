import { z } from 'zod';

/** A configured model as GET /v1/models shows it. */
export const modelDescriptionSchema = z.object({
  id: z.string().describe('provider/model, as a task pins it'),
  provider: z.string(),
  contextWindow: z.number().int().positive().describe('Input and output tokens together'),
  maxOutputTokens: z.number().int().positive(),
  offline: z.boolean().describe('Rules instead of a language model'),
  price: z.enum(['known', 'free', 'unknown']),
});
