import type { Message, MessagePart, ReasoningPart, TextPart, ToolCallPart, ToolResultPart } from '../../../providers/model.ts';
import { asArray, asName, asObject, asString, invalidField, oneOf, unsupportedField } from '../fields.ts';
import type { JsonObject } from '../fields.ts';
import { imageOf } from '../images.ts';
import { readThinkingBlocks } from './thinking-blocks.ts';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

export interface Conversation {
  /** All system and developer messages, wherever they stood: the other wires have one place for them. */
  readonly system: string;
  readonly messages: readonly Message[];
}

/** Reads `messages`. Results of tools that follow one another become one turn. */
export function readMessages(value: unknown): Conversation {
  const given = asArray(value, 'messages');
  if (given.length === 0) throw invalidField('messages', 'must hold at least one message');
  let system = '';
  const messages: Message[] = [];
  const toolNames = new Map<string, string>();
  let results: ToolResultPart[] | null = null;
  for (let i = 0; i < given.length; i++) {
    const path = `messages[${i}]`;
    const message = asObject(given[i], path);
    const { role } = message;
    if (role === 'tool') {
      const result = toolResult(message, path, toolNames);
      if (results === null) messages.push({ role: 'user', content: results = [result] });
      else results.push(result);
      continue;
    }
    results = null;
    if (role === 'user') messages.push({ role, content: userContent(message['content'], `${path}.content`) });
    else if (role === 'assistant') messages.push({ role, content: assistantContent(message, path, toolNames) });
    else if (role === 'system' || role === 'developer') {
      const text = plainText(message['content'], `${path}.content`);
      system = system === '' ? text : `${system}\n\n${text}`;
    } else if (role === 'function') throw unsupportedField(`${path}.role`, 'is the deprecated "function". Send results of tools with the role "tool"');
    else oneOf(role, `${path}.role`, ROLES);
  }
  if (messages.length === 0) throw invalidField('messages', 'must hold a message of the user, not instructions alone');
  return { system, messages };
}

function plainText(content: unknown, path: string): string {
  if (typeof content === 'string') return content;
  return textParts(content, path).map(({ text }) => text).join('\n');
}

function textParts(content: unknown, path: string): TextPart[] {
  if (content === undefined || content === null) throw invalidField(path, 'must be a string or a list of parts');
  return asArray(content, path).map((item, i) => {
    const part = asObject(item, `${path}[${i}]`);
    if (part['type'] !== 'text') refusePart(part, `${path}[${i}]`, ['text']);
    return textPart(part, `${path}[${i}]`);
  });
}

function textPart(part: JsonObject, path: string): TextPart {
  return { type: 'text', text: asString(part['text'], `${path}.text`) };
}

function userContent(content: unknown, path: string): string | readonly MessagePart[] {
  if (typeof content === 'string') return content;
  if (content === undefined || content === null) throw invalidField(path, 'must be a string or a list of parts');
  const parts = asArray(content, path);
  if (parts.length === 0) throw invalidField(path, 'must hold at least one part');
  return parts.map((item, i) => {
    const part = asObject(item, `${path}[${i}]`);
    if (part['type'] === 'text') return textPart(part, `${path}[${i}]`);
    if (part['type'] !== 'image_url') refusePart(part, `${path}[${i}]`, ['text', 'image_url']);
    const image = part['image_url'];
    // Some clients send the address alone.
    if (typeof image === 'string') return imageOf(image, `${path}[${i}].image_url`);
    return imageOf(asString(asObject(image, `${path}[${i}].image_url`)['url'], `${path}[${i}].image_url.url`), `${path}[${i}].image_url.url`);
  });
}

function refusePart(part: JsonObject, path: string, types: readonly string[]): never {
  const { type } = part;
  if (type === 'input_audio' || type === 'file' || type === 'input_video') throw unsupportedField(`${path}.type`, `"${type}" is not supported. Send text or images`);
  oneOf(type, `${path}.type`, types);
  throw invalidField(path, 'is not valid');
}

function assistantContent(message: JsonObject, path: string, toolNames: Map<string, string>): string | readonly MessagePart[] {
  if (message['function_call'] !== undefined && message['function_call'] !== null) {
    throw unsupportedField(`${path}.function_call`, 'is deprecated. Send tool_calls');
  }
  if (message['audio'] !== undefined && message['audio'] !== null) throw unsupportedField(`${path}.audio`, 'is not supported');
  const { content } = message;
  const calls = message['tool_calls'] === undefined || message['tool_calls'] === null ? [] : asArray(message['tool_calls'], `${path}.tool_calls`);
  const reasoning = readReasoning(message, path);
  if (typeof content === 'string' && calls.length === 0 && reasoning.length === 0) return content;
  const parts: MessagePart[] = [...reasoning];
  if (typeof content === 'string') {
    if (content !== '') parts.push({ type: 'text', text: content });
  } else if (content !== undefined && content !== null) {
    parts.push(...asArray(content, `${path}.content`).map((item, i) => assistantPart(item, `${path}.content[${i}]`)));
  }
  if (typeof message['refusal'] === 'string' && parts.length === reasoning.length) parts.push({ type: 'text', text: message['refusal'] });
  calls.forEach((call, i) => { parts.push(toolCall(call, `${path}.tool_calls[${i}]`, toolNames)); });
  if (parts.length === 0) throw invalidField(`${path}.content`, 'must be a string or a list of parts where there are no tool_calls');
  return parts;
}

function assistantPart(item: unknown, path: string): TextPart {
  const part = asObject(item, path);
  if (part['type'] === 'refusal') return { type: 'text', text: asString(part['refusal'], `${path}.refusal`) };
  if (part['type'] !== 'text') refusePart(part, path, ['text', 'refusal']);
  return textPart(part, path);
}

/** Neither field is OpenAI's own: both are what this endpoint answers with, and come back with the conversation. */
function readReasoning(message: JsonObject, path: string): readonly ReasoningPart[] {
  if (message['thinking_blocks'] !== undefined && message['thinking_blocks'] !== null) {
    return readThinkingBlocks(message['thinking_blocks'], `${path}.thinking_blocks`);
  }
  const text = message['reasoning_content'];
  if (text === undefined || text === null || text === '') return [];
  return [{ type: 'reasoning', text: asString(text, `${path}.reasoning_content`) }];
}

function toolCall(item: unknown, path: string, toolNames: Map<string, string>): ToolCallPart {
  const call = asObject(item, path);
  if (call['type'] === 'custom') throw unsupportedField(`${path}.type`, '"custom" is not supported. Send calls of functions');
  const id = asName(call['id'], `${path}.id`);
  const called = asObject(call['function'], `${path}.function`);
  const name = asName(called['name'], `${path}.function.name`);
  toolNames.set(id, name);
  const argumentsText = asString(called['arguments'], `${path}.function.arguments`);
  return { type: 'tool-call', id, name, argumentsText: argumentsText === '' ? '{}' : argumentsText };
}

function toolResult(message: JsonObject, path: string, toolNames: ReadonlyMap<string, string>): ToolResultPart {
  const callId = asName(message['tool_call_id'], `${path}.tool_call_id`);
  const toolName = toolNames.get(callId);
  if (toolName === undefined) throw invalidField(`${path}.tool_call_id`, `"${callId.slice(0, 60)}" is not the id of a tool call in an earlier message of the assistant`);
  const { content } = message;
  return { type: 'tool-result', callId, toolName, content: typeof content === 'string' ? content : textParts(content, `${path}.content`) };
}
