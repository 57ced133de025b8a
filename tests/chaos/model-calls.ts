import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../crash/seeded-random.ts';
import type { LlmCall } from '../stand-ins/llm/call.ts';
import { defaultAnswer } from '../stand-ins/llm/default-answer.ts';
import { startOpenAiStandIn } from '../stand-ins/llm/openai/start-openai-stand-in.ts';
import { markIn } from './work.ts';

export const MODEL = 'stand-in';
/** USD for a million tokens. */
export const PRICE = { inputPerMillion: 1, outputPerMillion: 4, cacheReadPerMillion: 0.5 };
export const MOST_OUTPUT_TOKENS = 500;
const LEAST_MS = 50;
const LONGEST_MS = 300;
const INPUT_TOKENS = 100;
const LEAST_OUTPUT_TOKENS = 250;
const OUTPUTS = 250;

/** A call as the model's service has it. */
export interface ModelCall {
  /** In the order they came; what it is billed for tells it from all others. */
  readonly number: number;
  /** Whose it is: each life of a process has an API key of its own. */
  readonly life: string;
  readonly mark: string;
  readonly contentHash: string;
  readonly startedAt: number;
  /** When it was worked out and billed, whether anybody got the answer or not. Null: not yet. */
  answeredAt: number | null;
}

/** The tokens that a call is billed for, in the ledger's classes; no two calls have the same. */
export function usageOf({ number }: Pick<ModelCall, 'number'>) {
  return { input: INPUT_TOKENS, cacheRead: Math.floor(number / OUTPUTS), output: LEAST_OUTPUT_TOKENS + number % OUTPUTS };
}

export function nanoUsdOf(call: Pick<ModelCall, 'number'>): number {
  const { input, cacheRead, output } = usageOf(call);
  return Math.round((input * PRICE.inputPerMillion + cacheRead * PRICE.cacheReadPerMillion + output * PRICE.outputPerMillion) * 1_000);
}

export async function startModel(seed: number) {
  const calls: ModelCall[] = [];
  const random = seededRandom(seed);
  const standIn = await startOpenAiStandIn({
    keepRequests: false,
    async script(request: LlmCall) {
      const call: ModelCall = {
        number: calls.length, life: String(request.headers.authorization).replace('Bearer ', ''), mark: markIn(JSON.stringify(request.messages), seed) ?? 'none',
        contentHash: request.contentHash, startedAt: Date.now(), answeredAt: null,
      };
      calls.push(call);
      await pause(LEAST_MS + random() * (LONGEST_MS - LEAST_MS));
      call.answeredAt = Date.now();
      return { text: defaultAnswer(request), usage: usageOf(call) };
    },
  });
  return {
    calls,
    port: Number(new URL(standIn.url).port),
    /** What the real service would have refused; a request that the network cut in two says nothing. */
    violations: () => standIn.violations.filter((text) => !/^the stand-in failed: .*aborted/s.test(text)),
    async close() {
      standIn.violations.length = 0;
      await standIn.close();
    },
  };
}
