import type { CatalogueEntry } from '../../../agent-runtime/src/router/catalogue/catalogue.ts';
import { toCandidate } from '../../../agent-runtime/src/router/candidate.ts';
import type { Candidate, CandidateFacts } from '../../../agent-runtime/src/router/candidate.ts';
import { createOpenAiCompatibleModel } from '../../../agent-runtime/src/providers/openai-compatible/model.ts';
import type { Abilities, Price } from '../../../agent-runtime/src/providers/model.ts';
import { createKeyRing } from '../../../agent-runtime/src/router/resilience/key-ring.ts';
import type { PromptSize } from '../../../agent-runtime/src/router/tokens.ts';

export interface EntryFacts extends Partial<Omit<CatalogueEntry, 'model' | 'price'>> {
  /** USD per million tokens of input and output; 'free', 'unknown', or all rates. Default: 1 and 5. */
  readonly price?: readonly [number, number] | 'free' | 'unknown' | Price;
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly abilities?: Partial<Abilities>;
}

const ALL: Abilities = { tools: true, images: true, jsonSchema: true, streaming: true };

/** A model of an endpoint `house` that is never called. */
export function entry(modelId: string, { price = [1, 5], contextWindow = 100_000, maxOutputTokens = 10_000, abilities, ...more }: EntryFacts = {}): CatalogueEntry {
  return {
    model: createOpenAiCompatibleModel({
      modelId, provider: 'house', baseUrl: 'http://127.0.0.1:9/v1', contextWindow, maxOutputTokens, abilities: { ...ALL, ...abilities },
    }),
    aliases: [], location: 'local', quality: null, keys: createKeyRing([], () => 0), ...more, price: toPrice(price),
  };
}

export const counted = (tokens: number): PromptSize => ({ tokens, most: Math.ceil(tokens * 1.5), counted: true });

export function candidate(model: CatalogueEntry, facts: Partial<CandidateFacts> = {}, prompt = counted(1_000)): Candidate {
  return toCandidate(model, prompt, { maxOutputTokens: 1_000, treatment: 'allow', latencyMs: null, quality: null, ...facts });
}

function toPrice(price: NonNullable<EntryFacts['price']>): Price {
  if (price === 'free' || price === 'unknown') return { status: price };
  if ('status' in price) return price;
  const [input, output] = price;
  return {
    status: 'known', inputPerMillion: input, outputPerMillion: output, cacheReadPerMillion: input / 10, cacheWrite5mPerMillion: input * 1.25,
    cacheWrite1hPerMillion: input * 2,
  };
}
