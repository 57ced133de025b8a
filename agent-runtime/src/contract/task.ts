import { z } from 'zod';
import { privacyClassSchema } from './privacy.ts';
import { modelReportSchema } from './usage.ts';

export const taskStatusSchema = z.enum(['queued', 'running', 'succeeded', 'failed', 'dead', 'cancelled']);
/**
 * `failed`: ended by a user error or a bug, never retried by itself.
 * `dead`: ran out of attempts at an operational failure; parked as a dead letter until somebody retries it.
 */
export type TaskStatus = z.infer<typeof taskStatusSchema>;

export const ENDED: ReadonlySet<TaskStatus> = new Set(['succeeded', 'failed', 'dead', 'cancelled']);

export const modelPolicySchema = z.enum(['balanced', 'cheapest', 'best', 'fastest', 'cost-quality'])
  .describe('How to choose among the configured models');
export type ModelPolicy = z.infer<typeof modelPolicySchema>;

export const taskOptionsSchema = z.strictObject({
  modelPolicy: modelPolicySchema.optional(),
  model: z.string().max(200).optional().describe('Pins one configured model as provider/model'),
  costLimitUsd: z.number().positive().max(10_000).optional().describe('The most this task may spend, in USD'),
  privacy: privacyClassSchema.optional().describe('The least class that the text of this task is treated as'),
  workflow: z.string().max(200).optional().describe('Name or id of the workflow that submitted the task, for budgets and spend reports'),
  deadlineMs: z.number().int().min(1_000).max(86_400_000).default(3_600_000)
    .describe('The longest a task may take from its acceptance, in ms'),
  maxAttempts: z.number().int().min(1).max(20).default(5),
});
export type TaskOptions = z.infer<typeof taskOptionsSchema>;

/** What a caller submits: which agent does what with which input. `input` is checked against the operation's schema. */
export const taskRequestSchema = z.strictObject({
  agent: z.string().min(1).max(100).describe('Name of an agent, see GET /v1/agents'),
  operation: z.string().min(1).max(100),
  input: z.record(z.string(), z.unknown()),
  options: taskOptionsSchema.prefault({}),
});
export type TaskRequest = z.infer<typeof taskRequestSchema>;

export const taskErrorSchema = z.object({
  code: z.string(),
  kind: z.enum(['user', 'operational', 'bug']),
  message: z.string(),
});
export type TaskError = z.infer<typeof taskErrorSchema>;

/** A task as the API shows it. Times are ISO 8601 in UTC. */
export const taskSchema = z.object({
  id: z.string(),
  batchId: z.string(),
  index: z.number().int().nonnegative().describe('Place of the task in its batch'),
  agent: z.string(),
  operation: z.string(),
  status: taskStatusSchema,
  attempt: z.number().int().nonnegative(),
  maxAttempts: z.number().int().positive(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  nextAttemptAt: z.string().nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: taskErrorSchema.nullable(),
  spend: modelReportSchema.describe('What the task has spent so far, failed attempts included'),
});
export type Task = z.infer<typeof taskSchema>;
