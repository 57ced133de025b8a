import type { ImagePart, Message, MessagePart, ReasoningPart, TextPart, ToolResultPart } from '../../../providers/model.ts';
import { asArray, asName, asObject, asString, invalidField, oneOf, optionalBoolean, optionalString, unsupportedField } from '../fields.ts';
import type { JsonObject } from '../fields.ts';
import { base64Image, imageAt } from '../images.ts';

const USER_BLOCKS = ['text', 'image', 'tool_result'] as const;
const ASSISTANT_BLOCKS = ['text', 'thinking', 'redacted_thinking', 'tool_use'] as const;
/** Blocks of this wire that no other one has. */
const FOREIGN = /^(document|search_result|container_upload|server_tool_use|tool_reference|browser_state|compaction|mcp_.*|.+_tool_result)$/;

export interface Conversation {
  readonly system: string;
  readonly messages: readonly Message[];
}

/** Reads `system` and `messages`. Instructions between the turns are moved to the others. */
export function readConversation(systemGiven: unknown, messagesGiven: unknown): Conversation {
  const given = asArray(messagesGiven, 'messages');
  let system = systemGiven === undefined || systemGiven === null ? '' : plainText(systemGiven, 'system');
  const messages: Message[] = [];
  const toolNames = new Map<string, string>();
  for (let i = 0; i < given.length; i++) {
    const path = `messages[${i}]`;
    const message = asObject(given[i], path);
    const role = oneOf(message['role'], `${path}.role`, ['user', 'assistant', 'system']);
    const content = message['content'];
    if (role === 'system') {
      const text = plainText(content, `${path}.content`);
      system = system === '' ? text : `${system}\n\n${text}`;
    } else if (typeof content === 'string') messages.push({ role, content });
    else messages.push({ role, content: blocks(content, `${path}.content`, role, toolNames) });
  }
  if (messages.length === 0) throw invalidField('messages', 'must hold at least one message of the user');
  return { system, messages };
}

function plainText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  return asArray(value, path).map((item, i) => {
    const block = asObject(item, `${path}[${i}]`);
    oneOf(block['type'], `${path}[${i}].type`, ['text']);
    return asString(block['text'], `${path}[${i}].text`);
  }).join('\n\n');
}

function blocks(value: unknown, path: string, role: Message['role'], toolNames: Map<string, string>): readonly MessagePart[] {
  const given = asArray(value, path);
  if (given.length === 0) throw invalidField(path, 'must hold at least one block');
  const results: MessagePart[] = [];
  const others: MessagePart[] = [];
  for (let i = 0; i < given.length; i++) {
    const at = `${path}[${i}]`;
    const block = asObject(given[i], at);
    const part = role === 'user' ? userPart(block, at, toolNames) : assistantPart(block, at, toolNames);
    (part.type === 'tool-result' ? results : others).push(part);
  }
  return results.length === 0 ? others : [...results, ...others];
}

function userPart(block: JsonObject, path: string, toolNames: ReadonlyMap<string, string>): MessagePart {
  refuseForeign(block, path, USER_BLOCKS);
  switch (oneOf(block['type'], `${path}.type`, USER_BLOCKS)) {
    case 'text': return textPart(block, path);
    case 'image': return imagePart(block, path);
    case 'tool_result': return toolResult(block, path, toolNames);
  }
}

function assistantPart(block: JsonObject, path: string, toolNames: Map<string, string>): MessagePart {
  refuseForeign(block, path, ASSISTANT_BLOCKS);
  switch (oneOf(block['type'], `${path}.type`, ASSISTANT_BLOCKS)) {
    case 'text': return textPart(block, path);
    case 'thinking': return thinking(block, path);
    case 'redacted_thinking': return { type: 'reasoning', text: '', redactedData: asString(block['data'], `${path}.data`) };
    case 'tool_use': {
      const id = asName(block['id'], `${path}.id`);
      const name = asName(block['name'], `${path}.name`);
      toolNames.set(id, name);
      return { type: 'tool-call', id, name, argumentsText: JSON.stringify(asObject(block['input'], `${path}.input`)) };
    }
  }
}

function refuseForeign({ type }: JsonObject, path: string, known: readonly string[]): void {
  if (typeof type === 'string' && !known.includes(type) && FOREIGN.test(type)) {
    throw unsupportedField(`${path}.type`, `"${type}" is not supported by the router. Send text, images and results of tools`);
  }
}

function textPart(block: JsonObject, path: string): TextPart {
  return { type: 'text', text: asString(block['text'], `${path}.text`) };
}

function imagePart(block: JsonObject, path: string): ImagePart {
  const source = asObject(block['source'], `${path}.source`);
  if (source['type'] === 'file') throw unsupportedField(`${path}.source.type`, '"file" is not supported. Send the image as base64 or its address');
  if (oneOf(source['type'], `${path}.source.type`, ['base64', 'url']) === 'url') {
    return imageAt(asString(source['url'], `${path}.source.url`), `${path}.source.url`);
  }
  const mediaType = asString(source['media_type'], `${path}.source.media_type`);
  return base64Image(mediaType, asString(source['data'], `${path}.source.data`), `${path}.source`);
}

function thinking(block: JsonObject, path: string): ReasoningPart {
  const signature = optionalString(block['signature'], `${path}.signature`);
  return { type: 'reasoning', text: asString(block['thinking'], `${path}.thinking`), ...(signature ? { signature } : {}) };
}

function toolResult(block: JsonObject, path: string, toolNames: ReadonlyMap<string, string>): ToolResultPart {
  const callId = asName(block['tool_use_id'], `${path}.tool_use_id`);
  const toolName = toolNames.get(callId);
  if (toolName === undefined) throw invalidField(`${path}.tool_use_id`, `"${callId.slice(0, 60)}" is not the id of a tool_use in an earlier message of the assistant`);
  const { content } = block;
  const isError = optionalBoolean(block['is_error'], `${path}.is_error`) ?? false;
  return {
    type: 'tool-result', callId, toolName,
    content: content === undefined || content === null ? '' : typeof content === 'string' ? content : resultParts(content, `${path}.content`),
    ...(isError ? { isError } : {}),
  };
}

function resultParts(value: unknown, path: string): readonly (TextPart | ImagePart)[] {
  return asArray(value, path).map((item, i) => {
    const block = asObject(item, `${path}[${i}]`);
    refuseForeign(block, `${path}[${i}]`, ['text', 'image']);
    return oneOf(block['type'], `${path}[${i}].type`, ['text', 'image']) === 'text' ? textPart(block, `${path}[${i}]`) : imagePart(block, `${path}[${i}]`);
  });
}
