import { z } from 'zod';

/** An agent as GET /v1/agents shows it. */
export const agentDescriptionSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  operations: z.array(z.object({
    name: z.string(),
    title: z.string(),
    description: z.string(),
    inputSchema: z.record(z.string(), z.unknown()).describe('JSON Schema of the input'),
    outputSchema: z.record(z.string(), z.unknown()).describe('JSON Schema of the result'),
  })),
});
export type AgentDescription = z.infer<typeof agentDescriptionSchema>;
