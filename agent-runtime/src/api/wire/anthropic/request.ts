import type { ModelRequest } from '../../../providers/model.ts';
import {
  asName, asObject, invalidField, oneOf, optionalBoolean, optionalInteger, optionalNumber, optionalString, optionalStrings, unsupportedField,
} from '../fields.ts';
import type { JsonObject } from '../fields.ts';
import { asJsonSchema } from '../json-schema.ts';
import { refuseUnsupported } from '../parameters.ts';
import type { WireCall } from '../wire.ts';
import { readConversation } from './messages.ts';
import { MESSAGE_PARAMETERS } from './parameters.ts';
import { readTools } from './tools.ts';

export const PURPOSE = 'messages';

type Draft = { -readonly [Key in keyof ModelRequest]: ModelRequest[Key] };

const EFFORTS = { low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' } as const;

/** Reads the body of `POST /v1/messages`. */
export function readMessageCall(value: unknown): WireCall {
  const body = asObject(value, 'body');
  if (body['max_tokens'] === undefined || body['max_tokens'] === null) throw invalidField('max_tokens', 'is required');
  return readBody(body);
}

/** Reads the body of `POST /v1/messages/count_tokens`, where `max_tokens` has no meaning. */
export function readCountCall(value: unknown): WireCall {
  return readBody(asObject(value, 'body'));
}

function readBody(body: JsonObject): WireCall {
  refuseUnsupported(body, MESSAGE_PARAMETERS);
  const model = asName(body['model'], 'model');
  const stream = optionalBoolean(body['stream'], 'stream') ?? false;
  const { system, messages } = readConversation(body['system'], body['messages']);
  const request: Draft = { purpose: PURPOSE, system, messages, maxOutputTokens: optionalInteger(body['max_tokens'], 'max_tokens', 1) ?? 1 };
  readSampling(body, request);
  if (body['tools'] !== undefined || body['tool_choice'] !== undefined) Object.assign(request, readTools(body['tools'], body['tool_choice']));
  readOutput(body, request);
  return { model, stream, request };
}

function readSampling(body: JsonObject, request: Draft): void {
  const temperature = optionalNumber(body['temperature'], 'temperature', 0, 1);
  if (temperature !== undefined) request.temperature = temperature;
  const topP = optionalNumber(body['top_p'], 'top_p', 0, 1);
  if (topP !== undefined) request.topP = topP;
  const topK = optionalInteger(body['top_k'], 'top_k', 1);
  if (topK !== undefined) request.topK = topK;
  const stopSequences = optionalStrings(body['stop_sequences'], 'stop_sequences');
  if (stopSequences !== undefined) request.stopSequences = stopSequences;
  if (body['metadata'] !== undefined && body['metadata'] !== null) {
    const endUser = optionalString(asObject(body['metadata'], 'metadata')['user_id'], 'metadata.user_id');
    if (endUser !== undefined && endUser !== '') request.endUser = endUser;
  }
}

/** How much to think, and the form of the answer. A budget of thinking says more than an effort. */
function readOutput(body: JsonObject, request: Draft): void {
  const config = body['output_config'] === undefined || body['output_config'] === null ? {} : asObject(body['output_config'], 'output_config');
  const { effort, format } = config;
  if (effort !== undefined && effort !== null) {
    request.reasoning = { effort: EFFORTS[oneOf(effort, 'output_config.effort', Object.keys(EFFORTS) as (keyof typeof EFFORTS)[])] };
  }
  if (body['thinking'] !== undefined && body['thinking'] !== null) readThinking(asObject(body['thinking'], 'thinking'), request);
  if (format !== undefined && format !== null) readFormat(format, 'output_config.format', request);
  // The same under its earlier name.
  else if (body['output_format'] !== undefined && body['output_format'] !== null) readFormat(body['output_format'], 'output_format', request);
}

function readThinking(thinking: JsonObject, request: Draft): void {
  if (thinking['type'] === 'between_tools') throw unsupportedField('thinking.type', '"between_tools" is not supported. Use "adaptive" or "enabled"');
  const type = oneOf(thinking['type'], 'thinking.type', ['enabled', 'disabled', 'adaptive']);
  if (type === 'disabled') request.reasoning = { effort: 'none' };
  if (type === 'adaptive') request.reasoning ??= { effort: 'medium' };
  if (type !== 'enabled') return;
  const budgetTokens = optionalInteger(thinking['budget_tokens'], 'thinking.budget_tokens', 1_024);
  if (budgetTokens === undefined) throw invalidField('thinking.budget_tokens', 'is required where thinking is enabled');
  if (request.maxOutputTokens > 1 && request.maxOutputTokens <= budgetTokens) throw invalidField('thinking.budget_tokens', 'must be less than max_tokens');
  request.reasoning = { budgetTokens };
}

function readFormat(value: unknown, path: string, request: Draft): void {
  const format = asObject(value, path);
  oneOf(format['type'], `${path}.type`, ['json_schema']);
  request.outputSchema = { name: 'answer', jsonSchema: asJsonSchema(format['schema'], `${path}.schema`) };
}
