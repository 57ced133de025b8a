import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions/completions.js';
import type { ModelRequest, OutputSchema } from '../model.ts';
import { takesTemperature } from './known-models.ts';

export interface RequestTarget {
  readonly modelId: string;
  readonly maxOutputTokens: number;
  /** OpenAI itself, whose newer models know only `max_completion_tokens`; other servers may know only `max_tokens`. */
  readonly official: boolean;
}

export function toCompletionParams(target: RequestTarget, request: ModelRequest): ChatCompletionCreateParamsNonStreaming {
  const limit = Math.min(request.maxOutputTokens, target.maxOutputTokens);
  return {
    model: target.modelId,
    ...(target.official ? { max_completion_tokens: limit } : { max_tokens: limit }),
    messages: [
      ...(request.system === '' ? [] : [{ role: 'system' as const, content: request.system }]),
      ...request.messages.map(({ role, content }) => ({ role, content })),
    ],
    ...(request.temperature !== undefined && takesTemperature(target.modelId) ? { temperature: request.temperature } : {}),
    ...(request.outputSchema ? { response_format: toResponseFormat(request.outputSchema) } : {}),
  };
}

function toResponseFormat({ name, jsonSchema }: OutputSchema) {
  const { $schema: _dialect, ...schema } = jsonSchema;
  const safeName = name.replace(/[^\w-]/g, '_').slice(0, 64);
  return { type: 'json_schema' as const, json_schema: { name: safeName, schema, strict: true } };
}
