import { describe, expect, test } from '@jest/globals';
import type { RoutedStreamPart } from '../../../agent-runtime/src/router/routed-model.ts';
import { thrownBy } from '../providers/thrown-by.ts';
import { REQUEST, asking, attempts, claude, haiku, opus, routerOf } from './routed-stand-ins.ts';

async function partsOf(stream: AsyncIterable<RoutedStreamPart>): Promise<RoutedStreamPart[]> {
  const parts: RoutedStreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

describe('a stream', () => {
  test('gives the text in parts and ends with the answer', async () => {
    claude.next('a text of some length, to come in several parts');
    const parts = await partsOf((await routerOf(haiku())).stream(REQUEST, asking()));
    expect(parts.slice(0, -1).map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe('a text of some length, to come in several parts');
    expect(parts.at(-1)).toMatchObject({ type: 'end', response: { model: 'anthropic/claude-haiku-4-5', attempts } });
  });

  test('falls back as long as nothing was passed on', async () => {
    claude.next({ cut: 'end', text: '', afterChunks: 0 });
    const parts = await partsOf((await routerOf(opus(), haiku())).stream(REQUEST, asking({ policy: 'best' })));
    expect(parts.at(-1)).toMatchObject({ response: { model: 'anthropic/claude-haiku-4-5' } });
    expect(attempts.map(({ errorCode }) => errorCode)).toEqual(['model_stream_cut', null]);
  });

  test('throws when it is cut after its first text, and tells the usage known so far', async () => {
    claude.next({ cut: 'reset', text: 'one two three four five six seven eight nine ten', afterChunks: 1 });
    const error = await thrownBy(partsOf((await routerOf(opus(), haiku())).stream(REQUEST, asking({ policy: 'best' }))));
    expect(error.code).toBe('model_stream_cut');
    expect(attempts).toMatchObject([{ errorCode: 'model_stream_cut', costStatus: 'estimated' }]);
    expect(attempts[0]!.costUsd).toBeGreaterThan(0);
    expect(attempts[0]!.usage.input).toBeGreaterThan(0);
  });

  test('a reader who leaves half-way still has the call told', async () => {
    claude.next({ stall: true, afterChunks: 2 });
    for await (const part of (await routerOf(haiku())).stream(REQUEST, asking())) {
      expect(part.type).toBe('text');
      break;
    }
    expect(attempts).toMatchObject([{ model: 'anthropic/claude-haiku-4-5', errorCode: 'task_cancelled', costStatus: 'estimated' }]);
  });
});
