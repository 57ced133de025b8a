import { z } from 'zod';
import { costStatusSchema } from '../../contract/usage.ts';

/**
 * What the docs say of the endpoints of other wires. Requests are read by api/wire, which names the field that is wrong;
 * these are never run.
 */
const content = z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]);

export const chatRequestSchema = z.looseObject({
  model: z.string().describe('`auto`, `auto:<policy>`, provider/model, an alias, or a bare name'),
  messages: z.array(z.looseObject({ role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']), content: content.nullish() })),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  max_completion_tokens: z.number().int().optional().describe('Default: 8,192, or less where the model allows less'),
  max_tokens: z.number().int().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  seed: z.number().int().optional(),
  tools: z.array(z.looseObject({ type: z.literal('function') })).optional(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z.looseObject({ type: z.enum(['text', 'json_object', 'json_schema']) }).optional(),
  reasoning_effort: z.string().optional(),
});

export const messageRequestSchema = z.looseObject({
  model: z.string().describe('`auto`, `auto:<policy>`, provider/model, an alias, or a bare name'),
  max_tokens: z.number().int(),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content })),
  system: content.optional(),
  stream: z.boolean().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  top_k: z.number().int().optional(),
  stop_sequences: z.array(z.string()).optional(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
  output_config: z.looseObject({}).optional(),
});

export const embeddingRequestSchema = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  dimensions: z.number().int().optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
});

const factsSchema = z.looseObject({
  model: z.string().describe('provider/model that answered'),
  decision_id: z.string(),
  cost_usd: z.number().nullable().describe('Null: the price is unknown'),
  cost_status: costStatusSchema,
  reason: z.string().optional().describe('Why this model'),
  cached: z.boolean().optional(),
});

export const chatAnswerSchema = z.looseObject({
  id: z.string(), object: z.literal('chat.completion'), created: z.number().int(), model: z.string(),
  choices: z.array(z.looseObject({ index: z.number().int(), message: z.looseObject({}), finish_reason: z.string() })),
  usage: z.looseObject({ prompt_tokens: z.number().int(), completion_tokens: z.number().int(), total_tokens: z.number().int() }),
  aios: factsSchema,
});

export const messageAnswerSchema = z.looseObject({
  id: z.string(), type: z.literal('message'), role: z.literal('assistant'), model: z.string(),
  content: z.array(z.looseObject({ type: z.string() })), stop_reason: z.string(), stop_sequence: z.string().nullable(),
  usage: z.looseObject({ input_tokens: z.number().int(), output_tokens: z.number().int() }),
  aios: factsSchema,
});

export const embeddingAnswerSchema = z.looseObject({
  object: z.literal('list'), model: z.string(),
  data: z.array(z.looseObject({ object: z.literal('embedding'), index: z.number().int(), embedding: z.union([z.array(z.number()), z.string()]) })),
  usage: z.looseObject({ prompt_tokens: z.number().int(), total_tokens: z.number().int() }),
  aios: factsSchema,
});

export const tokenCountSchema = z.looseObject({ input_tokens: z.number().int() });

const openAiErrorSchema = z.looseObject({
  error: z.looseObject({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }),
});
const anthropicErrorSchema = z.looseObject({
  type: z.literal('error'), error: z.looseObject({ type: z.string(), message: z.string(), code: z.string() }), request_id: z.string(),
});

const failure = (schema: z.ZodType) => ({ description: 'Any failure, in the shape of this API', content: { 'application/json': { schema } } });
export const OPENAI_FAILURES = { default: failure(openAiErrorSchema) };
export const ANTHROPIC_FAILURES = { default: failure(anthropicErrorSchema) };

/** An answer, or a stream of events where the request asks for one. */
export function streamable(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema }, 'text/event-stream': { schema: z.string() } } };
}

export const callHeadersSchema = z.looseObject({
  'x-aios-agent': z.string().max(200).optional().describe('For whom the call is made: budgets, permissions and reports go by these three'),
  'x-aios-workflow': z.string().max(200).optional(),
  'x-aios-task': z.string().max(200).optional(),
  'x-aios-session': z.string().max(200).optional().describe('A conversation: it stays on its model while that is worth more than switching'),
  'x-aios-policy': z.string().optional().describe('How to choose among the models; the same as `auto:<policy>`'),
  'x-aios-privacy': z.string().optional().describe('The least class that the text is treated as'),
  'x-aios-cost-limit-usd': z.string().optional().describe('The call is refused when its worst case is dearer'),
  'x-aios-cache': z.enum(['off', 'on']).optional(),
  'x-aios-experiment-key': z.string().max(200).optional().describe('Keeps one side of an experiment'),
});
