import type { MessageCreateParamsBase } from '@anthropic-ai/sdk/resources/messages/messages.js';
import type { ModelRequest, OutputSchema } from '../model.ts';
import { supportsOutputFormat } from './known-models.ts';

/** A cached prefix below about a thousand tokens is either ignored or not worth the dearer write. */
const CACHE_FROM_CHARACTERS = 4_000;

/** The request's `temperature` is left out: the API has none since its version 2026-10-21. */
export async function toMessageParams(modelId: string, maxOutputTokens: number, request: ModelRequest): Promise<MessageCreateParamsBase> {
  const native = supportsOutputFormat(modelId);
  const system = request.outputSchema && !native ? `${request.system}\n\n${askForJson(request.outputSchema)}` : request.system;
  return {
    model: modelId,
    max_tokens: Math.min(request.maxOutputTokens, maxOutputTokens),
    ...(system === '' ? {} : { system: [toSystemBlock(system)] }),
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    ...(request.outputSchema && native ? { output_config: { format: await toOutputFormat(request.outputSchema) } } : {}),
  };
}

function toSystemBlock(text: string) {
  const block = { type: 'text' as const, text };
  return text.length < CACHE_FROM_CHARACTERS ? block : { ...block, cache_control: { type: 'ephemeral' as const } };
}

/** Anthropic takes a part of JSON Schema; the SDK moves the rest, such as lengths and ranges, into the descriptions. */
async function toOutputFormat({ jsonSchema }: OutputSchema) {
  const { jsonSchemaOutputFormat } = await import('@anthropic-ai/sdk/helpers/json-schema');
  const { schema } = jsonSchemaOutputFormat(jsonSchema as Parameters<typeof jsonSchemaOutputFormat>[0]);
  return { type: 'json_schema' as const, schema };
}

function askForJson({ jsonSchema }: OutputSchema): string {
  return `Answer with one JSON document and nothing else. It must be valid by this JSON Schema:\n${JSON.stringify(jsonSchema)}`;
}
