import type { ChatRequest } from 'ollama';
import type { ModelRequest } from '../model.ts';

/** Sizes a context may have: few, because Ollama loads the model anew when the size changes. */
const SMALLEST_CONTEXT = 8_192;

/**
 * Local models cut text into other tokens than the counter, so a prompt is taken to be a third longer than counted.
 * What would still not fit is refused by the server: `truncate` and `shift` are off, so nothing is dropped in silence.
 */
const TOKENIZER_MARGIN = 4 / 3;

export type OllamaChatRequest = ChatRequest & { readonly truncate: false; readonly shift: false };

/** `contextWindow`: the most that the model can hold. */
export function toChatRequest(
  modelId: string, contextWindow: number, maxOutputTokens: number, promptTokens: number, request: ModelRequest,
): OllamaChatRequest {
  const numPredict = Math.min(request.maxOutputTokens, maxOutputTokens);
  return {
    model: modelId,
    messages: [
      ...(request.system === '' ? [] : [{ role: 'system', content: request.system }]),
      ...request.messages.map(({ role, content }) => ({ role, content })),
    ],
    ...(request.outputSchema ? { format: request.outputSchema.jsonSchema } : {}),
    options: {
      num_ctx: contextSize(promptTokens * TOKENIZER_MARGIN + numPredict, contextWindow),
      num_predict: numPredict,
      ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    },
    truncate: false,
    shift: false,
  };
}

function contextSize(needed: number, contextWindow: number): number {
  let size = SMALLEST_CONTEXT;
  while (size < needed) size *= 2;
  return Math.min(size, contextWindow);
}
