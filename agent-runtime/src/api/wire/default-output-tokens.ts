import type { ModelDescription } from '../../router/routed-model.ts';
import { AUTO } from './pseudo-models.ts';

const DEFAULT = 8_192;
const LEAST = 1_024;

/**
 * The longest answer when the caller names no bound: 8,192 tokens, or less where that would leave the model (of several
 * that may be chosen, the smallest one) no more than half of its context window for the question.
 */
export function defaultOutputTokens(models: readonly ModelDescription[], name: string): number {
  const chosen = name === AUTO || name.startsWith(`${AUTO}:`);
  let tokens = DEFAULT;
  for (const model of models) {
    if (model.kind !== 'chat' || (!chosen && !isNamed(model, name))) continue;
    const bound = Math.min(model.maxOutputTokens, Math.floor(model.contextWindow / 2));
    if (bound < tokens) tokens = Math.max(bound, Math.min(LEAST, model.maxOutputTokens));
  }
  return tokens;
}

function isNamed(model: ModelDescription, name: string): boolean {
  return model.id === name || model.aliases.includes(name) || model.id.endsWith(`/${name}`);
}
