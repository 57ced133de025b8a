import type { Abilities } from '../model.ts';

/** Of an answer, where the configuration does not say. */
export const USUAL_MAX_OUTPUT_TOKENS = 16_384;
/** Taken until the server has been asked. */
export const ASSUMED_CONTEXT_WINDOW = 131_072;
/** Of a model that the server says nothing about. */
export const SMALL_CONTEXT_WINDOW = 32_768;

/** Names of models that see, as Ollama's library lists them under "vision". */
const SEES = /llava|vision|minicpm-v|moondream|gemma3|gemma-?4|llama4|mistral-small3\.[1-9]|qwen[\d.]*-?vl|granite3\.2-vision/i;

/** What a model is taken to do until the server has been asked. */
export function assumedAbilities(modelId: string): Abilities {
  return { tools: true, images: SEES.test(modelId), jsonSchema: true, streaming: true };
}

/** What a server says of a model. Answers are kept to a schema by the server itself. */
export interface KnownModel {
  readonly contextWindow: number;
  /** Null: an older server, which does not say. */
  readonly capabilities: readonly string[] | null;
}

export function abilitiesOf(modelId: string, { capabilities }: KnownModel): Abilities {
  if (capabilities === null) return assumedAbilities(modelId);
  return { tools: capabilities.includes('tools'), images: capabilities.includes('vision'), jsonSchema: true, streaming: true };
}

/** `model_info` is a plain object with a key such as `qwen3.context_length`; the library's type calls it a Map. */
export function toKnownModel(shown: { readonly model_info?: unknown; readonly capabilities?: unknown }): KnownModel {
  const entry = Object.entries(shown.model_info ?? {}).find(([key]) => key.endsWith('.context_length'));
  const length: unknown = entry?.[1];
  return {
    contextWindow: typeof length === 'number' && length > 0 ? length : SMALL_CONTEXT_WINDOW,
    capabilities: Array.isArray(shown.capabilities) ? shown.capabilities.map(String) : null,
  };
}
