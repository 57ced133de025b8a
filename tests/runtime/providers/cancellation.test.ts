import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Model } from '../../../agent-runtime/src/providers/model.ts';
import { partialUsageOf } from '../../../agent-runtime/src/providers/partial-usage.ts';
import type { LlmStandIn } from '../../stand-ins/llm/stand-in.ts';
import { PROVIDERS, REQUEST, never } from './each-provider.ts';
import { partsOf, thrownBy } from './thrown-by.ts';

describe.each(PROVIDERS)('$name', ({ start, create }) => {
  let standIn: LlmStandIn;
  let model: Model;
  beforeEach(async () => {
    standIn = await start();
    model = create(standIn.url);
    // The first call may ask the server about the model.
    await model.generate(REQUEST, { signal: never });
  });
  afterEach(() => standIn.close());

  /** The shortest of a few: a busy machine may hold up any one of them. */
  async function shortest(measure: (turn: number) => Promise<number>): Promise<number> {
    const times: number[] = [];
    for (let turn = 1; turn <= 3; turn += 1) times.push(await measure(turn));
    return Math.min(...times);
  }

  test.each(['generate', 'stream'] as const)('an abort of a %s that waits reaches the server within 100 ms', async (way) => {
    standIn.always({ stall: true });
    expect(await shortest(async (turn) => {
      const controller = new AbortController();
      const call = thrownBy(way === 'generate' ? model.generate(REQUEST, { signal: controller.signal }) : partsOf(model.stream(REQUEST, { signal: controller.signal })));
      await standIn.received(turn + 1);
      const abortedAt = performance.now();
      controller.abort();
      expect((await call).code).toBe('task_cancelled');
      return await standIn.disconnected(turn) - abortedAt;
    })).toBeLessThan(100);
  });

  test('an abort in the middle of a stream reaches the server within 100 ms, and what came is paid for', async () => {
    standIn.always({ stall: true, afterChunks: 4 });
    expect(await shortest(async (turn) => {
      const controller = new AbortController();
      let abortedAt = 0;
      let text = '';
      const error = await thrownBy((async () => {
        for await (const part of model.stream(REQUEST, { signal: controller.signal })) {
          if (part.type === 'text') text += part.text;
          if (text.length < 4 * 24) continue;
          abortedAt = performance.now();
          controller.abort();
        }
      })());
      expect(error.code).toBe('task_cancelled');
      expect(partialUsageOf(error)!.output).toBe(Math.ceil(text.length / 4));
      return await standIn.disconnected(turn) - abortedAt;
    })).toBeLessThan(100);
  });

  test('a reader who leaves closes the connection, and only its own', async () => {
    let release = () => {};
    standIn.next({ stall: true, afterChunks: 2 }, { after: new Promise<void>((resolve) => { release = resolve; }), then: { text: 'the other one' } });
    const reading = model.stream(REQUEST, { signal: never })[Symbol.asyncIterator]();
    await reading.next();
    const other = model.generate(REQUEST, { signal: never });
    await standIn.received(3);
    await reading.return?.();
    await standIn.disconnected(1);
    release();
    expect((await other).text).toBe('the other one');
  });

  test('a signal that was aborted before makes no call', async () => {
    const hits = standIn.hits;
    const error = await thrownBy(model.generate(REQUEST, { signal: AbortSignal.abort() }));
    expect(error.code).toBe('task_cancelled');
    expect(standIn.hits).toBe(hits);
  });
});
