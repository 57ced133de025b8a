import type { CatalogueSnapshot } from './catalogue/catalogue.ts';
import type { ModelDescription } from './routed-model.ts';

const NO_ABILITIES = { tools: false, images: false, jsonSchema: false, streaming: false };

/** Chat models in the order of preference, then embedding models. */
export function describeModels({ chat, embeddings }: CatalogueSnapshot): readonly ModelDescription[] {
  return [
    ...chat.map(({ model, aliases, location, price }): ModelDescription => ({
      id: model.id, provider: model.provider, aliases, kind: 'chat', contextWindow: model.contextWindow, maxOutputTokens: model.maxOutputTokens,
      abilities: model.abilities, location, offline: model.offline, price: price.status,
    })),
    ...embeddings.map(({ model, aliases, location, price }): ModelDescription => ({
      id: model.id, provider: model.provider, aliases, kind: 'embedding', contextWindow: model.contextWindow, maxOutputTokens: 0,
      abilities: NO_ABILITIES, location, offline: false, price: price.status,
    })),
  ];
}
