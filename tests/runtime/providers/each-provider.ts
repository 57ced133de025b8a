import { createAnthropicModel } from '../../../agent-runtime/src/providers/anthropic/model.ts';
import type { ModelOverrides } from '../../../agent-runtime/src/providers/model-overrides.ts';
import type { Model, ModelRequest } from '../../../agent-runtime/src/providers/model.ts';
import { createOllamaModel } from '../../../agent-runtime/src/providers/ollama/model.ts';
import { createOpenAiCompatibleModel } from '../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { startAnthropicStandIn } from '../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from '../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from '../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';

export const KEY = 'sk-test-1234567890-secretkey';

export const REQUEST: ModelRequest = {
  purpose: 'cto/ask', system: 'You are brief.', messages: [{ role: 'user', content: 'What is 6 times 7?' }], maxOutputTokens: 500,
};

export const never = new AbortController().signal;

export interface ProviderUnderTest {
  readonly name: string;
  start(): Promise<LlmStandIn>;
  create(url: string, overrides?: ModelOverrides): Model;
}

/** Every provider that calls a service, with a stand-in for it. */
export const PROVIDERS: readonly ProviderUnderTest[] = [
  { name: 'anthropic', start: startAnthropicStandIn, create: (baseUrl, overrides) => createAnthropicModel({ modelId: 'claude-sonnet-5', apiKey: KEY, baseUrl, ...overrides }) },
  {
    name: 'ollama', start: startOllamaStandIn,
    create: (host, overrides) => createOllamaModel({ modelId: 'qwen3:8b', host, countTokens: (text) => Promise.resolve(Math.ceil(text.length / 4)), ...overrides }),
  },
  {
    name: 'openai-compatible', start: startOpenAiStandIn,
    create: (url, overrides) => createOpenAiCompatibleModel({ modelId: 'gpt-5.6-terra', apiKey: KEY, baseUrl: `${url}/v1`, ...overrides }),
  },
];
