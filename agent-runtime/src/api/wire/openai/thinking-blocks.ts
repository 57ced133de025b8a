import type { ReasoningPart } from '../../../providers/model.ts';
import { asArray, asObject, asString, oneOf, optionalString } from '../fields.ts';

/**
 * Thinking that must go back unchanged to the model that thought it. OpenAI's wire has no place for a signature, so a
 * message carries these in `thinking_blocks`, in Anthropic's own form.
 */
export type ThinkingBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string };

/** Undefined: nothing has a signature, so nothing has to go back. */
export function toThinkingBlocks(reasoning: readonly ReasoningPart[] | undefined): readonly ThinkingBlock[] | undefined {
  if (!reasoning?.some(({ signature, redactedData }) => signature !== undefined || redactedData !== undefined)) return undefined;
  return reasoning.map(({ text, signature = '', redactedData }) => (redactedData === undefined
    ? { type: 'thinking', thinking: text, signature } : { type: 'redacted_thinking', data: redactedData }));
}

export function readThinkingBlocks(value: unknown, path: string): readonly ReasoningPart[] {
  return asArray(value, path).map((item, i): ReasoningPart => {
    const block = asObject(item, `${path}[${i}]`);
    if (oneOf(block['type'], `${path}[${i}].type`, ['thinking', 'redacted_thinking']) === 'redacted_thinking') {
      return { type: 'reasoning', text: '', redactedData: asString(block['data'], `${path}[${i}].data`) };
    }
    const signature = optionalString(block['signature'], `${path}[${i}].signature`);
    return { type: 'reasoning', text: asString(block['thinking'], `${path}[${i}].thinking`), ...(signature ? { signature } : {}) };
  });
}
