import type { Message as OllamaMessage } from 'ollama';
import { partsOf, textOf } from '../content.ts';
import type { ImagePart, Message, MessagePart, ToolResultPart } from '../model.ts';
import { toolArguments } from '../tool-arguments.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';

/** The turns as Ollama takes them. Images of tool results follow in a user's turn; images that are only an address are refused. */
export function toOllamaMessages(system: string, messages: readonly Message[], endpoint: Endpoint): OllamaMessage[] {
  const names = new Map<string, string>();
  const turns = messages.flatMap(({ role, content }): OllamaMessage[] => {
    if (typeof content === 'string') return [{ role, content }];
    for (const part of content) if (part.type === 'tool-call') names.set(part.id, part.name);
    return role === 'assistant' ? [toAssistant(content)] : toUserTurns(content, names, endpoint);
  });
  return system === '' ? turns : [{ role: 'system', content: system }, ...turns];
}

function toAssistant(parts: readonly MessagePart[]): OllamaMessage {
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [{ function: { name: part.name, arguments: { ...toolArguments(part.argumentsText) } } }] : []));
  return { role: 'assistant', content: textOf(parts), ...(calls.length > 0 ? { tool_calls: calls } : {}) };
}

function toUserTurns(parts: readonly MessagePart[], names: ReadonlyMap<string, string>, endpoint: Endpoint): OllamaMessage[] {
  const results = parts.filter((part): part is ToolResultPart => part.type === 'tool-result');
  const images = [
    ...results.flatMap(({ content }) => imagesOf(partsOf(content))),
    ...imagesOf(parts),
  ].map((image) => toBytes(image, endpoint));
  const text = textOf(parts);
  return [
    ...results.map(({ callId, toolName, content, isError }): OllamaMessage => {
      const name = toolName ?? names.get(callId);
      return { role: 'tool', content: `${isError === true ? 'Error: ' : ''}${textOf(content)}`, ...(name === undefined ? {} : { tool_name: name }) };
    }),
    ...(text !== '' || images.length > 0 || results.length === 0 ? [{ role: 'user', content: text, ...(images.length > 0 ? { images } : {}) }] : []),
  ];
}

function imagesOf(parts: readonly MessagePart[]): ImagePart[] {
  return parts.filter((part): part is ImagePart => part.type === 'image');
}

/** As bytes: the library takes a text for the name of a file and sends that. */
function toBytes({ source }: ImagePart, endpoint: Endpoint): Uint8Array {
  if (source.kind === 'base64') return Buffer.from(source.data, 'base64');
  throw upstreamError(endpoint, { code: 'model_request_rejected', reason: 'it takes images as data, not by an address' });
}
