import { NO_USAGE } from '../../contract/usage.ts';
import { usableUsage } from '../usable-usage.ts';
import { identityOf } from '../model-overrides.ts';
import type { EmbeddingModel, EmbeddingResponse, ModelCallOptions } from '../model.ts';
import { upstreamError } from '../upstream-error.ts';
import { strangeAnswer, toModelError } from './errors.ts';
import { createServer } from './server.ts';
import type { OllamaOptions } from './server.ts';

export type OllamaEmbeddingModelOptions = Omit<OllamaOptions, 'abilities' | 'maxOutputTokens'>;

/** That of `nomic-embed-text`; Ollama is told to refuse what is longer, so nothing is cut off in silence. */
const USUAL_CONTEXT_WINDOW = 2_048;

/** An embedding model of an Ollama server. */
export function createOllamaEmbeddingModel(options: OllamaEmbeddingModelOptions): EmbeddingModel {
  const server = createServer(options);
  return {
    ...identityOf('ollama', options.modelId, options),
    endpoint: server.url,
    contextWindow: options.contextWindow ?? USUAL_CONTEXT_WINDOW,

    async embed(inputs: readonly string[], { signal, apiKey, dimensions }: ModelCallOptions & { readonly dimensions?: number }): Promise<EmbeddingResponse> {
      const endpoint = server.endpoint(apiKey);
      try {
        const client = await server.client(signal, apiKey);
        const answer = await client.embed({ model: options.modelId, input: [...inputs], truncate: false, ...(dimensions === undefined ? {} : { dimensions }) });
        if (!Array.isArray(answer?.embeddings)) throw strangeAnswer(answer, endpoint);
        if (answer.embeddings.length !== inputs.length) {
          throw upstreamError(endpoint, { code: 'model_output_invalid', reason: `${inputs.length} vectors were asked for and ${answer.embeddings.length} came` });
        }
        const counted: number | undefined = answer.prompt_eval_count;
        const usage = counted === undefined ? null : usableUsage({ ...NO_USAGE, input: counted });
        return {
          vectors: answer.embeddings, modelId: answer.model ?? options.modelId,
          ...(usage === null ? { usage: NO_USAGE, usageKnown: false } : { usage }),
        };
      } catch (error) {
        throw toModelError(error, endpoint, signal);
      }
    },
  };
}
