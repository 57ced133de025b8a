import type { ModelPrice, Provider } from '@pydantic/genai-prices';
import type { Price, PriceTier, Rates } from '../providers/model.ts';

/** The pinned price list. A model that is not in it by its exact name has no price: nothing is guessed from a prefix. */
export interface PriceList {
  /** `provider` is one of the runtime's own; its prices are those of the host at `baseUrl` (null: the usual one). */
  priceOf(provider: string, baseUrl: string | null, modelId: string, kind?: ModelKind): Promise<Price>;
  /** By the names of the list: `openai/gpt-4.1`, `mistral/mistral-small-latest`. */
  priceOfListed(name: string, kind?: ModelKind): Promise<Price>;
}

/** An embedding model has no output, so it needs no price for it. Default: chat. */
type ModelKind = 'chat' | 'embedding';

export interface PriceListOptions {
  /** Prices change at dates. Default: the clock. */
  readonly now?: () => Date;
}

/** What a configuration says of a model's price. */
export interface DeclaredPrice {
  readonly provider: string;
  readonly baseUrl: string | null;
  readonly modelId: string;
  readonly kind: ModelKind;
  /** All calls of its endpoint cost nothing. */
  readonly free: boolean;
  readonly price: 'free' | (Pick<Rates, 'inputPerMillion' | 'outputPerMillion'> & { readonly [Rate in keyof Rates]?: number | undefined }) | null;
  /** The name in the list whose price it has. */
  readonly priceAs: string | null;
}

/** Snapshots that the list only knows by a prefix. */
const ALIASES: Readonly<Record<string, string>> = {
  'claude-haiku-4-5-20251001': 'claude-haiku-4-5',
  'claude-sonnet-4-5-20250929': 'claude-sonnet-4-5',
  'claude-opus-4-5-20251101': 'claude-opus-4-5',
};

/** The operator's own machines cost nothing a token. */
const FREE = new Set(['ollama', 'offline']);

/** The list of @pydantic/genai-prices as it is in the package, some 20 MB, loaded by the first question; it is never updated over the network. */
export function createPriceList({ now = () => new Date() }: PriceListOptions = {}): PriceList {
  async function priceIn(listed: Provider | undefined, modelId: string, kind: ModelKind): Promise<Price> {
    const model = listed?.models.find(({ id }) => id === modelId) ?? listed?.models.find(({ match }) => names(match, modelId))
      ?? listed?.models.find(({ id }) => id === ALIASES[modelId]);
    if (listed === undefined || model === undefined) return { status: 'unknown' };
    const { calcPrice } = await import('@pydantic/genai-prices');
    const found = calcPrice({}, model.id, { provider: { ...listed, models: [model] }, timestamp: now() });
    return found ? toPrice(found.model_price, kind) : { status: 'unknown' };
  }
  return {
    async priceOf(provider, baseUrl, modelId, kind = 'chat') {
      const { findProvider } = await import('@pydantic/genai-prices');
      if (provider === 'anthropic') return priceIn(findProvider({ providerId: 'anthropic' }), modelId, kind);
      if (provider !== 'openai-compatible') return { status: 'unknown' };
      return priceIn(findProvider({ providerApiUrl: baseUrl ?? 'https://api.openai.com/v1' }), modelId, kind);
    },
    async priceOfListed(name, kind = 'chat') {
      const { findProvider } = await import('@pydantic/genai-prices');
      const slash = name.indexOf('/');
      const provider = findProvider({ providerId: name.slice(0, slash) });
      // The library finds providers by parts of names, too.
      return priceIn(provider?.id === name.slice(0, slash) ? provider : undefined, name.slice(slash + 1), kind);
    },
  };
}

/** What a model costs: as configured, or free by its place, or by the list. */
export function declaredPrice(model: DeclaredPrice, list: PriceList): Promise<Price> {
  if (model.price === 'free') return Promise.resolve({ status: 'free' });
  if (model.price !== null) return Promise.resolve({ status: 'known', ...withParents(model.price) });
  if (model.priceAs !== null) return list.priceOfListed(model.priceAs, model.kind);
  return model.free || FREE.has(model.provider) ? Promise.resolve({ status: 'free' }) : list.priceOf(model.provider, model.baseUrl, model.modelId, model.kind);
}

/** A class without a rate of its own is charged as its parent. */
function withParents({ inputPerMillion, outputPerMillion, ...rates }: Exclude<DeclaredPrice['price'], 'free' | null>): Rates {
  const cacheWrite5mPerMillion = rates.cacheWrite5mPerMillion ?? inputPerMillion;
  return {
    inputPerMillion,
    cacheReadPerMillion: rates.cacheReadPerMillion ?? inputPerMillion,
    cacheWrite5mPerMillion,
    cacheWrite1hPerMillion: rates.cacheWrite1hPerMillion ?? cacheWrite5mPerMillion,
    outputPerMillion,
  };
}

/** Whether a rule of the list names the model outright: whole names and whole-name patterns, no prefixes or parts. */
function names(match: object, modelId: string): boolean {
  if ('equals' in match) return match.equals === modelId;
  if ('regex' in match && typeof match.regex === 'string') return /^\^.*\$$/.test(match.regex) && new RegExp(match.regex).test(modelId);
  return 'or' in match && Array.isArray(match.or) && match.or.some((part: object) => names(part, modelId));
}

function toPrice(price: ModelPrice, kind: ModelKind): Price {
  const base = ratesAt(price, 0, kind);
  if (base === null) return { status: 'unknown' };
  const starts = [...new Set(Object.values(price).flatMap((rate) => (typeof rate === 'object' ? rate.tiers.map(({ start }) => start) : [])))];
  const tiers = starts.sort((a, b) => a - b).map((start): PriceTier => ({ aboveInputTokens: start, ...ratesAt(price, start, kind)! }));
  return { status: 'known', ...base, ...(tiers.length > 0 ? { tiers } : {}) };
}

/** Rates of a request whose input is longer than `start`. */
function ratesAt(price: ModelPrice, start: number, kind: ModelKind): Rates | null {
  const rate = (name: string) => {
    const value = price[name];
    return typeof value === 'object' ? value.tiers.findLast((tier) => tier.start <= start && start > 0)?.price ?? value.base : value;
  };
  const inputPerMillion = rate('input_mtok');
  const outputPerMillion = rate('output_mtok') ?? (kind === 'embedding' ? 0 : undefined);
  if (inputPerMillion === undefined || outputPerMillion === undefined) return null;
  return withParents({
    inputPerMillion, outputPerMillion, cacheReadPerMillion: rate('cache_read_mtok'), cacheWrite5mPerMillion: rate('cache_write_mtok'),
    cacheWrite1hPerMillion: rate('cache_write_1h_mtok'),
  });
}
