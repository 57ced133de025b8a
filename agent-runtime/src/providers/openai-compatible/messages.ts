import { partsOf } from '../content.ts';
import type { ImagePart, Message, MessagePart, TextPart, ToolCallPart, ToolResultPart } from '../model.ts';
import { toolArguments } from '../tool-arguments.ts';

type WireContent = string | ({ type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } })[];

/** A message as chat completions take it. */
export type WireRequestMessage =
  | { role: 'system' | 'user'; content: WireContent }
  | { role: 'assistant'; content: string | null; tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[] }
  | { role: 'tool'; tool_call_id: string; content: string };

/** Thinking is left out: these servers take none back. Images of tool results follow in a user's turn. */
export function toWireMessages(system: string, messages: readonly Message[]): WireRequestMessage[] {
  const wire: WireRequestMessage[] = system === '' ? [] : [{ role: 'system', content: system }];
  for (const { role, content } of messages) {
    if (typeof content === 'string') wire.push({ role, content });
    else if (role === 'assistant') wire.push(toAssistant(content));
    else addUserTurn(wire, content);
  }
  return wire;
}

function toAssistant(parts: readonly MessagePart[]): WireRequestMessage {
  let text = '';
  const calls: ToolCallPart[] = [];
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'tool-call') calls.push(part);
  }
  if (calls.length === 0) return { role: 'assistant', content: text };
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    tool_calls: calls.map(({ id, name, argumentsText }) => ({ id, type: 'function', function: { name, arguments: soundArguments(argumentsText) } })),
  };
}

/** Servers that put earlier calls into the prompt read their arguments, and refuse text that is not an object. */
function soundArguments(argumentsText: string): string {
  const value = toolArguments(argumentsText);
  return 'invalid_arguments' in value || argumentsText === '' ? JSON.stringify(value) : argumentsText;
}

function addUserTurn(wire: WireRequestMessage[], parts: readonly MessagePart[]): void {
  const shown: (TextPart | ImagePart)[] = [];
  for (const part of parts) {
    if (part.type === 'tool-result') shown.push(...addResult(wire, part));
  }
  for (const part of parts) if (part.type === 'text' || part.type === 'image') shown.push(part);
  if (shown.length > 0) wire.push({ role: 'user', content: toContent(shown) });
}

/** Gives back what a tool's turn cannot hold. */
function addResult(wire: WireRequestMessage[], { callId, content, isError }: ToolResultPart): readonly (TextPart | ImagePart)[] {
  const parts = partsOf(content);
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const images = parts.filter((part): part is ImagePart => part.type === 'image');
  const note = images.length > 0 ? `${text === '' ? '' : '\n'}[The ${images.length === 1 ? 'image follows' : `${images.length} images follow`} in the next message.]` : '';
  wire.push({ role: 'tool', tool_call_id: callId, content: `${isError === true ? 'Error: ' : ''}${text}${note}` });
  return images;
}

function toContent(parts: readonly (TextPart | ImagePart)[]): WireContent {
  const [first] = parts;
  if (parts.length === 1 && first!.type === 'text') return first!.text;
  return parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: urlOf(part) } }));
}

function urlOf({ source }: ImagePart): string {
  return source.kind === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}
