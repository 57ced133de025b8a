import type { Abilities } from '../model.ts';

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

/** Limits as Anthropic publishes them (platform.claude.com/docs, models overview); what is not known gets the smallest of those of today's models. */
export function limitsOf(modelId: string): ModelLimits {
  if (MILLION_MODELS.test(modelId)) return MILLION;
  return CLASSIC_MODELS.test(modelId) ? CLASSIC : OLD;
}

export function abilitiesOf(modelId: string): Abilities {
  return { tools: true, images: true, jsonSchema: supportsOutputFormat(modelId), streaming: true };
}

/** Models older than 4.5 don't know `output_config.format` (Opus 4.1 does). */
export function supportsOutputFormat(modelId: string): boolean {
  return !/^claude-(v?\d|instant)|^claude-(opus|sonnet)-4-(0|20\d{6})\b/.test(modelId);
}

/**
 * Tokens that a prompt needs to be kept in the prompt cache; of a shorter one a marker is ignored. As Anthropic publishes
 * them (platform.claude.com/docs/en/build-with-claude/prompt-caching).
 */
export function leastCachedTokens(modelId: string): number {
  if (/^claude-(opus-4-[56]|haiku-4-5)\b/.test(modelId)) return 4_096;
  if (/^claude-(opus-4-7|sonnet-4-6)\b|haiku-3|3(-5)?-haiku/.test(modelId)) return 2_048;
  return /^claude-((opus|fable|mythos)-5|[a-z]+-5-[5-9])\b/.test(modelId) ? 512 : 1_024;
}

/** How a model is told to think: by a budget of tokens, by an effort, or not at all. */
export function thinkingOf(modelId: string): 'budget' | 'effort' | 'none' {
  if (/^claude-(3-7|sonnet-3-7|(opus|sonnet|haiku)-4-[0-5]\b|(opus|sonnet)-4-20\d{6})/.test(modelId)) return 'budget';
  return /^claude-(v?[123]\b|instant|[a-z]+-3)/.test(modelId) ? 'none' : 'effort';
}

/** Whether thinking is on unless it is turned off, and whether it can be. */
export function thinkingByDefault(modelId: string): 'off' | 'on' | 'always' {
  if (/^claude-(fable|mythos)|^claude-[a-z]+-5-[5-9]\b/.test(modelId)) return 'always';
  return /^claude-[a-z]+-4\b/.test(modelId) ? 'off' : 'on';
}

/** Models until 4.6 take `temperature`, `top_p` and `top_k`, by the API's version 2023-06-01; later ones and its next version have none. */
export function takesSampling(modelId: string): boolean {
  return /^claude-(v?[123]\b|instant|[a-z]+-3|[a-z]+-4-([0-6]\b|20\d{6}))/.test(modelId);
}
