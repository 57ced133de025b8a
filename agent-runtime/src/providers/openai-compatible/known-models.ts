import type { Abilities } from '../model.ts';

/** A strong, a balanced and a cheap one: what a key alone gives at OpenAI. Each is in the SDK's list and in the price list. */
export const DEFAULT_OPENAI_MODELS: readonly string[] = ['gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'];

/** Limits as OpenAI publishes them (developers.openai.com/api/docs/models); a model that is not known gets those of a middling self-hosted one. */
export function limitsOf(modelId: string): { readonly contextWindow: number; readonly maxOutputTokens: number } {
  if (/^gpt-(5\.[456]|6)\b(?!-(mini|nano))/.test(modelId)) return { contextWindow: 1_050_000, maxOutputTokens: 128_000 };
  if (/^gpt-5\b/.test(modelId)) return { contextWindow: 400_000, maxOutputTokens: 128_000 };
  if (/^gpt-4\.1\b/.test(modelId)) return { contextWindow: 1_000_000, maxOutputTokens: 32_768 };
  if (/^gpt-4o\b/.test(modelId)) return { contextWindow: 128_000, maxOutputTokens: 16_384 };
  if (/^o[1345]\b/.test(modelId)) return { contextWindow: 200_000, maxOutputTokens: 100_000 };
  return { contextWindow: 32_768, maxOutputTokens: 8_192 };
}

/** Names of models that see, as their makers give them: Qwen-VL, LLaVA, Pixtral, Llama Vision and 4, Gemma 3 and later, InternVL, MiniCPM-V, GLM-V. */
const SEES = /^(gpt-(4o|4\.1|[5-9])|o[1345]\b)|[-_/](vl|vision)\b|\b(vl|vision|llava|pixtral|internvl|minicpm-v|molmo)|llama-?4|gemma-?[3-9]|qwen[\d.]*-?vl|glm-[\d.]+v/i;

/**
 * What a model can do. Servers such as vLLM keep any model to a schema and give any model tools when they are started so;
 * whoever runs one that does not says so in its configuration.
 */
export function abilitiesOf(modelId: string): Abilities {
  return { tools: true, images: SEES.test(modelId), jsonSchema: true, streaming: true };
}

/** OpenAI's reasoning models, which refuse any temperature but their own. */
export function thinks(modelId: string): boolean {
  return /^(o\d|gpt-[5-9])/.test(modelId);
}

/** The least that a model may be told to think: OpenAI's models before 5.1 always think. */
export function leastEffortOf(modelId: string): string {
  if (/^o\d/.test(modelId)) return 'low';
  return /^gpt-5(?!\.)/.test(modelId) ? 'minimal' : 'none';
}

/** Tokens of one input (developers.openai.com/api/docs/guides/embeddings); for others, that of common open models. */
export function embeddingWindowOf(modelId: string): number {
  return /^text-embedding-/.test(modelId) ? 8_192 : 512;
}
