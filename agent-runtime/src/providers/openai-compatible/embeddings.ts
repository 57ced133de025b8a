import { NO_USAGE } from '../../contract/usage.ts';
import { identityOf } from '../model-overrides.ts';
import type { EmbeddingModel, EmbeddingResponse, ModelCallOptions } from '../model.ts';
import { upstreamError } from '../upstream-error.ts';
import type { Endpoint } from '../upstream-error.ts';
import { answerFailure, toModelError } from './errors.ts';
import { exchangeWhole } from './exchange.ts';
import { embeddingWindowOf } from './known-models.ts';
import { createServer } from './server.ts';
import type { OpenAiCompatibleOptions } from './server.ts';
import { toUsage } from './usage.ts';
import type { WireUsage } from './wire.ts';

export type OpenAiCompatibleEmbeddingModelOptions = Omit<OpenAiCompatibleOptions, 'abilities' | 'maxOutputTokens'>;

interface EmbeddingList {
  readonly model?: string;
  readonly data?: readonly { readonly index?: number; readonly embedding?: string | readonly number[] }[];
  readonly usage?: WireUsage;
}

/** An embedding model behind a server that speaks OpenAI's `/embeddings`. */
export function createOpenAiCompatibleEmbeddingModel(options: OpenAiCompatibleEmbeddingModelOptions): EmbeddingModel {
  const server = createServer(options);
  return {
    ...identityOf('openai-compatible', options.modelId, options),
    endpoint: server.url,
    contextWindow: options.contextWindow ?? embeddingWindowOf(options.modelId),

    async embed(inputs: readonly string[], { signal, apiKey, dimensions }: ModelCallOptions & { readonly dimensions?: number }): Promise<EmbeddingResponse> {
      const endpoint = server.endpoint(apiKey);
      try {
        const http = server.request('/embeddings', {
          model: options.modelId, input: inputs, dimensions,
          // A third of the size and no numbers to parse; other servers may not know it.
          encoding_format: server.official ? 'base64' : undefined,
        }, apiKey);
        const answer = await exchangeWhole(await server.connect(), http, signal);
        if (answer.status >= 300 || /^\s*</.test(answer.text)) throw answerFailure(answer, endpoint);
        const list = JSON.parse(answer.text) as EmbeddingList;
        if (!Array.isArray(list?.data)) throw answerFailure(answer, endpoint);
        const usage = toUsage({ ...list.usage, completion_tokens: 0 });
        return {
          vectors: toVectors(list.data, inputs.length, endpoint),
          ...(usage === null ? { usage: NO_USAGE, usageKnown: false } : { usage }),
          modelId: list.model ?? options.modelId,
        };
      } catch (error) {
        throw toModelError(error, endpoint, signal);
      }
    },
  };
}

function toVectors(data: NonNullable<EmbeddingList['data']>, count: number, endpoint: Endpoint): readonly (readonly number[])[] {
  const vectors: (readonly number[])[] = [];
  for (const [position, { index, embedding }] of data.entries()) {
    if (embedding !== undefined) vectors[index ?? position] = typeof embedding === 'string' ? fromBase64(embedding) : embedding;
  }
  for (let index = 0; index < count; index += 1) {
    if (!Array.isArray(vectors[index])) throw upstreamError(endpoint, { code: 'model_output_invalid', reason: `the vector of input ${index} is missing` });
  }
  return vectors.slice(0, count);
}

/** Little-endian 32-bit floats. */
function fromBase64(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}
