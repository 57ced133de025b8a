import type { AbortableAsyncIterator, ChatResponse } from 'ollama';
import { identityOf } from '../model-overrides.ts';
import type { Model, ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../model.ts';
import { withPartialUsage } from '../partial-usage.ts';
import { upstreamError } from '../upstream-error.ts';
import { strangeAnswer, toModelError } from './errors.ts';
import { ASSUMED_CONTEXT_WINDOW, USUAL_MAX_OUTPUT_TOKENS, abilitiesOf, assumedAbilities, toKnownModel } from './known-models.ts';
import type { KnownModel } from './known-models.ts';
import { toOllamaMessages } from './messages.ts';
import { createReading } from './reading.ts';
import { promptText, toChatRequest } from './request.ts';
import { createServer } from './server.ts';
import type { OllamaOptions } from './server.ts';

/**
 * Where `contextWindow` is not given, the first call asks the server for it and for what the model can do; 131,072 tokens
 * and what the model's name tells are assumed until then.
 */
export interface OllamaModelOptions extends OllamaOptions {
  /** Counts a prompt's tokens, to give the model the context it needs and no more. */
  readonly countTokens: (text: string) => Promise<number>;
}

/** A model of an Ollama server. The library is loaded by the first call. */
export function createOllamaModel(options: OllamaModelOptions): Model {
  const server = createServer(options);
  const maxOutputTokens = options.maxOutputTokens ?? USUAL_MAX_OUTPUT_TOKENS;
  let known: KnownModel | null = null;

  async function begin(request: ModelRequest, { signal, apiKey }: ModelCallOptions) {
    const endpoint = server.endpoint(apiKey);
    const client = await server.client(signal, apiKey);
    const asksServer = options.contextWindow === undefined || request.reasoning !== undefined;
    if (known === null && asksServer) known = toKnownModel(await client.show({ model: options.modelId }));
    const target = {
      modelId: options.modelId, maxOutputTokens, capabilities: known?.capabilities ?? null,
      contextWindow: options.contextWindow ?? known?.contextWindow ?? ASSUMED_CONTEXT_WINDOW,
    };
    const messages = toOllamaMessages(request.system, request.messages, endpoint);
    return { client, chat: toChatRequest(target, messages, await options.countTokens(promptText(request)), request) };
  }

  return {
    ...identityOf('ollama', options.modelId, options),
    endpoint: server.url,
    get abilities() {
      return { ...(known === null ? assumedAbilities(options.modelId) : abilitiesOf(options.modelId, known)), ...options.abilities };
    },
    get contextWindow() { return options.contextWindow ?? known?.contextWindow ?? ASSUMED_CONTEXT_WINDOW; },
    maxOutputTokens,
    offline: false,

    async generate(request: ModelRequest, callOptions: ModelCallOptions): Promise<ModelResponse> {
      const endpoint = server.endpoint(callOptions.apiKey);
      try {
        const { client, chat } = await begin(request, callOptions);
        const response = await client.chat({ ...chat, stream: false });
        if (typeof response?.message?.content !== 'string') throw strangeAnswer(response, endpoint);
        const reading = createReading(options.modelId, request.parallelToolCalls === false);
        reading.take(response);
        return reading.end();
      } catch (error) {
        throw toModelError(error, endpoint, callOptions.signal);
      }
    },

    async* stream(request: ModelRequest, callOptions: ModelCallOptions): AsyncIterable<ModelStreamPart> {
      const endpoint = server.endpoint(callOptions.apiKey);
      let waiting: ModelStreamPart[] = [];
      const reading = createReading(options.modelId, request.parallelToolCalls === false, (part) => waiting.push(part));
      let answer: AbortableAsyncIterator<ChatResponse> | undefined;
      let accepted = false;
      try {
        const { client, chat } = await begin(request, callOptions);
        answer = await client.chat({ ...chat, stream: true });
        accepted = true;
        for await (const piece of answer) {
          reading.take(piece);
          const parts = waiting;
          waiting = [];
          yield* parts;
        }
        if (!reading.hasAnswer()) throw upstreamError(endpoint, { code: 'model_stream_cut', reason: 'the stream ended without an answer' });
      } catch (error) {
        const failure = toModelError(error, endpoint, callOptions.signal, accepted);
        throw reading.hasBegun() || accepted ? withPartialUsage(failure, reading.usage()) : failure;
      } finally {
        answer?.abort();
      }
      const response = reading.end();
      yield* waiting;
      yield { type: 'end', response };
    },
  };
}
