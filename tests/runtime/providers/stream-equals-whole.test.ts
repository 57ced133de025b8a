import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Model, ModelResponse, ModelStreamPart } from '../../../agent-runtime/src/providers/model.ts';
import { partialUsageOf } from '../../../agent-runtime/src/providers/partial-usage.ts';
import type { Answer } from '../../stand-ins/llm/behaviour.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

const ASKING = { ...REQUEST, tools: [{ name: 'look', inputSchema: { type: 'object' } }, { name: 'listen', inputSchema: { type: 'object' } }] };
const RUNS = 60;
/** Each run is two calls, on a machine that may be busy. */
const LIMIT_MS = 60_000;

const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const answer: fc.Arbitrary<Answer> = fc.record({
  text,
  toolCalls: fc.uniqueArray(fc.record({
    id: fc.stringMatching(/^[a-z]{4,9}$/), name: fc.constantFrom('look', 'listen'), arguments: fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(text, fc.integer(), fc.boolean()), { maxKeys: 3, noNullPrototype: true }),
  }), { maxLength: 3, selector: ({ id }) => id }),
  thoughts: fc.array(text.filter((thought) => thought !== '').map((thought) => ({ text: thought, signature: 'c2ln' })), { maxLength: 1 }),
  toolStyle: fc.constantFrom('indexed' as const, 'interleaved' as const, 'whole' as const, 'repeated' as const, 'unindexed' as const),
  usageOnEveryChunk: fc.boolean(),
}).map(({ toolCalls, thoughts, ...rest }) => ({
  ...rest, ...(toolCalls.length > 0 ? { toolCalls } : {}), ...(thoughts.length > 0 ? { thoughts } : {}), usage: { input: 11, output: 7 },
}));
const chunkBytes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 });

/** The response with its arguments as values: services write JSON with other spaces in a stream. */
function comparable({ toolCalls, ...response }: ModelResponse): unknown {
  return { ...response, toolCalls: toolCalls?.map(({ name, id, argumentsText }) => ({ name, id, arguments: JSON.parse(argumentsText) as unknown })) };
}

function endOf(parts: readonly ModelStreamPart[]): ModelResponse {
  const last = parts.at(-1);
  if (last?.type !== 'end') throw new Error('The stream has no end.');
  return last.response;
}

/** What the parts of a stream add up to. */
function gathered(parts: readonly ModelStreamPart[]) {
  const joined = (type: 'text' | 'reasoning') => parts.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
  const calls = parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  return {
    text: joined('text'), thinking: joined('reasoning'),
    calls: calls.map(({ index, id, name }) => ({ id, name, argumentsText: parts.flatMap((part) => (part.type === 'tool-call-arguments' && part.index === index ? [part.text] : [])).join('') })),
  };
}

describe.each(PROVIDERS)('$name', ({ name, start, create }) => {
  let standIn: LlmStandIn;
  let model: Model;
  beforeAll(async () => {
    standIn = await start();
    model = create(standIn.url);
  });
  afterAll(() => standIn.close());

  test('a streamed answer, split at any byte, is the whole one', async () => {
    await fc.assert(fc.asyncProperty(answer, chunkBytes, async (scripted, sizes) => {
      standIn.next(scripted, { ...scripted, chunkBytes: sizes });
      const whole = await model.generate(ASKING, { signal: never });
      const parts = await partsOf(model.stream(ASKING, { signal: never }));
      const end = endOf(parts);
      expect(comparable(end)).toEqual(comparable(whole));
      expect(gathered(parts)).toEqual({
        text: end.text, thinking: (end.reasoning ?? []).map((part) => part.text).join(''),
        calls: (end.toolCalls ?? []).map(({ id, name: called, argumentsText }) => ({ id, name: called, argumentsText })),
      });
    }), { numRuns: RUNS });
  }, LIMIT_MS);

  test('a stream cut at any byte before its end throws, and what came before is a beginning of the answer', async () => {
    // Longer than where it is cut, in every service's words.
    const long = answer.map((scripted) => ({ ...scripted, text: `${scripted.text ?? ''} and so on, for as long as it takes` }));
    await fc.assert(fc.asyncProperty(long, fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom('end' as const, 'reset' as const), async (scripted, share, cut) => {
      standIn.next({ ...scripted, chunkBytes: [10_000] });
      const whole = gathered(await partsOf(model.stream(ASKING, { signal: never })));
      const afterBytes = Math.floor(share * 400);
      standIn.next({ cut, answer: scripted, afterBytes });
      const parts: ModelStreamPart[] = [];
      const call = (async () => { for await (const part of model.stream(ASKING, { signal: never })) parts.push(part); })();
      const error = await thrownBy(call);
      expect(['model_stream_cut', 'model_unavailable']).toContain(error.code);
      const seen = gathered(parts);
      expect(whole.text.startsWith(seen.text)).toBe(true);
      expect(whole.thinking.startsWith(seen.thinking)).toBe(true);
      if (parts.length > 0) expect(partialUsageOf(error)!.output).toBeGreaterThan(0);
      if (name === 'anthropic' && parts.length > 0) expect(partialUsageOf(error)!.input).toBe(11);
    }), { numRuns: RUNS });
  }, LIMIT_MS);
});
