import { usualLocation } from './location.ts';
import type { ConfiguredModel, EndpointSpec, EnvironmentEndpoint, ModelSpec } from './model-spec.ts';
import { didYouMean } from './near-names.ts';
import type { ReadFile } from './read-router-file.ts';
import type { EndpointInFile, ModelInFile } from './router-file.ts';

export interface Sources {
  readonly environment: readonly EnvironmentEndpoint[];
  /** What stands behind `env:NAME` or `file:/path`. Throws an Error that names the reference only. */
  readonly secret: (reference: string) => string;
  /** The file's name, for messages. */
  readonly fileName: string;
}

/** All models of the file, then those of the environment that it does not speak of. What is wrong goes to `problems`. */
export function configuredModels(read: ReadFile | null, sources: Sources, problems: string[]): ConfiguredModel[] {
  const environment = read?.file.environment === false ? [] : sources.environment;
  const endpoints = new Map<string, EndpointSpec>(environment.map((endpoint) => [endpoint.name, endpoint]));
  const declared = new Set(Object.keys(read?.file.endpoints ?? {}));
  for (const [name, endpoint] of Object.entries(read?.file.endpoints ?? {})) endpoints.set(name, toEndpoint(name, endpoint, read!, sources, problems));
  const models: ConfiguredModel[] = [];
  read?.file.models.forEach((model, index) => {
    const endpoint = endpoints.get(model.endpoint);
    const place = read.at(['models', index]);
    if (endpoint === undefined) {
      problems.push(`${read.at(['models', index, 'endpoint'])} names the endpoint "${model.endpoint}", which is not among the endpoints.${didYouMean(model.endpoint, endpoints.keys())}`);
    } else if (model.kind === 'embedding' && endpoint.provider === 'anthropic') {
      problems.push(`${place} is an embedding model of a provider that has none; use one of an openai-compatible or ollama endpoint`);
    } else {
      models.push(toModel(model, endpoint, place, declared.has(endpoint.name) ? `the endpoint ${endpoint.name} in ${sources.fileName}` : null));
    }
  });
  const inFile = new Set(models.map(({ spec }) => spec.id));
  for (const endpoint of environment) {
    if (declared.has(endpoint.name)) continue;
    for (const modelId of new Set(endpoint.models)) {
      const bare: ModelInFile = { endpoint: endpoint.name, model: modelId, aliases: [], kind: 'chat', abilities: {} };
      const model = toModel(bare, endpoint, 'the environment', null);
      if (!inFile.has(model.spec.id)) models.push(model);
    }
  }
  checkNames(models, problems);
  return models;
}

function toModel(model: ModelInFile, endpoint: EndpointSpec, place: string, settings: string | null): ConfiguredModel {
  const spec: ModelSpec = {
    id: model.id ?? `${endpoint.name}/${model.model}`,
    endpoint: endpoint.name,
    provider: endpoint.provider,
    modelId: model.model,
    baseUrl: endpoint.baseUrl,
    apiKey: endpoint.keys[0]?.key ?? null,
    ...endpoint.maxConcurrent !== undefined && { maxConcurrent: endpoint.maxConcurrent },
    ...model.contextWindow !== undefined && { contextWindow: model.contextWindow },
    ...model.maxOutputTokens !== undefined && { maxOutputTokens: model.maxOutputTokens },
    abilities: definedOf(model.abilities),
    settings,
  };
  return {
    spec, endpoint, place, kind: model.kind, aliases: model.aliases,
    location: model.location ?? endpoint.location ?? usualLocation(endpoint.provider, endpoint.baseUrl),
    price: model.price ?? null, priceAs: model.priceAs ?? null, quality: model.quality ?? null,
  };
}

function toEndpoint(name: string, endpoint: EndpointInFile, read: ReadFile, { secret }: Sources, problems: string[]): EndpointSpec {
  const { provider, baseUrl = null, location = null, free, maxConcurrent } = endpoint;
  const keys = endpoint.apiKeys.flatMap((reference, index) => {
    try {
      return [{ id: reference, key: secret(reference) }];
    } catch (error) {
      problems.push(`${read.at(['endpoints', name, 'apiKeys', index])} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`);
      return [];
    }
  });
  if (endpoint.apiKeys.length === 0 && (provider === 'anthropic' || (provider === 'openai-compatible' && baseUrl === null))) {
    problems.push(`${read.at(['endpoints', name])} needs apiKeys, such as [env:${provider === 'anthropic' ? 'ANTHROPIC' : 'OPENAI'}_API_KEY]`);
  }
  if (new Set(endpoint.apiKeys).size < endpoint.apiKeys.length) problems.push(`${read.at(['endpoints', name, 'apiKeys'])} has the same key twice`);
  return { name, provider, baseUrl, keys, location, free, ...maxConcurrent !== undefined && { maxConcurrent } };
}

/** Ids and aliases name one model each. */
function checkNames(models: readonly ConfiguredModel[], problems: string[]): void {
  const owners = new Map<string, ConfiguredModel>();
  for (const model of models) {
    for (const name of [model.spec.id, ...model.aliases]) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, model);
      else problems.push(`${model.place} has the name "${name}", which is taken by ${owner === model ? 'itself' : owner.place}; each model needs its own`);
    }
  }
}

function definedOf<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
