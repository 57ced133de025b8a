import type { ModelRequest, OutputSchema } from '../../../providers/model.ts';
import {
  asName, asObject, invalidField, oneOf, optionalBoolean, optionalInteger, optionalNumber, optionalString, optionalStrings,
} from '../fields.ts';
import type { JsonObject } from '../fields.ts';
import { asJsonSchema } from '../json-schema.ts';
import { refuseUnsupported } from '../parameters.ts';
import type { WireCall } from '../wire.ts';
import { readMessages } from './messages.ts';
import { CHAT_PARAMETERS } from './parameters.ts';
import { readTools } from './tools.ts';

export const PURPOSE = 'chat/completions';

export interface ChatCall extends WireCall {
  /** Usage is told in a chunk of its own at the end of the stream. */
  readonly includeUsage: boolean;
}

/** OpenAI's efforts; the ones that the router does not tell apart are taken as the next it knows. */
const EFFORTS = {
  none: 'none', minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high',
} as const;

/** Reads the body of `POST /v1/chat/completions`. */
export function readChatCall(value: unknown, defaultMaxTokens: (model: string) => number): ChatCall {
  const body = asObject(value, 'body');
  refuseUnsupported(body, CHAT_PARAMETERS);
  const model = asName(body['model'], 'model');
  const { system, messages } = readMessages(body['messages']);
  const maxTokens = optionalInteger(body['max_completion_tokens'], 'max_completion_tokens', 1) ?? optionalInteger(body['max_tokens'], 'max_tokens', 1);
  const stream = optionalBoolean(body['stream'], 'stream') ?? false;
  const request: { -readonly [Key in keyof ModelRequest]: ModelRequest[Key] } = {
    purpose: PURPOSE, system, messages, maxOutputTokens: maxTokens ?? defaultMaxTokens(model),
  };
  readSampling(body, request);
  const { tools, toolChoice } = readTools(body['tools'], body['tool_choice']);
  if (tools !== undefined) request.tools = tools;
  if (toolChoice !== undefined) request.toolChoice = toolChoice;
  const parallel = optionalBoolean(body['parallel_tool_calls'], 'parallel_tool_calls');
  if (parallel !== undefined && tools !== undefined) request.parallelToolCalls = parallel;
  if (body['response_format'] !== undefined && body['response_format'] !== null) readResponseFormat(asObject(body['response_format'], 'response_format'), request);
  return { model, stream, includeUsage: stream && includesUsage(body['stream_options']), request };
}

function readSampling(body: JsonObject, request: { -readonly [Key in keyof ModelRequest]: ModelRequest[Key] }): void {
  const temperature = optionalNumber(body['temperature'], 'temperature', 0, 2);
  if (temperature !== undefined) request.temperature = temperature;
  const topP = optionalNumber(body['top_p'], 'top_p', 0, 1);
  if (topP !== undefined) request.topP = topP;
  const topK = optionalInteger(body['top_k'], 'top_k', 1);
  if (topK !== undefined) request.topK = topK;
  const seed = optionalInteger(body['seed'], 'seed', Number.MIN_SAFE_INTEGER);
  if (seed !== undefined) request.seed = seed;
  const presencePenalty = optionalNumber(body['presence_penalty'], 'presence_penalty', -2, 2);
  if (presencePenalty !== undefined) request.presencePenalty = presencePenalty;
  const frequencyPenalty = optionalNumber(body['frequency_penalty'], 'frequency_penalty', -2, 2);
  if (frequencyPenalty !== undefined) request.frequencyPenalty = frequencyPenalty;
  const { stop } = body;
  const stopSequences = typeof stop === 'string' && stop !== '' ? [stop] : stop === '' ? undefined : optionalStrings(stop, 'stop');
  if (stopSequences !== undefined) request.stopSequences = stopSequences;
  const effort = body['reasoning_effort'];
  if (effort !== undefined && effort !== null) {
    request.reasoning = { effort: EFFORTS[oneOf(effort, 'reasoning_effort', Object.keys(EFFORTS) as (keyof typeof EFFORTS)[])] };
  }
  const endUser = optionalString(body['safety_identifier'], 'safety_identifier') ?? optionalString(body['user'], 'user');
  if (endUser !== undefined && endUser !== '') request.endUser = endUser;
}

function readResponseFormat(format: JsonObject, request: { outputSchema?: OutputSchema; jsonObject?: boolean }): void {
  const type = oneOf(format['type'], 'response_format.type', ['text', 'json_object', 'json_schema']);
  if (type === 'json_object') request.jsonObject = true;
  if (type !== 'json_schema') return;
  const path = 'response_format.json_schema';
  const given = asObject(format['json_schema'], path);
  const name = asName(given['name'], `${path}.name`);
  if (!/^[\w-]{1,64}$/.test(name)) throw invalidField(`${path}.name`, 'must be 1 to 64 letters, digits, "_" or "-"');
  const strict = optionalBoolean(given['strict'], `${path}.strict`) ?? false;
  if (given['schema'] === undefined || given['schema'] === null) request.jsonObject = true;
  else request.outputSchema = { name, jsonSchema: asJsonSchema(given['schema'], `${path}.schema`), ...(strict ? {} : { strict }) };
}

function includesUsage(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return optionalBoolean(asObject(value, 'stream_options')['include_usage'], 'stream_options.include_usage') ?? false;
}
