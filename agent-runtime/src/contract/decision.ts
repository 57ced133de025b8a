import { z } from 'zod';
import { modelPolicySchema } from './task.ts';
import { dataLocationSchema, privacyClassSchema, privacyTreatmentSchema } from './privacy.ts';
import { costSchema, usageSchema } from './usage.ts';

/** Whom a model call is made for: what budgets, permissions and reports go by. */
export const scopeSchema = z.object({
  tenant: z.string().describe('Name of the API key'),
  team: z.string().optional(),
  agent: z.string().optional(),
  workflow: z.string().optional(),
  task: z.string().optional(),
});
export type Scope = z.infer<typeof scopeSchema>;

/** The hard filters, in the order in which they are asked. */
export const filterNameSchema = z.enum(['permission', 'privacy', 'ability', 'context', 'budget', 'health']);
export type FilterName = z.infer<typeof filterNameSchema>;

export const decisionCandidateSchema = z.object({
  model: z.string().describe('provider/model'),
  location: dataLocationSchema,
  price: z.enum(['known', 'free', 'unknown']),
  droppedBy: filterNameSchema.nullable().describe('The filter that dropped it; null when it could be tried'),
  reason: z.string().nullable().describe('Why it was dropped'),
  treatment: privacyTreatmentSchema.describe('What its location means for the text'),
  expectedUsd: z.number().nonnegative().nullable(),
  worstCaseUsd: z.number().nonnegative().nullable(),
  latencyMs: z.number().nonnegative().nullable().describe('Expected from measured time to first token and speed; null: not measured'),
  quality: z.number().min(0).max(1).nullable().describe('For cost-quality the expected chance that its answer is good enough, else its configured quality and what was learnt of it; null: not known'),
  score: z.number().nullable().describe("The policy's figure, lower is earlier; null when it was dropped"),
});
export type DecisionCandidate = z.infer<typeof decisionCandidateSchema>;

export const decisionAttemptSchema = costSchema.extend({
  model: z.string(),
  endpoint: z.string(),
  startedMs: z.number().nonnegative().describe('After the start of the request'),
  durationMs: z.number().nonnegative(),
  firstTokenMs: z.number().nonnegative().nullable(),
  usage: usageSchema,
  errorCode: z.string().nullable(),
  hedge: z.boolean().describe('Started beside another one that was slow'),
});
export type DecisionAttempt = z.infer<typeof decisionAttemptSchema>;

/** One routed request and why it went where it went. Holds no text of the request or the answer. */
export const decisionSchema = costSchema.extend({
  id: z.string(),
  at: z.string().describe('ISO 8601 in UTC'),
  purpose: z.string().describe('agent/operation, or the endpoint'),
  scope: scopeSchema,
  policy: modelPolicySchema,
  pinnedModel: z.string().nullable(),
  outcome: z.enum(['answered', 'failed', 'cancelled', 'explained']),
  errorCode: z.string().nullable(),
  model: z.string().nullable().describe('provider/model that answered'),
  reason: z.string().describe('Why this one, in a sentence or two'),
  candidates: z.array(decisionCandidateSchema),
  privacy: z.object({
    class: privacyClassSchema,
    findings: z.array(z.object({ type: z.string(), count: z.number().int().positive() })).describe('What was found, never its text'),
    redacted: z.boolean(),
  }),
  need: z.number().min(0).max(1).nullable().describe('Predicted need of a strong model; null when no policy asked'),
  sticky: z.object({ session: z.string(), keptModel: z.string(), savingUsd: z.number(), lossUsd: z.number() }).nullable(),
  experiment: z.object({ id: z.string(), arm: z.string(), shadow: z.boolean() }).nullable(),
  cache: z.enum(['off', 'miss', 'exact', 'semantic']),
  budgets: z.array(z.object({ id: z.string(), period: z.string(), remainingUsd: z.number(), cheapened: z.boolean() })),
  attempts: z.array(decisionAttemptSchema),
  usage: usageSchema,
  expectedUsd: z.number().nonnegative().nullable().describe('Expected cost of the chosen model before the call'),
  durationMs: z.number().nonnegative(),
  firstTokenMs: z.number().nonnegative().nullable(),
});
export type Decision = z.infer<typeof decisionSchema>;
