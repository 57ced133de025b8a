import type { MessageCreateParamsBase, Tool, ToolChoice as AnthropicToolChoice } from '@anthropic-ai/sdk/resources/messages/messages.js';
import { AiosError } from '../../errors.ts';
import type { ModelRequest, OutputSchema, ToolDefinition } from '../model.ts';
import { withCacheMarkers } from './cache-markers.ts';
import { leastCachedTokens, supportsOutputFormat, takesSampling } from './known-models.ts';
import { toMessages } from './messages.ts';
import { toThinking } from './thinking.ts';

export interface AnthropicRequest {
  readonly params: MessageCreateParamsBase;
  readonly headers: Readonly<Record<string, string>>;
}

/** The API has no sampling parameters since its version 2026-10-21; models that still take them are asked by the one before. */
const VERSION_WITH_SAMPLING = '2023-06-01';

export async function toMessageRequest(modelId: string, maxOutputTokens: number, request: ModelRequest): Promise<AnthropicRequest> {
  const native = supportsOutputFormat(modelId);
  const maxTokens = Math.min(request.maxOutputTokens, maxOutputTokens);
  const system = systemFor(request, native);
  const thinking = toThinking(modelId, maxTokens, request);
  const format = request.outputSchema && native ? await toOutputFormat(request.outputSchema) : undefined;
  const outputConfig = { ...thinking.output_config, ...(format ? { format } : {}) };
  const sampling = takesSampling(modelId) && thinking.thinking === undefined ? toSampling(request) : {};
  const params: MessageCreateParamsBase = {
    model: modelId,
    max_tokens: maxTokens,
    ...(request.tools !== undefined && request.tools.length > 0 ? { tools: request.tools.map(toTool), ...toToolChoice(request) } : {}),
    ...(system === '' ? {} : { system: [{ type: 'text', text: system }] }),
    messages: toMessages(request.messages),
    ...(request.stopSequences !== undefined && request.stopSequences.length > 0 ? { stop_sequences: [...request.stopSequences] } : {}),
    ...(request.endUser === undefined ? {} : { metadata: { user_id: request.endUser } }),
    ...(thinking.thinking === undefined ? {} : { thinking: thinking.thinking }),
    ...(Object.keys(outputConfig).length === 0 ? {} : { output_config: outputConfig }),
    ...sampling,
  };
  return {
    params: withCacheMarkers(params, leastCachedTokens(modelId)),
    headers: Object.keys(sampling).length === 0 ? {} : { 'anthropic-version': VERSION_WITH_SAMPLING },
  };
}

/** Of `temperature` and `top_p` the models take one. */
function toSampling({ temperature, topP, topK }: ModelRequest): Readonly<Record<string, number>> {
  return {
    ...(temperature === undefined ? topP === undefined ? {} : { top_p: topP } : { temperature }),
    ...(topK === undefined ? {} : { top_k: topK }),
  };
}

function toTool({ name, description, inputSchema, strict }: ToolDefinition): Tool {
  return {
    name,
    ...(description === undefined ? {} : { description }),
    input_schema: { ...inputSchema, type: 'object' },
    ...(strict === true ? { strict: true } : {}),
  };
}

function toToolChoice({ toolChoice, parallelToolCalls }: ModelRequest): { readonly tool_choice?: AnthropicToolChoice } {
  const single = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  switch (toolChoice?.type) {
    case undefined: return parallelToolCalls === false ? { tool_choice: { type: 'auto', ...single } } : {};
    case 'none': return { tool_choice: { type: 'none' } };
    case 'auto': return { tool_choice: { type: 'auto', ...single } };
    case 'required': return { tool_choice: { type: 'any', ...single } };
    case 'tool': return { tool_choice: { type: 'tool', name: toolChoice.name, ...single } };
  }
}

/** What the API cannot be asked for by a parameter is asked for in words. */
function systemFor({ system, outputSchema, jsonObject }: ModelRequest, native: boolean): string {
  const wish = outputSchema !== undefined ? native ? '' : askForJson(outputSchema)
    : jsonObject === true ? 'Answer with one JSON object and nothing else.' : '';
  return [system, wish].filter((text) => text !== '').join('\n\n');
}

/** Anthropic takes a part of JSON Schema; the SDK moves the rest, such as lengths and ranges, into the descriptions. */
async function toOutputFormat({ name, jsonSchema }: OutputSchema) {
  const { jsonSchemaOutputFormat } = await import('@anthropic-ai/sdk/helpers/json-schema');
  try {
    const { schema } = jsonSchemaOutputFormat(jsonSchema as Parameters<typeof jsonSchemaOutputFormat>[0]);
    return { type: 'json_schema' as const, schema };
  } catch (error) {
    throw new AiosError('invalid_request', `The output schema ${name} cannot be used: ${error instanceof Error ? error.message : String(error)}. Correct the schema.`);
  }
}

function askForJson({ jsonSchema }: OutputSchema): string {
  return `Answer with one JSON document and nothing else. It must be valid by this JSON Schema:\n${JSON.stringify(jsonSchema)}`;
}
