import type { ContentStreamPart, ModelResponse, ModelStreamPart } from '../providers/model.ts';
import type { Redaction, StreamRestorer } from './privacy/privacy.ts';

/** A model's answer with what was taken out of the request put back, also where a placeholder is cut over parts. */
export async function* restoredParts(parts: AsyncIterable<ModelStreamPart>, redaction: Redaction): AsyncGenerator<ModelStreamPart> {
  const texts = redaction.restorer();
  const calls = new Map<number, StreamRestorer>();
  for await (const part of parts) {
    if (part.type === 'end') {
      yield* rest(texts, calls);
      yield { type: 'end', response: restored(part.response, redaction) };
    } else if (part.type === 'tool-call') {
      calls.set(part.index, redaction.restorer('json'));
      yield part;
    } else if (part.type === 'reasoning') {
      // Thinking must go back to the model as it came, so it keeps its placeholders.
      yield part;
    } else {
      const restorer = part.type === 'text' ? texts : calls.get(part.index)!;
      const text = restorer.push(part.text);
      if (text !== '') yield { ...part, text };
    }
  }
}

function* rest(texts: StreamRestorer, calls: ReadonlyMap<number, StreamRestorer>): Generator<ContentStreamPart> {
  const last = texts.end();
  if (last !== '') yield { type: 'text', text: last };
  for (const [index, restorer] of calls) {
    const text = restorer.end();
    if (text !== '') yield { type: 'tool-call-arguments', index, text };
  }
}

/** A whole answer with what was taken out of the request put back. */
export function restored(response: ModelResponse, redaction: Redaction): ModelResponse {
  return {
    ...response,
    text: redaction.restore(response.text),
    ...response.toolCalls && {
      toolCalls: response.toolCalls.map((call) => ({ ...call, argumentsText: redaction.restoreJson(call.argumentsText) })),
    },
  };
}
