import type { ContentBlockParam, ImageBlockParam, MessageParam, TextBlockParam, ToolResultBlockParam } from '@anthropic-ai/sdk/resources/messages/messages.js';
import { partsOf } from '../content.ts';
import type { ImagePart, Message, MessagePart } from '../model.ts';
import { toolArguments } from '../tool-arguments.ts';

/** The turns as Anthropic takes them. Turns without content, which it refuses, are left out. */
export function toMessages(messages: readonly Message[]): MessageParam[] {
  return messages.flatMap(({ role, content }): MessageParam[] => {
    if (typeof content === 'string') return content === '' ? [] : [{ role, content }];
    // Results of tools must come first.
    const parts = role === 'user' ? content.toSorted((a, b) => Number(b.type === 'tool-result') - Number(a.type === 'tool-result')) : content;
    const blocks = parts.flatMap(toBlocks);
    return blocks.length === 0 ? [] : [{ role, content: blocks } as MessageParam];
  });
}

function toBlocks(part: MessagePart): ContentBlockParam[] {
  switch (part.type) {
    case 'text': return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'image': return [toImage(part)];
    case 'tool-call': return [{ type: 'tool_use', id: soundId(part.id), name: part.name, input: toolArguments(part.argumentsText) }];
    case 'tool-result': return [toResult(part)];
    case 'reasoning':
      if (part.redactedData !== undefined) return [{ type: 'redacted_thinking', data: part.redactedData }];
      // Thinking that Anthropic did not sign is not its own, and refused.
      return part.signature === undefined ? [] : [{ type: 'thinking', thinking: part.text, signature: part.signature }];
  }
}

function toResult({ callId, content, isError }: Extract<MessagePart, { type: 'tool-result' }>): ToolResultBlockParam {
  const blocks = partsOf(content).flatMap((part): (TextBlockParam | ImageBlockParam)[] => {
    if (part.type === 'image') return [toImage(part)];
    return part.type === 'text' && part.text !== '' ? [{ type: 'text', text: part.text }] : [];
  });
  return {
    type: 'tool_result', tool_use_id: soundId(callId),
    ...(blocks.length === 0 ? {} : { content: typeof content === 'string' ? content : blocks }),
    ...(isError === true ? { is_error: true } : {}),
  };
}

function toImage({ source }: ImagePart): ImageBlockParam {
  return {
    type: 'image',
    source: source.kind === 'url' ? { type: 'url', url: source.url }
      : { type: 'base64', media_type: source.mediaType as 'image/png', data: source.data },
  };
}

/** Other services' ids may hold characters that Anthropic refuses. */
function soundId(id: string): string {
  return id.replace(/[^\w-]/g, '_');
}
