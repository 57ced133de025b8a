import { z } from 'zod';
import { taskRequestSchema, taskSchema } from './task.ts';

/** Several tasks that end together with one callback. */
export const batchRequestSchema = z.strictObject({
  tasks: z.array(taskRequestSchema).min(1).max(1_000),
  callbackUrl: z.url({ protocol: /^https?$/ }).max(4_000).optional()
    .describe('Woken by one POST of a batch outcome when all tasks have ended; its origin must be allowed'),
});
export type BatchRequest = z.infer<typeof batchRequestSchema>;

export const callbackStatusSchema = z.enum(['none', 'waiting', 'pending', 'delivered', 'failed']);

export const batchSchema = z.object({
  id: z.string(),
  status: z.enum(['running', 'ended']),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
  callback: z.object({
    status: callbackStatusSchema,
    attempts: z.number().int().nonnegative(),
    lastError: z.string().nullable(),
  }),
  tasks: z.array(taskSchema).describe('In the order they were submitted'),
});
export type Batch = z.infer<typeof batchSchema>;

/** Body of the callback. Its `tasks` are in the order they were submitted, so index i answers item i. */
export const batchOutcomeSchema = z.object({
  batchId: z.string(),
  tasks: z.array(taskSchema.pick({ id: true, index: true, status: true, result: true, error: true })),
});
export type BatchOutcome = z.infer<typeof batchOutcomeSchema>;
