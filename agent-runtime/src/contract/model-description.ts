import { z } from 'zod';
import { dataLocationSchema } from './privacy.ts';

/** A configured model as GET /v1/models shows it. */
export const modelDescriptionSchema = z.object({
  id: z.string().describe('provider/model, as a task pins it'),
  provider: z.string(),
  aliases: z.array(z.string()).describe('Other names that it can be asked for by'),
  kind: z.enum(['chat', 'embedding']),
  contextWindow: z.number().int().positive().describe('Input and output tokens together'),
  maxOutputTokens: z.number().int().nonnegative().describe('0: an embedding model, which writes nothing'),
  abilities: z.object({ tools: z.boolean(), images: z.boolean(), jsonSchema: z.boolean(), streaming: z.boolean() }),
  location: dataLocationSchema.describe('Where what it is sent is processed'),
  offline: z.boolean().describe('Rules instead of a language model'),
  price: z.enum(['known', 'free', 'unknown']),
});
