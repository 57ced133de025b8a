/** A strong, a balanced and a cheap one: what a key alone gives at OpenAI. Each is in the SDK's list and in the price list. */
export const DEFAULT_OPENAI_MODELS: readonly string[] = ['gpt-5.6-sol', 'gpt-5.6-terra', 'gpt-5.6-luna'];

/** Limits as OpenAI publishes them; a model that is not known gets those of a middling self-hosted one. */
export function limitsOf(modelId: string): { readonly contextWindow: number; readonly maxOutputTokens: number } {
  if (/^gpt-(5\.[456]|6)\b(?!-(mini|nano))/.test(modelId)) return { contextWindow: 1_050_000, maxOutputTokens: 128_000 };
  if (/^gpt-5\b/.test(modelId)) return { contextWindow: 400_000, maxOutputTokens: 128_000 };
  if (/^gpt-4\.1\b/.test(modelId)) return { contextWindow: 1_000_000, maxOutputTokens: 32_768 };
  if (/^gpt-4o\b/.test(modelId)) return { contextWindow: 128_000, maxOutputTokens: 16_384 };
  if (/^o[1345]\b/.test(modelId)) return { contextWindow: 200_000, maxOutputTokens: 100_000 };
  return { contextWindow: 32_768, maxOutputTokens: 8_192 };
}

/** OpenAI's reasoning models refuse any temperature but their own. */
export function takesTemperature(modelId: string): boolean {
  return !/^(o\d|gpt-[5-9])/.test(modelId);
}
