import { identityOf } from '../model-overrides.ts';
import type { Model, ModelCallOptions, ModelRequest, ModelResponse, ModelStreamPart } from '../model.ts';
import { answerFailure, toModelError } from './errors.ts';
import { exchangeWhole } from './exchange.ts';
import { abilitiesOf, limitsOf } from './known-models.ts';
import { createReading } from './reading.ts';
import { toCompletionParams } from './request.ts';
import type { RequestTarget } from './request.ts';
import { createServer } from './server.ts';
import type { OpenAiCompatibleOptions } from './server.ts';
import { streamCompletion } from './stream.ts';
import type { ChatCompletion } from './wire.ts';

export type OpenAiCompatibleModelOptions = OpenAiCompatibleOptions;

/** A model behind a server that speaks OpenAI's chat completions: OpenAI, vLLM and the like. Connections are made by the first call. */
export function createOpenAiCompatibleModel(options: OpenAiCompatibleModelOptions): Model {
  const known = limitsOf(options.modelId);
  const server = createServer(options);
  const maxOutputTokens = options.maxOutputTokens ?? known.maxOutputTokens;
  const target: RequestTarget = { modelId: options.modelId, maxOutputTokens, official: server.official };

  return {
    ...identityOf('openai-compatible', options.modelId, options),
    endpoint: server.url,
    abilities: { ...abilitiesOf(options.modelId), ...options.abilities },
    contextWindow: options.contextWindow ?? known.contextWindow,
    maxOutputTokens,
    offline: false,

    async generate(request: ModelRequest, { signal, apiKey }: ModelCallOptions): Promise<ModelResponse> {
      const endpoint = server.endpoint(apiKey);
      try {
        const http = server.request('/chat/completions', toCompletionParams(target, request), apiKey);
        const opened = server.connect();
        const answer = await exchangeWhole(opened instanceof Promise ? await opened : opened, http, signal);
        if (answer.status >= 300 || /^\s*</.test(answer.text)) throw answerFailure(answer, endpoint);
        const reading = createReading(options.modelId);
        if (!reading.takeWhole(JSON.parse(answer.text) as ChatCompletion)) throw answerFailure(answer, endpoint);
        return reading.end();
      } catch (error) {
        throw toModelError(error, endpoint, signal);
      }
    },

    async* stream(request: ModelRequest, { signal, apiKey }: ModelCallOptions): AsyncIterable<ModelStreamPart> {
      const params = { ...toCompletionParams(target, request), stream: true, stream_options: { include_usage: true } };
      yield* streamCompletion(await server.connect(), server.request('/chat/completions', params, apiKey), signal, server.endpoint(apiKey));
    },
  };
}
