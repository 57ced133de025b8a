import type { MessagePart, ModelRequest } from '../providers/model.ts';

/**
 * What a request needs of a model. A model that does not keep to an output schema by itself is not left out: its provider
 * then asks for the schema in the prompt.
 */
export interface Needs {
  readonly tools: boolean;
  readonly images: boolean;
  readonly streaming: boolean;
}

export function needsOf(request: ModelRequest, streaming: boolean): Needs {
  return {
    tools: request.tools !== undefined && request.tools.length > 0,
    images: request.messages.some(({ content }) => typeof content !== 'string' && content.some(hasImage)),
    streaming,
  };
}

function hasImage(part: MessagePart): boolean {
  return part.type === 'image' || (part.type === 'tool-result' && typeof part.content !== 'string' && part.content.some(hasImage));
}
