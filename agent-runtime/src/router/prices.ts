import type { ModelPrice, Provider } from '@pydantic/genai-prices';
import type { Model, Price, PriceTier, Rates } from '../providers/model.ts';

/** What models cost. A model that is not in the list by its exact name has no price: nothing is guessed from a prefix. */
export interface PriceList {
  priceOf(provider: string, modelId: string): Price;
}

export interface PriceListOptions {
  /** Models to know the prices of; the list, some 20 MB, is only loaded when one of them is not free. */
  readonly models: readonly Pick<Model, 'provider'>[];
  /** Providers whose calls cost nothing, by configuration. Ollama and the offline rules always are. */
  readonly free?: readonly string[];
  /** Where the provider `openai-compatible` is; its prices are those of the host. Default: OpenAI. */
  readonly openAiBaseUrl?: string;
  /** Prices change at dates. Default: the clock. */
  readonly now?: () => Date;
}

/** Snapshots that the list only knows by a prefix. */
const ALIASES: Readonly<Record<string, string>> = {
  'claude-haiku-4-5-20251001': 'claude-haiku-4-5',
  'claude-sonnet-4-5-20250929': 'claude-sonnet-4-5',
  'claude-opus-4-5-20251101': 'claude-opus-4-5',
};

/** The pinned price list of @pydantic/genai-prices, as it is in the package; it is never updated over the network. */
export async function loadPriceList(options: PriceListOptions): Promise<PriceList> {
  const free = new Set(['ollama', 'offline', ...(options.free ?? [])]);
  if (options.models.every(({ provider }) => free.has(provider))) {
    return { priceOf: (provider) => ({ status: free.has(provider) ? 'free' : 'unknown' }) };
  }
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices');
  const now = options.now ?? (() => new Date());
  const providers: Readonly<Record<string, Provider | undefined>> = {
    anthropic: findProvider({ providerId: 'anthropic' }),
    'openai-compatible': findProvider({ providerApiUrl: options.openAiBaseUrl ?? 'https://api.openai.com/v1' }),
  };
  return {
    priceOf(provider, modelId) {
      if (free.has(provider)) return { status: 'free' };
      const listed = providers[provider];
      const model = listed?.models.find(({ id }) => id === modelId) ?? listed?.models.find(({ match }) => names(match, modelId))
        ?? listed?.models.find(({ id }) => id === ALIASES[modelId]);
      if (listed === undefined || model === undefined) return { status: 'unknown' };
      const found = calcPrice({}, model.id, { provider: { ...listed, models: [model] }, timestamp: now() });
      return found ? toPrice(found.model_price) : { status: 'unknown' };
    },
  };
}

/** Whether a rule of the list names the model outright: whole names and whole-name patterns, no prefixes or parts. */
function names(match: object, modelId: string): boolean {
  if ('equals' in match) return match.equals === modelId;
  if ('regex' in match && typeof match.regex === 'string') return /^\^.*\$$/.test(match.regex) && new RegExp(match.regex).test(modelId);
  return 'or' in match && Array.isArray(match.or) && match.or.some((part: object) => names(part, modelId));
}

function toPrice(price: ModelPrice): Price {
  const base = ratesAt(price, 0);
  if (base === null) return { status: 'unknown' };
  const starts = [...new Set(Object.values(price).flatMap((rate) => (typeof rate === 'object' ? rate.tiers.map(({ start }) => start) : [])))];
  const tiers = starts.sort((a, b) => a - b).map((start): PriceTier => ({ aboveInputTokens: start, ...ratesAt(price, start)! }));
  return { status: 'known', ...base, ...(tiers.length > 0 ? { tiers } : {}) };
}

/** Rates of a request whose input is longer than `start`. A class without a rate of its own is charged as its parent. */
function ratesAt(price: ModelPrice, start: number): Rates | null {
  const rate = (name: string) => {
    const value = price[name];
    return typeof value === 'object' ? value.tiers.findLast((tier) => tier.start <= start && start > 0)?.price ?? value.base : value;
  };
  const inputPerMillion = rate('input_mtok');
  const outputPerMillion = rate('output_mtok');
  if (inputPerMillion === undefined || outputPerMillion === undefined) return null;
  const cacheWrite5mPerMillion = rate('cache_write_mtok') ?? inputPerMillion;
  return {
    inputPerMillion,
    cacheReadPerMillion: rate('cache_read_mtok') ?? inputPerMillion,
    cacheWrite5mPerMillion,
    cacheWrite1hPerMillion: rate('cache_write_1h_mtok') ?? cacheWrite5mPerMillion,
    outputPerMillion,
  };
}
