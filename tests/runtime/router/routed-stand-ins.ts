import { afterEach, beforeEach } from '@jest/globals';
import { createAnthropicModel } from '../../../agent-runtime/src/providers/anthropic/model.ts';
import type { Model, ModelRequest } from '../../../agent-runtime/src/providers/model.ts';
import { createOllamaModel } from '../../../agent-runtime/src/providers/ollama/model.ts';
import { createOpenAiCompatibleModel } from '../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { loadPriceList } from '../../../agent-runtime/src/router/prices.ts';
import type { ModelAttempt, RoutedCallOptions, RoutedModel, Routing } from '../../../agent-runtime/src/router/routed-model.ts';
import { createRouter } from '../../../agent-runtime/src/router/router.ts';
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

beforeEach(async () => {
  [claude, openai, ollama] = await Promise.all([startAnthropicStandIn(), startOpenAiStandIn(), startOllamaStandIn()]);
  attempts = [];
  waits = [];
  Object.assign(time, { now: 0, modelTimeoutMs: 20_000 });
});
afterEach(async () => { await Promise.all([claude.close(), openai.close(), ollama.close()]); });

const claudeModel = (modelId: string) => createAnthropicModel({ modelId, apiKey: 'k', baseUrl: claude.url });
export const opus = () => claudeModel('claude-opus-5-5');
export const sonnet = () => claudeModel('claude-sonnet-5');
export const haiku = () => claudeModel('claude-haiku-4-5');
export const local = () => createOllamaModel({ modelId: 'qwen3', host: ollama.url, countTokens });
export const unpriced = () => createOpenAiCompatibleModel({ modelId: 'house-model', apiKey: 'k', baseUrl: `${openai.url}/v1`, contextWindow: 100_000 });

export async function routerOf(...models: Model[]): Promise<RoutedModel> {
  return createRouter({
    models, prices: await loadPriceList({ models, openAiBaseUrl: openai.url }), modelTimeoutMs: time.modelTimeoutMs, countTokens, now: () => time.now,
    wait: (delayMs) => {
      waits.push(delayMs);
      return Promise.resolve();
    },
  });
}

export function asking(routing: Partial<Routing> = {}, signal = new AbortController().signal): RoutedCallOptions {
  return { signal, routing: { policy: 'balanced', ...routing }, onAttempt: (attempt) => attempts.push(attempt) };
}
