import { startAnthropicStandIn } from '../../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from '../../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from '../../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../../stand-ins/llm/stand-in.ts';
import { startTestRuntime } from '../test-runtime.ts';
import type { TestRuntime } from '../test-runtime.ts';

/** A model of each service, as callers name it. */
export const MODELS = { anthropic: 'anthropic/claude-sonnet-5', openai: 'openai-compatible/gpt-4.1-mini', ollama: 'ollama/qwen3-vl:8b' } as const;
export type Service = keyof typeof MODELS;
export const SERVICES = Object.keys(MODELS) as Service[];

export interface ServedRuntime {
  readonly runtime: TestRuntime;
  readonly standIns: Readonly<Record<Service, LlmStandIn>>;
  stop(): Promise<void>;
}

/** The real runtime with one model of each service, which stand-ins play. */
export async function startServedRuntime(): Promise<ServedRuntime> {
  const [anthropic, openai, ollama] = await Promise.all([startAnthropicStandIn(), startOpenAiStandIn(), startOllamaStandIn()]);
  const runtime = await startTestRuntime({
    ANTHROPIC_API_KEY: 'sk-ant-test', ANTHROPIC_BASE_URL: anthropic.url, ANTHROPIC_MODELS: 'claude-sonnet-5',
    OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: `${openai.url}/v1`, OPENAI_MODELS: 'gpt-4.1-mini', OLLAMA_HOST: ollama.url, OLLAMA_MODELS: 'qwen3-vl:8b',
  });
  return {
    runtime,
    standIns: { anthropic, openai, ollama },
    async stop() {
      await runtime.stop();
      await Promise.all([anthropic.close(), openai.close(), ollama.close()]);
    },
  };
}

export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
export const CITY_SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false } as const;

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
