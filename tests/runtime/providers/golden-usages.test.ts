import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Usage } from '../../../agent-runtime/src/contract/usage.ts';
import { createAnthropicModel } from '../../../agent-runtime/src/providers/anthropic/model.ts';
import type { Model, Price, Rates } from '../../../agent-runtime/src/providers/model.ts';
import { createOllamaModel } from '../../../agent-runtime/src/providers/ollama/model.ts';
import { createOpenAiCompatibleModel } from '../../../agent-runtime/src/providers/openai-compatible/model.ts';
import { partialUsageOf } from '../../../agent-runtime/src/providers/partial-usage.ts';
import { costOf } from '../../../agent-runtime/src/router/cost.ts';
import { createPriceList } from '../../../agent-runtime/src/router/prices.ts';
import { startAnthropicStandIn } from '../../stand-ins/llm/anthropic/start-anthropic-stand-in.ts';
import { startOllamaStandIn } from '../../stand-ins/llm/ollama/start-ollama-stand-in.ts';
import { startOpenAiStandIn } from '../../stand-ins/llm/openai/start-openai-stand-in.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

interface GoldenUsage {
  readonly name: string;
  readonly source: string;
  readonly model: string;
  readonly body?: unknown;
  readonly events?: readonly ({ readonly type?: string } | string)[];
  readonly lines?: readonly unknown[];
  readonly cut?: boolean;
  readonly free?: boolean;
  readonly rates?: Rates;
  readonly priceAt?: string;
  readonly usage: Usage;
  readonly costUsd: number;
}

interface Service {
  readonly file: string;
  readonly provider: string;
  start(): Promise<LlmStandIn>;
  create(modelId: string, url: string): Model;
}

const openAiCompatible = (file: string): Service => ({
  file, provider: 'openai-compatible', start: startOpenAiStandIn, create: (modelId, url) => createOpenAiCompatibleModel({ modelId, apiKey: 'k', baseUrl: `${url}/v1` }),
});
const SERVICES: readonly Service[] = [
  { file: 'anthropic', provider: 'anthropic', start: startAnthropicStandIn, create: (modelId, baseUrl) => createAnthropicModel({ modelId, apiKey: 'k', baseUrl }) },
  openAiCompatible('openai'),
  openAiCompatible('openai-compatible'),
  { file: 'ollama', provider: 'ollama', start: startOllamaStandIn, create: (modelId, host) => createOllamaModel({ modelId, host, countTokens: () => Promise.resolve(1) }) },
];
/** Prices change at dates, and some at hours. */
const prices = createPriceList({ now: () => new Date('2026-11-26T12:00:00Z') });

let standIn: LlmStandIn | undefined;
afterEach(() => standIn?.close());

describe.each(SERVICES)('$file', ({ file, provider, start, create }) => {
  const golden = JSON.parse(readFileSync(`tests/fixtures/usages/${file}.json`, 'utf8')) as GoldenUsage[];

  test.each(golden.map((each) => [each.name, each] as const))('%s', async (_, expected) => {
    standIn = await start();
    const model = create(expected.model, standIn.url);
    const usage = await usageOf(model, expected);
    expect(usage).toEqual(expected.usage);
    const cost = costOf(usage, await priceOf(provider, expected), true);
    expect(cost.costStatus).toBe(expected.free === true ? 'free' : 'known');
    expect(cost.costUsd).toBeCloseTo(expected.costUsd, 12);
  });
});

async function usageOf(model: Model, { body, events, lines, cut }: GoldenUsage): Promise<Usage> {
  if (body !== undefined) {
    standIn!.next({ status: 200, body });
    return (await model.generate(REQUEST, { signal: never })).usage;
  }
  const bytes = lines ? lines.map((line) => `${JSON.stringify(line)}\n`).join('') : events!.map(toEvent).join('');
  standIn!.next({ bytes, then: cut === true ? 'reset' : 'end' });
  if (cut === true) return partialUsageOf(await thrownBy(partsOf(model.stream(REQUEST, { signal: never }))))!;
  const end = (await partsOf(model.stream(REQUEST, { signal: never }))).at(-1);
  if (end?.type !== 'end') throw new Error('The stream has no end.');
  return end.response.usage;
}

function toEvent(event: { readonly type?: string } | string): string {
  if (typeof event === 'string') return `data: ${event}\n\n`;
  return `${event.type === undefined ? '' : `event: ${event.type}\n`}data: ${JSON.stringify(event)}\n\n`;
}

function priceOf(provider: string, { free, rates, priceAt, model }: GoldenUsage): Promise<Price> {
  if (free === true) return Promise.resolve({ status: 'free' });
  return rates ? Promise.resolve({ status: 'known', ...rates }) : prices.priceOf(provider, priceAt ?? null, model);
}
