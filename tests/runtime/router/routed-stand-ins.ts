import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { createAnthropicModel } from '../../../agent-runtime/src/providers/anthropic/model.ts';
import type { EmbeddingModel, Model, ModelRequest } from '../../../agent-runtime/src/providers/model.ts';
import { createOfflineModel } from '../../../agent-runtime/src/providers/offline/model.ts';
import { createOllamaEmbeddingModel } from '../../../agent-runtime/src/providers/ollama/embeddings.ts';
import { createOllamaModel } from '../../../agent-runtime/src/providers/ollama/model.ts';
import { createOpenAiCompatibleEmbeddingModel } from '../../../agent-runtime/src/providers/openai-compatible/embeddings.ts';
import { createOpenAiCompatibleModel } from '../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { ledgerSeed } from '../../../agent-runtime/src/router/budget/ledger-seed.ts';
import { createCatalogue } from '../../../agent-runtime/src/router/catalogue/create-catalogue.ts';
import type { ModelSpec } from '../../../agent-runtime/src/router/catalogue/model-spec.ts';
import { createRouting } from '../../../agent-runtime/src/router/create-routing.ts';
import type { RoutingService } from '../../../agent-runtime/src/router/create-routing.ts';
import { createDecisionLog } from '../../../agent-runtime/src/router/decision-log.ts';
import type { DecisionLog } from '../../../agent-runtime/src/router/decision-log.ts';
import { createPriceList } from '../../../agent-runtime/src/router/prices.ts';
import { createKeyRing } from '../../../agent-runtime/src/router/resilience/key-ring.ts';
import type { ModelAttempt, RoutedCallOptions, RoutedModel, Routing } from '../../../agent-runtime/src/router/routed-model.ts';
import { createEmbeddedRecords } from '../../../agent-runtime/src/stores/records/embedded.ts';
import { createEmbeddedBudgetStore } from '../../../agent-runtime/src/stores/state/embedded.ts';
import { startAnthropicStandIn } from '../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from '../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from '../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';

export const REQUEST: ModelRequest = { purpose: 'cto/ask', system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }], maxOutputTokens: 1_000 };
const countTokens = (text: string) => Promise.resolve(Math.ceil(text.length / 4));

export let claude: LlmStandIn;
export let openai: LlmStandIn;
export let ollama: LlmStandIn;
/** What the router told of its calls. */
export let attempts: ModelAttempt[];
/** Pauses that the router asked for; none is made. */
export let waits: number[];
/** Milliseconds of the router's clock, and how long a call may take. */
export const time = { now: 0, modelTimeoutMs: 20_000 };
let closers: (() => Promise<void>)[];

beforeEach(async () => {
  [claude, openai, ollama] = await Promise.all([startAnthropicStandIn(), startOpenAiStandIn(), startOllamaStandIn()]);
  attempts = [];
  waits = [];
  closers = [];
  Object.assign(time, { now: 0, modelTimeoutMs: 20_000 });
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await Promise.all([claude.close(), openai.close(), ollama.close()]);
});

/** A model as the router file has it. */
export interface ModelEntry {
  readonly endpoint: string;
  readonly model: string;
  readonly [more: string]: unknown;
}
const claudeModel = (model: string): ModelEntry => ({ endpoint: 'anthropic', model });
export const opus = () => claudeModel('claude-opus-5-5');
export const sonnet = () => claudeModel('claude-sonnet-5');
export const haiku = () => claudeModel('claude-haiku-4-5');
export const local = (): ModelEntry => ({ endpoint: 'ollama', model: 'qwen3' });
export const unpriced = (): ModelEntry => ({ endpoint: 'openai-compatible', model: 'house-model', contextWindow: 100_000 });

/** The router as the runtime has it, with real stores in a folder of its own. */
export interface WholeRouter extends RoutingService {
  readonly decisions: DecisionLog;
  readonly logged: readonly { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** Replaces the router file's sections besides its endpoints, and waits until it was looked at. */
  rewrite(sections: Readonly<Record<string, unknown>>): Promise<void>;
}

/** `sections`: of the router file, besides its endpoints, which are the three stand-ins unless they are given too. */
export async function routingOf(sections: Readonly<Record<string, unknown>>): Promise<WholeRouter> {
  const folder = await mkdtemp(join(tmpdir(), 'aios-router-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'router.json');
  // In one step, so that nobody reads half of it.
  const write = (content: Readonly<Record<string, unknown>>) => writeFile(`${file}.new`, JSON.stringify({
    endpoints: {
      anthropic: { provider: 'anthropic', baseUrl: claude.url, apiKeys: ['env:CLAUDE_KEY'], location: 'us' },
      'openai-compatible': { provider: 'openai-compatible', baseUrl: `${openai.url}/v1`, apiKeys: ['env:OPENAI_KEY'], location: 'us' },
      ollama: { provider: 'ollama', baseUrl: ollama.url, location: 'local', free: true },
    },
    ...content,
  })).then(() => rename(`${file}.new`, file));
  await write(sections);
  const logged: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const log = (event: string, fields: Readonly<Record<string, unknown>>) => { logged.push({ event, fields }); };
  const now = () => time.now;
  const catalogue = await createCatalogue({
    file, environment: [], secret: (reference) => `secret-of-${reference.slice(4)}`, createModel, createEmbeddingModel, offline: createOfflineModel,
    createKeyRing: (keys) => createKeyRing(keys, now), prices: createPriceList(), log,
  });
  closers.push(async () => catalogue.close());
  const records = await createEmbeddedRecords({ folder });
  closers.push(() => records.close());
  const decisions = createDecisionLog({ records: records.routing, log });
  const budgetStore = createEmbeddedBudgetStore({ folder, seed: ledgerSeed(decisions) });
  closers.push(() => budgetStore.close(), () => decisions.close());
  const routing = await createRouting({
    catalogue, records: records.routing, decisions, budgetStore, countTokens, log, modelTimeoutMs: time.modelTimeoutMs, now,
    wait: (delayMs) => {
      waits.push(delayMs);
      time.now += delayMs;
      return Promise.resolve();
    },
  });
  closers.push(() => routing.close());
  return {
    ...routing, decisions, logged,
    async rewrite(content) {
      await write(content);
      await catalogue.reload();
    },
  };
}

export async function routerOf(...models: ModelEntry[]): Promise<RoutedModel> {
  return (await routingOf({ models })).router;
}

export function asking(routing: Partial<Routing> = {}, signal = new AbortController().signal): RoutedCallOptions {
  return { signal, routing: { policy: 'balanced', ...routing }, scope: { tenant: 'tests' }, onAttempt: (attempt) => attempts.push(attempt) };
}

function createModel({ provider, modelId, baseUrl, apiKey, id, endpoint, contextWindow, maxOutputTokens, abilities }: ModelSpec): Model {
  const shared = { id, modelId, provider: endpoint, abilities, ...contextWindow !== undefined && { contextWindow }, ...maxOutputTokens !== undefined && { maxOutputTokens } };
  if (provider === 'ollama') return createOllamaModel({ ...shared, host: baseUrl!, countTokens });
  if (provider === 'anthropic') return createAnthropicModel({ ...shared, apiKey: apiKey!, baseUrl: baseUrl! });
  return createOpenAiCompatibleModel({ ...shared, apiKey: apiKey!, baseUrl: baseUrl! });
}

function createEmbeddingModel({ provider, modelId, baseUrl, apiKey, id, endpoint }: ModelSpec): EmbeddingModel {
  const shared = { id, modelId, provider: endpoint };
  return provider === 'ollama' ? createOllamaEmbeddingModel({ ...shared, host: baseUrl! })
    : createOpenAiCompatibleEmbeddingModel({ ...shared, apiKey: apiKey!, baseUrl: baseUrl! });
}
