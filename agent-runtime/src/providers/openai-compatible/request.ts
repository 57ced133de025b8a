import type { ModelRequest, OutputSchema, ToolChoice } from '../model.ts';
import { leastEffortOf, thinks } from './known-models.ts';
import { toWireMessages } from './messages.ts';

export interface RequestTarget {
  readonly modelId: string;
  readonly maxOutputTokens: number;
  /** OpenAI itself, whose newer models know only `max_completion_tokens`; other servers may know only `max_tokens`. */
  readonly official: boolean;
}

/** The body of a chat completion, without what belongs to streaming. What is undefined is not sent. */
export function toCompletionParams({ modelId, maxOutputTokens, official }: RequestTarget, request: ModelRequest) {
  const limit = Math.min(request.maxOutputTokens, maxOutputTokens);
  // OpenAI's reasoning models refuse any sampling but their own.
  const samples = !thinks(modelId);
  const hasTools = request.tools !== undefined && request.tools.length > 0;
  return {
    model: modelId,
    messages: toWireMessages(request.system, request.messages),
    max_completion_tokens: official ? limit : undefined,
    max_tokens: official ? undefined : limit,
    temperature: samples ? request.temperature : undefined,
    top_p: samples ? request.topP : undefined,
    // Known to vLLM and its like.
    top_k: official ? undefined : request.topK,
    presence_penalty: samples ? request.presencePenalty : undefined,
    frequency_penalty: samples ? request.frequencyPenalty : undefined,
    seed: request.seed,
    stop: request.stopSequences !== undefined && request.stopSequences.length > 0 ? request.stopSequences : undefined,
    user: request.endUser,
    reasoning_effort: request.reasoning !== undefined && (!official || thinks(modelId)) ? effortOf(modelId, request.reasoning) : undefined,
    response_format: toResponseFormat(request),
    tools: hasTools ? request.tools.map(({ name, description, inputSchema, strict }) => ({
      type: 'function', function: { name, description, parameters: inputSchema, strict: strict === true ? true : undefined },
    })) : undefined,
    tool_choice: hasTools && request.toolChoice ? toToolChoice(request.toolChoice) : undefined,
    parallel_tool_calls: hasTools ? request.parallelToolCalls : undefined,
  };
}

function effortOf(modelId: string, reasoning: NonNullable<ModelRequest['reasoning']>): string {
  if ('effort' in reasoning) return reasoning.effort === 'none' ? leastEffortOf(modelId) : reasoning.effort;
  if (reasoning.budgetTokens <= 2_048) return 'low';
  return reasoning.budgetTokens <= 8_192 ? 'medium' : 'high';
}

function toToolChoice(choice: ToolChoice) {
  return choice.type === 'tool' ? { type: 'function', function: { name: choice.name } } : choice.type;
}

function toResponseFormat({ outputSchema, jsonObject }: ModelRequest) {
  if (outputSchema !== undefined) return toSchemaFormat(outputSchema);
  return jsonObject === true ? { type: 'json_object' } : undefined;
}

function toSchemaFormat({ name, jsonSchema, strict = true }: OutputSchema) {
  const { $schema: _dialect, ...schema } = jsonSchema;
  const safeName = name.replace(/[^\w-]/g, '_').slice(0, 64);
  return { type: 'json_schema', json_schema: { name: safeName, schema, strict } };
}
