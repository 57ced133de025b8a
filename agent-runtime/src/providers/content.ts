import type { Message, MessagePart } from './model.ts';

/** A turn's parts; none for an empty string. */
export function partsOf(content: Message['content']): readonly MessagePart[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** The text of a turn, without its other parts. */
export function textOf(content: Message['content']): string {
  if (typeof content === 'string') return content;
  let text = '';
  for (const part of content) if (part.type === 'text') text += part.text;
  return text;
}
