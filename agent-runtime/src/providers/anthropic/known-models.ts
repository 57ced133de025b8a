/** Tokens that a model can take and give. */
export interface ModelLimits {
  readonly contextWindow: number;
  readonly maxOutputTokens: number;
}

/** A strong, a balanced and a cheap one: what a key alone gives. Each is in the SDK's list and in the price list. */
export const DEFAULT_ANTHROPIC_MODELS: readonly string[] = ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5'];

const MILLION: ModelLimits = { contextWindow: 1_000_000, maxOutputTokens: 128_000 };
const CLASSIC: ModelLimits = { contextWindow: 200_000, maxOutputTokens: 64_000 };
const OLD: ModelLimits = { contextWindow: 200_000, maxOutputTokens: 32_000 };

const MILLION_MODELS = /^claude-(fable|mythos|opus|sonnet|haiku)-5\b|^claude-(opus-4-[678]|sonnet-4-6)\b/;
const CLASSIC_MODELS = /^claude-(opus|sonnet|haiku)-4-5\b/;

/** Limits as Anthropic publishes them; what is not known gets the smallest of those of today's models. */
export function limitsOf(modelId: string): ModelLimits {
  if (MILLION_MODELS.test(modelId)) return MILLION;
  return CLASSIC_MODELS.test(modelId) ? CLASSIC : OLD;
}

/** Models older than 4.5 don't know `output_config.format` (Opus 4.1 does). */
export function supportsOutputFormat(modelId: string): boolean {
  return !/^claude-(v?\d|instant)|^claude-(opus|sonnet)-4-(0|20\d{6})\b/.test(modelId);
}
