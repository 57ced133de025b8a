import { afterEach, beforeEach } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '../../../../agent-runtime/src/router/catalogue/catalogue.ts';
import { createCatalogue } from '../../../../agent-runtime/src/router/catalogue/create-catalogue.ts';
import type { CatalogueOptions } from '../../../../agent-runtime/src/router/catalogue/create-catalogue.ts';
import type { EnvironmentEndpoint, ModelSpec } from '../../../../agent-runtime/src/router/catalogue/model-spec.ts';
import { createOfflineModel } from '../../../../agent-runtime/src/providers/offline/model.ts';
import { createOpenAiCompatibleEmbeddingModel } from '../../../../agent-runtime/src/providers/openai-compatible/embeddings.ts';
import { createOpenAiCompatibleModel } from '../../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { createPriceList } from '../../../../agent-runtime/src/router/prices.ts';
import { createKeyRing } from '../../../../agent-runtime/src/router/resilience/key-ring.ts';

export let folder: string;
/** What `env:NAME` stands for. */
export const secrets = new Map<string, string>();
/** What the catalogues of a test logged. */
export const logged: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
let listeners: (() => void)[] = [];
let open: Catalogue[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'catalogue-'));
  secrets.clear();
  logged.length = 0;
});
afterEach(() => {
  for (const catalogue of open) catalogue.close();
  open = [];
  listeners = [];
  rmSync(folder, { recursive: true, force: true });
});

const madeOf = ({ endpoint, baseUrl, apiKey, ...limits }: ModelSpec) => ({
  ...limits, provider: endpoint, settings: limits.settings ?? 'the environment', ...baseUrl !== null && { baseUrl }, ...apiKey !== null && { apiKey },
});

/** With the text as its router file, or of the environment alone. Every provider is made by the adapter for OpenAI's API. */
export async function catalogueOf(text: string | null, more: Partial<CatalogueOptions> = {}): Promise<Catalogue> {
  const file = text === null ? null : join(folder, 'router.yaml');
  if (text !== null) writeFileSync(file!, text);
  const catalogue = await createCatalogue({
    file, environment: [],
    secret: (reference) => {
      const value = secrets.get(reference);
      if (value === undefined) throw new Error(`${reference}: the variable is not set`);
      return value;
    },
    createModel: (spec) => createOpenAiCompatibleModel(madeOf(spec)),
    createEmbeddingModel: (spec) => createOpenAiCompatibleEmbeddingModel(madeOf(spec)),
    createKeyRing: (keys) => createKeyRing(keys, () => 0),
    offline: createOfflineModel,
    prices: createPriceList(),
    log: (event, fields) => {
      logged.push({ event, fields });
      for (const listener of listeners.splice(0)) listener();
    },
    ...more,
  });
  open.push(catalogue);
  return catalogue;
}

/** The next thing that a catalogue logs. */
export function nextLog(): Promise<(typeof logged)[number]> {
  return new Promise((resolve) => { listeners.push(() => resolve(logged.at(-1)!)); });
}

export function environment(name: EnvironmentEndpoint['provider'], ...models: string[]): EnvironmentEndpoint {
  return { name, provider: name, baseUrl: null, keys: name === 'ollama' ? [] : [{ id: 'environment', key: 'k' }], location: null, free: false, models };
}
