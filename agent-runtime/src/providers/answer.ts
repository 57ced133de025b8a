import type { ContentStreamPart, ModelResponse, ReasoningPart } from './model.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * An answer as it grows. Whole and streamed answers are gathered by the same means, so that they end as the same response;
 * each piece is passed on to `emit` as it comes.
 */
export interface Answer {
  text(piece: string): void;
  /** Adds to the last reasoning part, or begins one. */
  reasoning(piece: string): void;
  /** Ends the last reasoning part, which must have been begun; the next piece begins another one. */
  endReasoning(signature?: string): void;
  redactedReasoning(data: string): void;
  /** Begins the next tool call; its index is given back. */
  toolCall(id: string, name: string): number;
  toolCallArguments(index: number, piece: string): void;
  /** What was gathered. A call without arguments gets `{}`. */
  end(): Pick<ModelResponse, 'text' | 'toolCalls' | 'reasoning'>;
  hasToolCalls(): boolean;
  /** About how many tokens came: a quarter of the bytes of all text, thinking and arguments. */
  receivedTokens(): number;
}

export function createAnswer(emit: (part: ContentStreamPart) => void = () => {}): Answer {
  let text = '';
  const calls: { type: 'tool-call'; id: string; name: string; argumentsText: string }[] = [];
  const thoughts: Mutable<ReasoningPart>[] = [];
  let thought: Mutable<ReasoningPart> | null = null;
  const begin = (): Mutable<ReasoningPart> => {
    const begun: Mutable<ReasoningPart> = { type: 'reasoning', text: '' };
    thoughts.push(begun);
    return begun;
  };

  return {
    text(piece) {
      if (piece === '') return;
      text += piece;
      emit({ type: 'text', text: piece });
    },
    reasoning(piece) {
      if (piece === '') return;
      thought ??= begin();
      thought.text += piece;
      emit({ type: 'reasoning', text: piece });
    },
    endReasoning(signature) {
      // Thinking that is not shown has a signature all the same.
      if (signature !== undefined) thought ??= begin();
      if (thought !== null && signature !== undefined) {
        thought.signature = signature;
        emit({ type: 'reasoning', text: '', signature });
      }
      thought = null;
    },
    redactedReasoning(data) {
      thoughts.push({ type: 'reasoning', text: '', redactedData: data });
      thought = null;
      emit({ type: 'reasoning', text: '', redactedData: data });
    },
    toolCall(id, name) {
      calls.push({ type: 'tool-call', id, name, argumentsText: '' });
      emit({ type: 'tool-call', index: calls.length - 1, id, name });
      return calls.length - 1;
    },
    toolCallArguments(index, piece) {
      if (piece === '') return;
      calls[index]!.argumentsText += piece;
      emit({ type: 'tool-call-arguments', index, text: piece });
    },
    end() {
      for (const [index, call] of calls.entries()) {
        if (call.argumentsText !== '') continue;
        call.argumentsText = '{}';
        emit({ type: 'tool-call-arguments', index, text: '{}' });
      }
      return {
        text,
        ...(calls.length > 0 ? { toolCalls: calls } : {}),
        ...(thoughts.length > 0 ? { reasoning: thoughts } : {}),
      };
    },
    hasToolCalls: () => calls.length > 0,
    receivedTokens() {
      const pieces = [text, ...thoughts.map((each) => each.text), ...calls.map((call) => call.name + call.argumentsText)];
      return Math.ceil(pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0) / 4);
    },
  };
}
