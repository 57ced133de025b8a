import { z } from 'zod';
import { modelPolicySchema } from './task.ts';
import { decisionSchema } from './decision.ts';
import { privacyClassSchema } from './privacy.ts';

const name = z.string().min(1).max(200);
const MOST_TEXT = 10_000_000;

const textPartSchema = z.strictObject({ type: z.literal('text'), text: z.string().max(MOST_TEXT) });
const imagePartSchema = z.strictObject({ type: z.literal('image'), url: z.string().max(2_000).describe('Never loaded: it only says that there is an image') });

/** What would be done with a call: the request as far as routing looks at it. Give either `prompt` or `messages`. */
export const explainRequestSchema = z.strictObject({
  prompt: z.string().min(1).max(MOST_TEXT).optional().describe('One message of the user'),
  messages: z.array(z.strictObject({
    role: z.enum(['user', 'assistant']),
    content: z.union([z.string().max(MOST_TEXT), z.array(z.discriminatedUnion('type', [textPartSchema, imagePartSchema])).max(1_000)]),
  })).min(1).max(10_000).optional(),
  system: z.string().max(MOST_TEXT).default(''),
  tools: z.array(z.strictObject({
    name, description: z.string().max(100_000).optional(), inputSchema: z.record(z.string(), z.unknown()).default({}),
  })).max(1_000).optional(),
  outputSchema: z.record(z.string(), z.unknown()).optional().describe('JSON Schema that the answer is to have'),
  maxOutputTokens: z.number().int().min(1).max(1_000_000).default(1_024),
  model: name.optional().describe('provider/model, an alias, or a name that only one provider has'),
  policy: modelPolicySchema.optional(),
  privacy: privacyClassSchema.optional().describe('The least class that the text is treated as'),
  session: name.optional(),
  costLimitUsd: z.number().nonnegative().optional().describe('USD that the call may cost at most'),
  agent: name.optional().describe('Whom the call is for, for budgets'),
  workflow: name.optional(),
  task: name.optional(),
  operation: name.default('chat/completions').describe('What the call is made by: the endpoint (`chat/completions`, `messages`) or agent/operation. '
    + 'Rules for operations, experiments and what was learnt of answers go by it'),
  experimentKey: name.optional().describe('Keeps one side of an experiment; without it the session does, else the task'),
  stream: z.boolean().optional().describe('Whether the answer is to be streamed, which not every model can'),
}).refine((request) => (request.prompt === undefined) !== (request.messages === undefined), {
  path: ['prompt'], message: 'give either prompt or messages',
});
export type ExplainRequest = z.infer<typeof explainRequestSchema>;

/** A person's word on the answer of a decision. */
export const feedbackRequestSchema = z.strictObject({
  score: z.number().min(0).max(1).describe('1: the answer was good. 0: it was not'),
  comment: z.string().max(2_000).optional(),
});

export const feedbackSchema = z.object({ score: z.number(), comment: z.string().nullable(), at: z.string() });

/** A decision with what was said of its answer. */
export const decisionWithFeedbackSchema = decisionSchema.extend({ feedback: feedbackSchema.nullable() });
