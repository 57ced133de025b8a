import type { EmbeddingModel, Model, Price } from '../../providers/model.ts';
import { declaredPrice } from '../prices.ts';
import type { PriceList } from '../prices.ts';
import type { EndpointKey, KeyRing } from '../resilience/resilience.ts';
import type { CatalogueEntry, CatalogueSnapshot, EmbeddingEntry } from './catalogue.ts';
import { createFinder } from './finder.ts';
import type { ConfiguredModel, EndpointSpec, ModelSpec } from './model-spec.ts';
import { createPermissions } from './permissions.ts';
import type { RouterSettings } from './settings.ts';

export interface SnapshotParts {
  readonly createModel: (spec: ModelSpec) => Model;
  readonly createEmbeddingModel: (spec: ModelSpec) => EmbeddingModel;
  readonly createKeyRing: (keys: readonly EndpointKey[]) => KeyRing;
  /** Stands alone where no chat model is configured. */
  readonly offline: () => Model;
  readonly prices: PriceList;
}

/** Objects of the snapshot before, by all that they were made of: what did not change keeps its state. */
export interface Kept {
  readonly models: ReadonlyMap<string, Model | EmbeddingModel>;
  readonly rings: ReadonlyMap<string, KeyRing>;
}

export const NOTHING_KEPT: Kept = { models: new Map(), rings: new Map() };

/** A price list name that leads nowhere goes to `problems`; other prices that are not known are no problem. */
export async function buildSnapshot(
  configured: readonly ConfiguredModel[], settings: RouterSettings, parts: SnapshotParts, kept: Kept, problems: string[],
): Promise<{ readonly snapshot: CatalogueSnapshot; readonly kept: Kept }> {
  const models = new Map<string, Model | EmbeddingModel>();
  const rings = new Map<string, KeyRing>();
  const ringOf = (endpoint: EndpointSpec) => {
    const print = JSON.stringify([endpoint.name, endpoint.baseUrl, endpoint.keys]);
    const ring = rings.get(print) ?? kept.rings.get(print) ?? parts.createKeyRing(endpoint.keys);
    rings.set(print, ring);
    return ring;
  };
  const reused = <T extends Model | EmbeddingModel>({ kind, spec }: ConfiguredModel, create: (spec: ModelSpec) => T): T => {
    const print = JSON.stringify([kind, spec]);
    const model = (kept.models.get(print) as T | undefined) ?? create(spec);
    models.set(print, model);
    return model;
  };
  const chat: CatalogueEntry[] = [];
  const embeddings: EmbeddingEntry[] = [];
  for (const model of configured) {
    const { aliases, location, quality, place, priceAs } = model;
    const price = await priceOf(model, parts.prices);
    if (price.status === 'unknown' && priceAs !== null) problems.push(`${place} has priceAs: ${priceAs}, which the price list does not have by that exact name; give it a price instead`);
    const shared = { aliases, location, price, keys: ringOf(model.endpoint) };
    if (model.kind === 'chat') chat.push({ ...shared, model: reused(model, parts.createModel), quality });
    else embeddings.push({ ...shared, model: reused(model, parts.createEmbeddingModel) });
  }
  if (chat.length === 0) {
    chat.push({ model: parts.offline(), aliases: [], location: 'local', price: { status: 'free' }, quality: null, keys: parts.createKeyRing([]) });
  }
  return {
    snapshot: {
      chat, embeddings, settings,
      permissions: createPermissions(settings.keys),
      chatModel: createFinder(chat, 'model'),
      embeddingModel: createFinder(embeddings, 'embedding model'),
    },
    kept: { models, rings },
  };
}

function priceOf({ spec, kind, endpoint, price, priceAs }: ConfiguredModel, prices: PriceList): Promise<Price> {
  const { provider, baseUrl, modelId } = spec;
  return declaredPrice({ provider, baseUrl, modelId, kind, free: endpoint.free, price, priceAs }, prices);
}
