import type { Config } from './config.ts';
import { DEFAULT_ANTHROPIC_MODELS } from './providers/anthropic/known-models.ts';
import { createAnthropicModel } from './providers/anthropic/model.ts';
import type { ModelOverrides } from './providers/model-overrides.ts';
import type { EmbeddingModel, Model } from './providers/model.ts';
import { createOllamaEmbeddingModel } from './providers/ollama/embeddings.ts';
import { createOllamaModel } from './providers/ollama/model.ts';
import { createOpenAiCompatibleEmbeddingModel } from './providers/openai-compatible/embeddings.ts';
import { DEFAULT_OPENAI_MODELS } from './providers/openai-compatible/known-models.ts';
import { createOpenAiCompatibleModel } from './providers/openai-compatible/model.ts';
import type { EnvironmentEndpoint, ModelSpec } from './router/catalogue/model-spec.ts';
import { countTokens } from './router/tokens.ts';

/** Where Ollama listens when nothing is said. */
const OLLAMA_HOST = 'http://127.0.0.1:11434';

/** The model of a configured endpoint. */
export function createModel(spec: ModelSpec): Model {
  const { provider, baseUrl, apiKey } = spec;
  if (provider === 'ollama') return createOllamaModel({ ...sharedOptions(spec), host: baseUrl ?? OLLAMA_HOST, countTokens });
  const options = { ...sharedOptions(spec), ...(baseUrl === null ? {} : { baseUrl }) };
  return provider === 'anthropic' ? createAnthropicModel({ ...options, apiKey: apiKey ?? '' }) : createOpenAiCompatibleModel(options);
}

/** The same for embeddings. */
export function createEmbeddingModel(spec: ModelSpec): EmbeddingModel {
  const { provider, baseUrl } = spec;
  if (provider === 'ollama') return createOllamaEmbeddingModel({ ...sharedOptions(spec), host: baseUrl ?? OLLAMA_HOST });
  return createOpenAiCompatibleEmbeddingModel({ ...sharedOptions(spec), ...(baseUrl === null ? {} : { baseUrl }) });
}

/** What the factories of all providers take. */
function sharedOptions(
  { id, modelId, endpoint, apiKey, settings, abilities, contextWindow, maxOutputTokens }: ModelSpec,
): ModelOverrides & { readonly modelId: string; readonly apiKey?: string } {
  return {
    id, modelId, provider: endpoint, abilities,
    ...(apiKey === null ? {} : { apiKey }), ...(settings === null ? {} : { settings }),
    ...(contextWindow === undefined ? {} : { contextWindow }), ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

/** What the variables of the environment configure, as endpoints with the providers' own names. */
export function environmentEndpoints({ anthropic, ollama, openai }: Config): readonly EnvironmentEndpoint[] {
  const endpoint = (name: EnvironmentEndpoint['provider'], baseUrl: string | null, apiKey: string | null, models: readonly string[], free: boolean): EnvironmentEndpoint => ({
    name, provider: name, baseUrl, keys: apiKey === null ? [] : [{ id: `${name}-1`, key: apiKey }], location: null, free, models,
  });
  return [
    ...anthropic ? [endpoint('anthropic', anthropic.baseUrl, anthropic.apiKey, named(anthropic.models, DEFAULT_ANTHROPIC_MODELS), false)] : [],
    ...openai ? [endpoint('openai-compatible', openai.baseUrl, openai.apiKey, named(openai.models, DEFAULT_OPENAI_MODELS), openai.free)] : [],
    ...ollama ? [endpoint('ollama', ollama.host, null, ollama.models, true)] : [],
  ];
}

function named(configured: readonly string[], defaults: readonly string[]): readonly string[] {
  return configured.length > 0 ? configured : defaults;
}
